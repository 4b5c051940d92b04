// One key each, never while somebody types; and they can be switched off (WCAG 2.2, 2.1.4).
const PREFERENCE = "log-shortcuts";
const TYPED_INTO = "input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable]";

export function listenToKeys({ follower, tools }) {
  const sheet = document.getElementById("shortcuts");
  const use = sheet.querySelector("[data-use-shortcuts]");
  use.checked = localStorage.getItem(PREFERENCE) !== "off";
  use.addEventListener("change", () => localStorage.setItem(PREFERENCE, use.checked ? "on" : "off"));
  document.querySelector("[data-shortcuts]").addEventListener("click", () => sheet.showModal());
  const keys = {
    "?": () => sheet.showModal(),
    "/": () => tools.search(),
    p: () => follower.toggle(),
    g: () => follower.toStart(),
    f: () => follower.showEnd(),
    e: () => tools.toggleErrors(),
    c: () => tools.toggleCalm(),
  };
  document.addEventListener("keydown", (event) => {
    const isOurs = use.checked && !sheet.open && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isOurs || event.target.closest(TYPED_INTO) || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
