// The page of a run: what it prints stays in view at its end, and a notice tells its end to who asked for one.
const printed = () => document.getElementById("printed");
const header = () => document.getElementById("run");
const NEAR = 40; // pixels from the end within which somebody reads the last lines

let isAtEnd = true;
let isNotified = false;

start();

function start() {
  showEnd();
  document.addEventListener("scroll", noteScroll, { capture: true, passive: true });
  new MutationObserver(onChange).observe(document.querySelector("main"), { subtree: true, childList: true, attributes: true });
  document.addEventListener("click", ({ target }) => target.closest?.("[data-notify]") && askToNotify(target.closest("[data-notify]")));
  showButton();
}

function noteScroll({ target }) {
  if (target !== printed()) return;
  isAtEnd = target.scrollHeight - target.scrollTop - target.clientHeight < NEAR;
}

function showEnd() {
  const place = printed();
  if (place && isAtEnd) place.scrollTop = place.scrollHeight;
}

function onChange() {
  showEnd();
  showButton();
  if (isNotified && !header().dataset.active) notify();
}

function showButton() {
  const button = document.querySelector("[data-notify]");
  if (button?.hidden && "Notification" in window && !isNotified) button.hidden = false;
}

async function askToNotify(button) {
  const answer = await Notification.requestPermission();
  isNotified = answer === "granted";
  button.replaceWith(said(isNotified ? button.dataset.done : button.dataset.denied));
}

function said(sentence) {
  const place = document.createElement("span");
  place.className = "quiet";
  place.setAttribute("role", "status");
  place.textContent = sentence;
  return place;
}

function notify() {
  isNotified = false;
  const sentence = document.querySelector(".run__state").textContent.trim().replace(/\s+/g, " ");
  new Notification(document.querySelector("#run h1").textContent, { body: sentence, tag: location.pathname });
}
