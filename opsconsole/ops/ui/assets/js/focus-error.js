// A page that opens with an error summary starts there, for the keyboard and for a screen reader.
export function focusErrors() {
  document.querySelector("[data-error-summary]")?.focus();
}
