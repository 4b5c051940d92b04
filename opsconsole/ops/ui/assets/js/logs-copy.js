// Copying what is shown, and the text for the developer.
export function copyShown(bar, entries) {
  document.querySelector("[data-copy]").addEventListener("click", async () => {
    const lines = [...entries.log.querySelectorAll(".line:not([hidden])")].map((line) => line.innerText.replace(/\s*\n\s*/g, " "));
    await navigator.clipboard.writeText(lines.join("\n"));
    bar.say(document.getElementById("live").dataset.copied);
  });
}

export function copyFrom() {
  const button = document.querySelector("[data-copy-from]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copyFrom);
  text.addEventListener("focus", () => text.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.value);
    document.querySelector("[data-status]").textContent = button.dataset.copied;
  });
}
