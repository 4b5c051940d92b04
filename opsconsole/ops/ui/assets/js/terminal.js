// A console as a terminal. What the program sends is drawn and nothing else: no title, no clipboard, no link, no sound.
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { openRoom } from "./console-room.js";
import { LARGEST, makeTerminal, SMALLEST } from "./terminal-screen.js";

const READER = "console-reader"; // remembered: somebody listens to the screen
const OTHER_SIZE = 4; // columns or rows by which a window differs enough to say so

const REPORT = /^\x1b(?:\[[?>]?[\d;]*[Rcn]|[\]P])/; // what a terminal answers by itself to a question in what it is shown

const place = document.getElementById("console");
const screen = place.querySelector("[data-screen]");
const terminal = makeTerminal(place, { screenReaderMode: localStorage.getItem(READER) === "1" });
const fit = new FitAddon();
const search = new SearchAddon();
terminal.loadAddon(fit);
terminal.loadAddon(search);
terminal.open(screen);

let isReplaying = true; // until what was printed before is drawn: its questions were answered then
const room = openRoom(show);
terminal.options.disableStdin = !room.mayType;
terminal.onData((data) => !(isReplaying && REPORT.test(data)) && room.type(data));
terminal.attachCustomKeyEventHandler(onKey);
terminal.textarea.setAttribute("aria-describedby", "terminal-keys");
window.addEventListener("resize", offerSize);
wireTools();
offerSize();
if (room.mayType) terminal.focus();

function show(message) {
  if (message.kind === "out") terminal.write(message.text, () => message.n && room.wire.shown(message.n));
  else if (message.kind === "now") terminal.write("", () => (isReplaying = false));
  else if (message.kind === "gap") {
    terminal.reset();
    terminal.write(`\x1b[2m${place.dataset.gap}\x1b[0m\r\n`);
  } else if (message.kind === "ended") terminal.options.disableStdin = true;
}

// ── keys ──
function onKey(event) {
  if (event.type !== "keydown") return true;
  const isControl = event.ctrlKey || event.metaKey;
  if (event.key === "F6") {
    event.preventDefault();
    place.querySelector("[data-tools] button:not([hidden])").focus();
    return false;
  }
  if (isControl && !event.altKey && event.key.toLowerCase() === "c" && (event.shiftKey || terminal.hasSelection())) {
    event.preventDefault();
    copy();
    return false;
  }
  if (isControl && !event.altKey && event.key.toLowerCase() === "v") return false; // the browser's own paste
  if (isControl && !event.shiftKey && event.key.toLowerCase() === "f") {
    event.preventDefault();
    openSearch();
    return false;
  }
  return true;
}

screen.addEventListener("paste", onPaste, { capture: true });

function onPaste(event) {
  event.preventDefault();
  event.stopPropagation();
  paste(event.clipboardData.getData("text/plain"));
}

function paste(text) {
  if (!text || !room.mayType) return;
  const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (lines.length === 1) terminal.paste(lines[0]);
  else askToPaste(text, lines.length);
  terminal.focus();
}

function askToPaste(text, count) {
  const dialog = place.querySelector("[data-paste-dialog]");
  dialog.querySelector("[data-count]").textContent = place.dataset.lines.replace("{count}", count);
  dialog.querySelector("pre").textContent = text.length > 2000 ? `${text.slice(0, 2000)}…` : text;
  dialog.onclose = () => {
    if (dialog.returnValue === "yes") terminal.paste(text);
    terminal.focus();
  };
  dialog.returnValue = "";
  dialog.showModal();
}

// ── the buttons ──
function wireTools() {
  const on = (name, work) => place.querySelector(`[data-${name}]`)?.addEventListener("click", work);
  on("copy", copy);
  on("paste", async () => {
    try {
      paste(await navigator.clipboard.readText());
    } catch {
      tell(place.dataset.pasteByKeys);
    }
  });
  on("smaller", () => resizeFont(-1));
  on("larger", () => resizeFont(1));
  on("search", openSearch);
  on("fit-size", adoptSize);
  on("next", () => search.findNext(field().value));
  on("previous", () => search.findPrevious(field().value));
  on("close-search", closeSearch);
  field().addEventListener("keydown", (event) => {
    if (event.key === "Enter") search[event.shiftKey ? "findPrevious" : "findNext"](field().value);
    if (event.key === "Escape") closeSearch();
  });
  const reader = place.querySelector("[data-reader]");
  reader.checked = terminal.options.screenReaderMode;
  reader.addEventListener("change", () => {
    terminal.options.screenReaderMode = reader.checked;
    localStorage.setItem(READER, reader.checked ? "1" : "");
  });
  for (const tool of place.querySelectorAll("[data-tools], [data-with-terminal]")) tool.hidden = false;
}

function field() {
  return place.querySelector("[data-search-field]");
}

function openSearch() {
  place.querySelector("[data-search-bar]").hidden = false;
  field().focus();
  field().select();
}

function closeSearch() {
  place.querySelector("[data-search-bar]").hidden = true;
  search.clearDecorations();
  terminal.focus();
}

async function copy() {
  if (!terminal.hasSelection()) terminal.selectAll();
  const text = terminal.getSelection().replace(/[ \t]+$/gm, "").trimEnd();
  terminal.clearSelection();
  try {
    await navigator.clipboard.writeText(text);
    tell(place.dataset.copied);
  } catch {
    tell(place.dataset.notCopied);
  }
}

function tell(sentence) {
  place.querySelector("[data-told]").textContent = sentence;
}

// ── sizes ──
function resizeFont(by) {
  terminal.options.fontSize = Math.max(SMALLEST, Math.min(LARGEST, terminal.options.fontSize + by));
  offerSize();
}

// The program was told its size when it started, and nothing in Heroku's protocol tells it another: the shell can.
function offerSize() {
  const button = place.querySelector("[data-fit-size]");
  const wanted = fit.proposeDimensions();
  if (!button || !wanted || !room.mayType) return;
  wanted.rows = Math.max(10, Math.min(60, Math.floor((innerHeight * 0.7) / (screen.querySelector(".xterm-screen").clientHeight / terminal.rows))));
  const isOther = Math.abs(wanted.cols - terminal.cols) > OTHER_SIZE || Math.abs(wanted.rows - terminal.rows) > OTHER_SIZE;
  button.hidden = !isOther || wanted.cols < 20;
  button.dataset.size = `${wanted.cols} ${wanted.rows}`;
  button.querySelector("code").textContent = `stty cols ${wanted.cols} rows ${wanted.rows}`;
}

function adoptSize({ currentTarget }) {
  const [cols, lines] = currentTarget.dataset.size.split(" ").map(Number);
  if (!room.type(`stty cols ${cols} rows ${lines}\r`)) return;
  terminal.resize(cols, lines);
  currentTarget.hidden = true;
  terminal.focus();
}
