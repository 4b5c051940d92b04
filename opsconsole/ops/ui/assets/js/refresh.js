// When something of this page's topics changed: fetch the page again, with its own rights and language, and morph what
// is marked data-live. Focus, open folds and typed text stay; one fetch at a time, and few of them.
import { Idiomorph } from "idiomorph";

const PAUSE = 500; // between two fetches
const SPREAD = 300; // so that a hundred pages do not ask at once
const REASONS = new Set(["changed", "gap", "opened", "refused"]);
const GONE = new Set([403, 404]);

let waiting = false;
let again = false;
let fetchedAt = 0;

export function keepPageFresh() {
  document.addEventListener("live", ({ detail }) => REASONS.has(detail.kind) && refreshSoon());
  document.addEventListener("day-changed", refreshSoon);
}

async function refreshSoon() {
  again = true;
  if (waiting) return;
  waiting = true;
  while (again) {
    await pause(Math.max(0, fetchedAt + PAUSE - Date.now()) + Math.random() * SPREAD);
    again = false;
    fetchedAt = Date.now();
    await refresh().catch(() => {}); // the connection says itself that it is lost, and asks for a refresh when it is back
  }
  waiting = false;
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Pushed": "1" }, cache: "no-store" });
  if (answer.redirected) location.assign(answer.url);
  else if (GONE.has(answer.status)) location.reload();
  else if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

function show(page) {
  const focused = document.activeElement;
  document.title = page.title;
  document.body.dataset.state = page.body.dataset.state ?? "";
  for (const old of document.querySelectorAll("[data-live][id]")) {
    const fresh = page.getElementById(old.id);
    if (fresh) Idiomorph.morph(old, fresh, { callbacks: { beforeAttributeUpdated, beforeNodeMorphed } });
  }
  // A button that is gone must not leave the keyboard at the top of the page.
  if (focused !== document.body && !focused.isConnected) document.querySelector("main").focus({ preventScroll: true });
}

function beforeAttributeUpdated(name, element) {
  return !(name === "open" && element.localName === "details");
}

function beforeNodeMorphed(element) {
  return !(element.matches?.("input:not([type=hidden]), select, textarea"));
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
