// The bar below the log: how live it is, in words; pause and resume; and a status that a screen reader hears now and then.
import { elapsed } from "./words.js";

const QUIET = 3000; // milliseconds without a line after which the bar says since when
const SAID_EVERY = 5000;

export class LiveBar {
  #bar;
  #state = "live";
  #status = "live";
  #isPaused = false;
  #heardAt = Date.now();
  #unseen = 0;
  #unsaid = { lines: 0, errors: 0 };
  #gaps = 0;
  onPause = () => {};
  onResume = () => {};
  onLatest = () => {};

  constructor(bar) {
    this.#bar = bar;
    bar.hidden = false;
    bar.querySelector("[data-pause-button]").addEventListener("click", () => this.onPause());
    bar.querySelector("[data-resume-button]").addEventListener("click", () => this.onResume());
    setInterval(() => document.hidden || this.#write(), 1000);
    setInterval(() => this.#sayAloud(), SAID_EVERY);
  }

  show(state) {
    this.#state = state;
    this.#write();
  }

  connection(status) {
    this.#status = status;
    this.#write();
  }

  paused(isPaused) {
    this.#isPaused = isPaused;
    if (!isPaused) this.#unseen = 0;
    const { pause, follow } = this.#bar.dataset;
    this.#bar.querySelector("[data-label]").textContent = isPaused ? follow : pause;
    this.#write();
  }

  heard({ lines, errors }, { isPaused }) {
    this.#heardAt = Date.now();
    if (isPaused) this.#unseen += lines;
    this.#unsaid.lines += lines;
    this.#unsaid.errors += errors;
    this.#write();
  }

  say(sentence) {
    this.#bar.querySelector("[data-status]").textContent = sentence;
  }

  /** An item for the log: how many lines were not read in time, where that is known. */
  missed(count) {
    this.#gaps += 1;
    const place = document.createElement("p");
    place.className = "gap";
    place.id = `m${Date.now()}-${this.#gaps}`;
    place.textContent = count ? this.#bar.dataset.missed.replace("{count}", count) : this.#bar.dataset.hole;
    return { id: place.id, html: place.outerHTML };
  }

  #write() {
    const { dataset } = this.#bar;
    const isLive = this.#status === "live" && this.#state === "live";
    this.#bar.dataset.tone = isLive && !this.#isPaused ? "on" : "off";
    write(this.#bar.querySelector("[data-say]"), this.#sentence(dataset, isLive));
    const resume = this.#bar.querySelector("[data-resume-button]");
    resume.hidden = !this.#isPaused;
    if (this.#isPaused) write(resume, this.#unseen ? `${dataset.resume} · ${this.#count(this.#unseen)}` : dataset.resume);
  }

  #sentence(dataset, isLive) {
    if (this.#status === "retrying" || this.#status === "ended") return dataset.lost;
    if (!isLive) return dataset[this.#state] ?? dataset.waiting;
    if (this.#isPaused) return dataset.paused;
    const quiet = Date.now() - this.#heardAt;
    return quiet < QUIET ? dataset.now : `${dataset.quiet} ${elapsed(Math.floor(quiet / 1000))}`;
  }

  #count(lines) {
    return `${lines} ${lines > 1 ? this.#bar.dataset.newMany : this.#bar.dataset.newOne}`;
  }

  #sayAloud() {
    const { lines, errors } = this.#unsaid;
    if (!lines) return;
    this.#unsaid = { lines: 0, errors: 0 };
    const { errorOne, errorMany } = this.#bar.dataset;
    const wrong = errors ? `, ${errors > 1 ? errorMany.replace("{count}", errors) : errorOne}` : "";
    this.say(`${this.#count(lines)}${wrong}`);
  }
}

function write(place, sentence) {
  if (place.textContent !== sentence) place.textContent = sentence;
}
