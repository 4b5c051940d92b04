// Follows the log: what comes is put in once a frame, the view stays at the end until somebody scrolls up.
import { Connection } from "./connection.js";

const NEAR = 24; // pixels from the end that still count as the end
const HIDDEN_FOR = 60_000; // a tab that nobody looks at for so long gives its connection back
const MOST_WAITING = 4000; // items held while the page cannot be drawn
const REFETCH_SPREAD = 2000; // so that a hundred pages do not ask at once

export class Follower {
  #entries;
  #bar;
  #waiting = [];
  #isDrawing = false;
  #isPaused = false;
  #isHeld = false;
  #connection = null;
  #hiddenTimer = 0;
  #findingsTimer = 0;

  constructor({ entries, bar }) {
    this.#entries = entries;
    this.#bar = bar;
  }

  start() {
    const log = this.#entries.log;
    this.#bar.show(log.dataset.state);
    if ("past" in log.dataset || log.dataset.around) this.#pause();
    else this.toEnd();
    this.watchScroll();
    this.connect();
    document.addEventListener("visibilitychange", () => this.#noteVisibility());
    addEventListener("pagehide", () => this.#connection?.follow(new Set()));
    addEventListener("pageshow", (event) => event.persisted && this.#connection?.follow(new Set([this.topic])));
    document.getElementById(log.dataset.around)?.scrollIntoView({ block: "center" });
  }

  get topic() {
    return this.#entries.log.dataset.topic;
  }

  connect() {
    const { topic, cursor } = this.#entries.log.dataset;
    this.#connection?.follow(new Set());
    this.#connection = new Connection({
      address: "/stream/",
      after: cursor ? `${topic}=${cursor}` : "",
      onEvent: (event) => this.#take(event),
      onStatus: (status) => this.#bar.connection(status),
    });
    this.#connection.follow(new Set([topic]));
  }

  /** Called again when the log's element is another one. */
  watchScroll() {
    const log = this.#entries.log;
    log.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
  }

  /** Nothing is drawn while the lines of another filter are on their way. */
  hold(isHeld) {
    this.#isHeld = isHeld;
    if (!isHeld) this.#draw();
  }

  toggle() {
    if (this.#isPaused) this.resume();
    else this.#pause();
  }

  resume() {
    this.#isPaused = false;
    this.toEnd();
    this.#bar.paused(false);
    this.#entries.trim();
  }

  toEnd() {
    const log = this.#entries.log;
    log.scrollTop = log.scrollHeight;
  }

  toStart() {
    this.#pause();
    this.#entries.log.scrollTop = 0;
  }

  #pause() {
    this.#isPaused = true;
    this.#bar.paused(true);
  }

  #noteScroll() {
    const log = this.#entries.log;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR;
    if (isAtEnd && this.#isPaused && !("past" in log.dataset)) this.resume();
    else if (!isAtEnd && !this.#isPaused && !this.#isDrawing) this.#pause();
  }

  #take(event) {
    if (event.kind === "lines") this.#keep(event);
    else if (event.kind === "state") this.#bar.show(event.state);
    else if (event.kind === "gap" && event.missed) this.#keep({ items: [this.#bar.missed(event.missed)] });
    else if (event.kind === "degraded" || event.kind === "restored") this.#bar.show(event.kind === "degraded" ? "degraded" : "live");
  }

  #keep({ items }) {
    this.#waiting.push(...items);
    if (this.#waiting.length > MOST_WAITING) this.#waiting.splice(0, this.#waiting.length - MOST_WAITING);
    if (!this.#isDrawing && !this.#isHeld) {
      this.#isDrawing = true;
      requestAnimationFrame(() => this.#draw());
    }
    // A hidden tab draws no frame: it must not hold everything until it is looked at.
    if (document.hidden) this.#draw();
  }

  #draw() {
    if (this.#isHeld) return;
    const items = this.#waiting.splice(0);
    this.#isDrawing = true;
    const added = this.#entries.add(items);
    this.#bar.heard(added, { isPaused: this.#isPaused });
    if (!this.#isPaused) {
      this.#entries.trim();
      this.toEnd();
    }
    this.#askWhatIsWrong(items);
    requestAnimationFrame(() => {
      this.#isDrawing = false;
    });
  }

  // A cause that the page does not explain yet
  #askWhatIsWrong(items) {
    const isNew = items.some(({ html = "" }) => {
      const code = / data-code="([^"]+)"/.exec(html)?.[1];
      return code && !document.querySelector(`.explain[data-code="${CSS.escape(code)}"]`);
    });
    if (!isNew || this.#findingsTimer) return;
    this.#findingsTimer = setTimeout(async () => {
      const answer = await fetch(`${location.pathname}findings/`, { headers: { "X-Pushed": "1" }, cache: "no-store" }).catch(() => null);
      this.#findingsTimer = 0;
      if (!answer?.ok || answer.redirected) return;
      const findings = document.getElementById("findings");
      if (findings.contains(document.activeElement)) return; // nobody loses their place
      findings.innerHTML = await answer.text();
    }, 500 + Math.random() * REFETCH_SPREAD);
  }

  #noteVisibility() {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#connection.follow(new Set()), HIDDEN_FOR);
    else this.#connection.follow(new Set([this.topic]));
  }
}
