// Follows the log: what comes is put in once a frame, the view stays at the end until somebody scrolls up.
import { Connection } from "./connection.js";
import { parse } from "./logs-entries.js";

const NEAR = 24; // pixels from the end that still count as the end
const HIDDEN_FOR = 60_000; // a tab that nobody looks at for so long gives its connection back
const MOST_WAITING = 4000; // items held while the page cannot be drawn
const UPWARD = new Set(["ArrowUp", "PageUp", "Home"]);
const SOON = 500; // milliseconds after a cause that is not explained yet; spread so that a hundred pages do not ask at once
const SPREAD = 2000;
const LATER = 15_000; // between two looks at causes that are explained already, whose counts go on

export class Follower {
  #entries;
  #bar;
  #waiting = [];
  #dropped = 0; // of those, how many were too many
  #isScheduled = false;
  #top = 0; // where the view was put last, by anybody
  #isPaused = false;
  #isHeld = false;
  #connection = null;
  #hiddenTimer = 0;
  #causes = new Map(); // code → when it was last asked about
  #findingsTimer = 0;

  constructor({ entries, bar }) {
    this.#entries = entries;
    this.#bar = bar;
  }

  start() {
    const log = this.#entries.log;
    this.#bar.show(log.dataset.state);
    if (this.#isPast || log.dataset.around) this.#pause();
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
    this.#top = log.scrollTop;
    log.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    // The wish to go up counts, even where a flood brings the view back to the end before it has moved.
    log.addEventListener("wheel", ({ deltaY }) => deltaY < 0 && this.#goUp(), { passive: true });
    log.addEventListener("keydown", ({ key }) => UPWARD.has(key) && this.#goUp());
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
    if (this.#isPast) {
      this.#bar.onLatest(); // between these lines and those of now there are others
      return;
    }
    this.#isPaused = false;
    this.#bar.paused(false);
    this.#draw();
    this.toEnd();
  }

  /** Asked for: the end of the log comes into the window too. */
  showEnd() {
    this.resume();
    this.#entries.log.scrollIntoView({ block: "nearest" });
  }

  toEnd() {
    this.#scrollTo(this.#entries.log.scrollHeight);
  }

  toStart() {
    this.#pause();
    this.#scrollTo(0);
  }

  get #isPast() {
    return "past" in this.#entries.log.dataset;
  }

  #scrollTo(place) {
    const log = this.#entries.log;
    log.scrollTop = place;
    this.#top = log.scrollTop;
  }

  #pause() {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#bar.paused(true);
  }

  #goUp() {
    const log = this.#entries.log;
    if (log.scrollHeight > log.clientHeight) this.#pause();
  }

  // A scroll of ours leaves the view where #top says.
  #noteScroll() {
    const log = this.#entries.log;
    const moved = log.scrollTop - this.#top;
    this.#top = log.scrollTop;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight <= NEAR;
    if (moved < -1 && !isAtEnd) this.#pause();
    else if (moved > 1 && isAtEnd && this.#isPaused && !this.#isPast) this.resume();
  }

  #take(event) {
    if (event.kind === "lines") this.#keep(event.items);
    else if (event.kind === "state") this.#bar.show(event.state);
    else if (event.kind === "gap") this.#keep([this.#bar.missed(event.missed)]);
    else if (event.kind === "degraded" || event.kind === "restored") this.#bar.show(event.kind === "degraded" ? "degraded" : "live");
  }

  #keep(items) {
    if (this.#isPast) return;
    this.#waiting.push(...items);
    const tooMany = this.#waiting.length - MOST_WAITING;
    if (tooMany > 0) this.#dropped += this.#waiting.splice(0, tooMany).length;
    // A hidden tab draws no frame: it must not hold everything until it is looked at.
    if (document.hidden) this.#draw();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      requestAnimationFrame(() => {
        this.#isScheduled = false;
        this.#draw();
      });
    }
  }

  #draw() {
    if (this.#isHeld) return;
    // Under the eyes of who reads nothing is dropped, and so the page takes no more than it may hold.
    if (this.#isPaused && this.#entries.isFull) return;
    const items = this.#waiting.splice(0);
    if (this.#dropped) items.unshift(this.#bar.missed(this.#dropped));
    this.#dropped = 0;
    this.#bar.heard(this.#entries.add(items), { isPaused: this.#isPaused });
    this.#askWhatIsWrong(items);
    if (this.#isPaused) return;
    this.#entries.trim();
    this.toEnd();
  }

  // A cause that the page does not explain yet, or one that goes on
  #askWhatIsWrong(items) {
    if (this.#findingsTimer) return;
    const now = Date.now();
    const isDue = (code) => now - (this.#causes.get(code) ?? 0) > LATER;
    const codes = items.map(({ html = "" }) => / data-code="([^"]+)"/.exec(html)?.[1]).filter((code) => code && isDue(code));
    if (!codes.length) return;
    for (const code of codes) this.#causes.set(code, now);
    this.#findingsTimer = setTimeout(() => this.#showWhatIsWrong(), SOON + Math.random() * SPREAD);
  }

  async #showWhatIsWrong() {
    this.#findingsTimer = 0;
    const answer = await fetch(`${location.pathname}findings/`, { headers: { "X-Pushed": "1" }, cache: "no-store" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const findings = document.getElementById("findings");
    // Nobody loses their place, nor what they have unfolded.
    if (findings.contains(document.activeElement) || findings.querySelector("details[open]")) return;
    const before = findings.offsetHeight;
    findings.replaceChildren(...parse(await answer.text()));
    if (window.scrollY > findings.offsetTop) window.scrollBy(0, findings.offsetHeight - before);
  }

  #noteVisibility() {
    clearTimeout(this.#hiddenTimer);
    if (document.hidden) this.#hiddenTimer = setTimeout(() => this.#connection.follow(new Set()), HIDDEN_FOR);
    else this.#connection.follow(new Set([this.topic]));
  }
}
