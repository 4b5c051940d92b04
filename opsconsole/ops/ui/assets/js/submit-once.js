// A form marked data-once is sent once, however often its button is pressed, and says that it was sent.
import { words } from "./words.js";

const sent = new Map();

export function submitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (sent.has(form)) event.preventDefault();
    else markSent(form, event.submitter);
  });
  // A page that the browser kept in memory comes back ready to be used.
  addEventListener("pageshow", (event) => event.persisted && forgetAll());
}

function markSent(form, button) {
  const sentence = document.createElement("span");
  sentence.className = "why";
  sentence.setAttribute("role", "status");
  (button ?? form.lastElementChild).after(sentence);
  sentence.textContent = words().sent;
  button?.setAttribute("aria-disabled", "true");
  sent.set(form, () => {
    sentence.remove();
    button?.removeAttribute("aria-disabled");
  });
}

function forgetAll() {
  for (const forget of sent.values()) forget();
  sent.clear();
}
