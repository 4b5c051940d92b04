// A recording, played: at some speed, from some moment, or where some words stand. Long silences are cut short.
import { ScreenText } from "./screen-text.js";
import { makeTerminal } from "./terminal-screen.js";

const LONGEST_SILENCE = 2; // seconds
const TURN = 33; // milliseconds

const place = document.getElementById("replay");
const find = (name) => place.querySelector(`[data-${name}]`);
const terminal = makeTerminal(place, { disableStdin: true, cursorBlink: false });
let events = []; // [seconds, text], silences cut short
let length = 0;
let at = 0; // seconds
let next = 0; // the event that comes
let timer = 0;

terminal.open(find("screen"));
load();

async function load() {
  const answer = await fetch(place.dataset.cast, { cache: "no-store" });
  if (!answer.ok) return void (find("said").textContent = place.dataset.failed);
  const [, ...lines] = (await answer.text()).trimEnd().split("\n");
  let before = 0;
  for (const line of lines) {
    const [moment, , text] = JSON.parse(line);
    length += Math.min(moment - before, LONGEST_SILENCE);
    before = moment;
    events.push([length, text]);
  }
  wire();
  play();
}

function wire() {
  find("toggle").addEventListener("click", () => (timer ? pause() : play()));
  find("place").addEventListener("input", ({ target }) => {
    pause();
    seek((target.value / 1000) * length);
  });
  find("find").addEventListener("submit", (event) => {
    event.preventDefault();
    lookFor(new FormData(event.target).get("text"));
  });
}

function play() {
  if (next >= events.length) seek(0);
  find("toggle").textContent = place.dataset.pause;
  timer = setInterval(() => {
    at = Math.min(length, at + (TURN / 1000) * Number(find("speed").value));
    draw();
    if (next >= events.length) pause();
  }, TURN);
}

function pause() {
  clearInterval(timer);
  timer = 0;
  find("toggle").textContent = place.dataset.play;
}

function draw() {
  let text = "";
  while (next < events.length && events[next][0] <= at) text += events[next++][1];
  if (text) terminal.write(text);
  find("place").value = length ? (at / length) * 1000 : 1000;
  find("place").setAttribute("aria-valuetext", clock(at));
  find("time").textContent = `${clock(at)} / ${clock(length)}`;
}

function seek(moment) {
  if (moment < at) {
    terminal.reset();
    next = 0;
  }
  at = moment;
  draw();
}

// The words are looked for in what was readable, after the present moment first.
function lookFor(words) {
  if (!words) return;
  const found = moments(words.toLowerCase());
  const moment = found.find((each) => each > at + 0.001) ?? found[0];
  find("said").textContent = moment === undefined ? place.dataset.none : "";
  if (moment === undefined) return;
  pause();
  seek(moment);
}

function moments(words) {
  const text = new ScreenText(Infinity);
  const found = [];
  let from = 0;
  for (const [moment, printed] of events) {
    text.write(printed);
    const fresh = text.lines.slice(from).join("\n").toLowerCase();
    if (fresh.includes(words)) {
      found.push(moment);
      from = text.lines.length;
    } else from = Math.max(from, text.lines.length - 2);
  }
  return found;
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
