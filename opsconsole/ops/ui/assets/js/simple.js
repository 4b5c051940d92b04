// A console as text: what the program says above, one line to type below. Made for everybody, and first of all for who does not see a screen.
import { openRoom } from "./console-room.js";
import { ScreenText } from "./screen-text.js";

const TELL_EVERY = 5000; // milliseconds between two announcements
const READ_OUT = 4; // lines; more are counted
const NEAR = 40; // pixels from the end within which somebody reads the last lines
const REMEMBERED = 50;

const place = document.getElementById("console");
const printed = place.querySelector("[data-printed]");
const form = place.querySelector("[data-typing]");
const field = form?.querySelector("input[name=line]");
const text = new ScreenText();
const history = [];
let recalled = 0;
let isDrawing = false;
let number = 0;
let told = 0; // lines that were announced
let toldAt = 0;
let tellTimer = 0;
let isReplaying = true;

const room = openRoom(show);
printed.replaceChildren();
if (form) wireForm();

function show(message) {
  if (message.kind === "out") {
    text.write(message.text);
    number = message.n ?? number;
    drawSoon();
  } else if (message.kind === "gap") {
    text.write(`\r\n${place.dataset.gap}\r\n`);
    drawSoon();
  } else if (message.kind === "now") {
    draw();
    isReplaying = false;
    told = total();
  } else if (message.kind === "ended" && form) form.hidden = true;
}

const total = () => text.dropped + text.lines.length;

function drawSoon() {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(draw);
  setTimeout(() => isDrawing && draw(), 250); // a page in the background is given no frames
}

// Only the last lines change: those above are left as they stand.
function draw() {
  isDrawing = false;
  const isAtEnd = printed.scrollHeight - printed.scrollTop - printed.clientHeight < NEAR;
  const first = text.dropped;
  while (printed.firstChild && Number(printed.firstChild.dataset.line) < first) printed.firstChild.remove();
  let from = printed.lastChild ? Math.max(first, Number(printed.lastChild.dataset.line)) : first;
  for (; from < total(); from += 1) {
    const last = printed.lastChild;
    const line = last && Number(last.dataset.line) === from ? last : printed.appendChild(makeLine(from));
    const shown = text.lines[from - first];
    if (line.textContent !== shown) line.textContent = shown;
  }
  if (isAtEnd) printed.scrollTop = printed.scrollHeight;
  if (number) room.wire.shown(number);
  if (!isReplaying) tellSoon();
}

function makeLine(at) {
  const line = document.createElement("div");
  line.dataset.line = at;
  return line;
}

// A reader of the screen hears the answer, not a flood.
function tellSoon() {
  if (tellTimer) return;
  tellTimer = setTimeout(tellNow, Math.max(300, toldAt + TELL_EVERY - Date.now()));
}

function tellNow() {
  tellTimer = 0;
  toldAt = Date.now();
  const fresh = text.lines.slice(Math.max(0, told - text.dropped)).map((line) => line.trim()).filter(Boolean);
  told = Math.max(text.dropped, total() - 1);
  if (!fresh.length) return;
  const sentence = fresh.length <= READ_OUT ? fresh.join("\n") : place.dataset.newLines.replace("{count}", fresh.length);
  place.querySelector("[data-told]").textContent = sentence;
}

// ── typing ──
function wireForm() {
  form.hidden = room.isOver();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(field.value);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowUp" || event.key === "ArrowDown") recall(event);
  });
  for (const button of place.querySelectorAll("[data-keys]")) {
    button.addEventListener("click", () => room.type(JSON.parse(`"${button.dataset.keys}"`)));
  }
  for (const button of place.querySelectorAll("[data-phrase]")) {
    button.addEventListener("click", () => {
      field.value = button.dataset.phrase;
      field.focus();
    });
  }
  field.focus();
}

function send(line) {
  if (!room.type(`${line}\r`)) return;
  if (line && history.at(-1) !== line) history.push(line);
  if (history.length > REMEMBERED) history.shift();
  recalled = history.length;
  field.value = "";
  printed.scrollTop = printed.scrollHeight;
}

function recall(event) {
  const next = recalled + (event.key === "ArrowUp" ? -1 : 1);
  if (next < 0 || next > history.length) return;
  event.preventDefault();
  recalled = next;
  field.value = history[recalled] ?? "";
}
