// One EventSource for a set of topics, kept open: reopened when the set grows, tried again when it is lost.
// Follows the server-sent events of /stream/ (WHATWG HTML, section 9.2); runs in a page and in a shared worker.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const SPREAD_AFTER_BYE = 4000; // the server said good-bye to everybody at once
const MOST_TOPICS = 24; // the server's limit
const REFUSALS = new Set([401, 403]);

export class Connection {
  #address;
  #onEvent;
  #onStatus;
  #topics = new Set();
  #source = null;
  #timer = 0;
  #failures = 0;
  #lastId = "";
  status = "starting";

  /** onEvent gets each event's data, and {kind: "opened"} for a topic of which something may have been missed.
      onStatus gets "live", "retrying" or "ended" (the server refuses us: the session is over).
      after: the place in each topic from which a page that holds everything before it goes on. */
  constructor({ address, onEvent, onStatus, after = "" }) {
    this.#address = address;
    this.#lastId = after;
    this.#onEvent = onEvent;
    this.#onStatus = onStatus;
  }

  follow(topics) {
    const isSame = topics.size === this.#topics.size && [...topics].every((topic) => this.#topics.has(topic));
    if (isSame) return;
    this.#topics = new Set(topics);
    this.#close();
    if (topics.size) this.#open();
  }

  #url() {
    const query = new URLSearchParams([...this.#topics].slice(-MOST_TOPICS).map((topic) => ["topic", topic]));
    if (this.#lastId) query.set("after", this.#lastId);
    return `${this.#address}?${query}`;
  }

  #open() {
    const source = new EventSource(this.#url());
    this.#source = source;
    source.onopen = () => this.#hasOpened();
    source.onmessage = (event) => {
      this.#lastId = event.lastEventId || this.#lastId;
      this.#onEvent(JSON.parse(event.data));
    };
    source.addEventListener("bye", () => this.#lose(Math.random() * SPREAD_AFTER_BYE));
    source.onerror = () => this.#lose();
  }

  #hasOpened() {
    this.#failures = 0;
    this.#say("live");
    // An id names the topics that it is a place in: "fleet=3f-12,app:7c=a0-3". The others start from now.
    const resumed = new Set(this.#lastId.split(",").map((place) => place.split("=")[0]));
    for (const topic of this.#topics) if (!resumed.has(topic)) this.#onEvent({ topic, kind: "opened" });
  }

  #close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  async #lose(spread = 0) {
    this.#close();
    this.#failures += 1;
    this.#say("retrying");
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#failures - 1));
    const wait = spread + longest * (0.5 + Math.random() / 2);
    // An EventSource does not tell why it failed: after a second failure in a row we ask with an ordinary request.
    if (this.#failures > 1 && (await this.#isRefused())) {
      this.#end();
    } else if (!this.#source) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#open(), wait);
    }
  }

  // Until a page that was given to somebody signed in follows its topics again
  #end() {
    this.#close();
    this.#topics.clear();
    this.#failures = 0;
    this.#say("ended");
  }

  async #isRefused() {
    const abort = new AbortController();
    try {
      const answer = await fetch(this.#url(), { headers: { Accept: "text/event-stream" }, signal: abort.signal });
      return REFUSALS.has(answer.status);
    } catch {
      return false; // no answer at all: the network or the console is away, which is no refusal
    } finally {
      abort.abort();
    }
  }

  #say(status) {
    if (status === this.status) return;
    this.status = status;
    this.#onStatus(status);
  }
}
