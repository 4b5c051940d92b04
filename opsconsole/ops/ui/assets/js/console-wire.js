// The line to a console: a WebSocket opened with a one-time ticket, taken up again where it was cut; and where no WebSocket
// passes, server-sent events one way and posts the other. Both bring the same messages.
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;
const SPREAD_AFTER_RESTART = 8000; // all the browsers were cut together
const LONGEST_FRAME = 4000; // characters; the server takes 4096
const FRAMES_AT_ONCE = 50;
const BETWEEN_FRAMES = 300; // the server takes 200 frames a second
const ACK_AFTER = 100_000; // characters
const ACK_WITHIN = 200;
const HERE_EVERY = 20_000;
const FAILURES_UNTIL_FALLBACK = 2;
const NOWHERE = "0-0";
const REPLAYED_WITHIN = 500;
const REFUSED = new Set([401, 403, 404]);

export class Wire {
  #places;
  #onMessage;
  #onStatus;
  #socket = null;
  #source = null;
  #at = "";
  #isOver = false;
  #failures = 0;
  #neverOpened = 0;
  #waiting = [];
  #timer = 0;
  #shown = 0;
  #told = 0;
  #ackTimer = 0;
  #hereTimer = 0;

  /** places: socket, ticket, keys, stream: addresses; csrf: the token that a post carries.
      onMessage gets each message; onStatus "live", "retrying", "fallback" or "over". */
  constructor({ places, onMessage, onStatus }) {
    this.#places = places;
    this.#onMessage = onMessage;
    this.#onStatus = onStatus;
  }

  open() {
    if (this.#isOver) return;
    if (this.#neverOpened >= FAILURES_UNTIL_FALLBACK) this.#openStream();
    else this.#openSocket();
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN || this.#source !== null;
  }

  /** Send what somebody typed; false where the line is cut. */
  type(text) {
    if (!this.isOpen || !text) return false;
    for (let start = 0; start < text.length; start += LONGEST_FRAME) this.#waiting.push(text.slice(start, start + LONGEST_FRAME));
    if (!this.#timer) this.#flush();
    return true;
  }

  /** Everything up to this number stands on the screen. */
  shown(number) {
    this.#shown = Math.max(this.#shown, number);
    if (this.#shown - this.#told >= ACK_AFTER) this.#ack();
    else if (!this.#ackTimer) this.#ackTimer = setTimeout(() => this.#ack(), ACK_WITHIN);
  }

  #flush() {
    this.#timer = 0;
    if (this.#source) return void this.#post();
    for (const text of this.#waiting.splice(0, FRAMES_AT_ONCE)) this.#send({ kind: "keys", text });
    if (this.#waiting.length) this.#timer = setTimeout(() => this.#flush(), BETWEEN_FRAMES);
  }

  #ack() {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = 0;
    this.#told = this.#shown;
    this.#send({ kind: "ack", n: this.#shown });
  }

  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  async #openSocket() {
    const ticket = await this.#ticket();
    if (!ticket) return;
    const query = new URLSearchParams({ ticket, ...(this.#at && { after: this.#at }) });
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.#places.socket}?${query}`);
    this.#socket = socket;
    let hasOpened = false;
    socket.onopen = () => {
      hasOpened = true;
      this.#neverOpened = this.#failures = 0;
      this.#onStatus("live");
    };
    socket.onmessage = ({ data }) => this.#take(JSON.parse(data));
    socket.onclose = ({ code }) => {
      if (!hasOpened) this.#neverOpened += 1;
      this.#lose(code === 1012 ? Math.random() * SPREAD_AFTER_RESTART : 0);
    };
  }

  async #ticket() {
    try {
      const answer = await this.#request(this.#places.ticket, {});
      if (REFUSED.has(answer.status) || answer.redirected) return void location.reload();
      if (answer.ok) return (await answer.json()).ticket;
    } catch {
      // no answer at all: the network or the console is away
    }
    this.#lose();
    return "";
  }

  #request(address, fields) {
    return fetch(address, {
      method: "POST",
      headers: { "X-CSRFToken": this.#places.csrf },
      body: new URLSearchParams(fields),
      cache: "no-store",
    });
  }

  #openStream() {
    const topic = new URL(this.#places.stream, location.href).searchParams.get("topic");
    // A stream begins with now: a place that never was brings all that is kept, behind a gap that is none
    let isFirst = !this.#at;
    const after = `${topic}=${this.#at || NOWHERE}`;
    const source = new EventSource(`${this.#places.stream}&${new URLSearchParams({ after })}`);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#onStatus("fallback");
      this.#here();
      setTimeout(() => this.#onMessage({ kind: "now" }), REPLAYED_WITHIN);
    };
    source.onmessage = ({ data, lastEventId }) => {
      const message = JSON.parse(data);
      if (!(isFirst && message.kind === "gap")) this.#take({ ...message, at: lastEventId.split("=").at(-1) });
      isFirst = false;
    };
    source.onerror = () => {
      source.close();
      this.#source = null;
      this.#lose();
    };
    clearInterval(this.#hereTimer);
    this.#hereTimer = setInterval(() => this.#here(), HERE_EVERY);
  }

  #here() {
    if (this.#source) this.#request(this.#places.keys, { here: 1 }).catch(() => {});
  }

  async #post() {
    this.#timer = 1;
    while (this.#waiting.length && this.#source) {
      const keys = this.#waiting.splice(0).join("");
      for (let start = 0; start < keys.length; start += LONGEST_FRAME) {
        await this.#request(this.#places.keys, { keys: keys.slice(start, start + LONGEST_FRAME) }).catch(() => {});
      }
    }
    this.#timer = 0;
  }

  #take(message) {
    if (message.at) this.#at = message.at;
    if (message.kind === "ping") this.#send({ kind: "here" });
    if (message.kind === "ended") this.#end();
    this.#onMessage(message);
  }

  #end() {
    this.#isOver = true;
    this.#source?.close();
    this.#source = null;
    clearInterval(this.#hereTimer);
    this.#onStatus("over");
  }

  #lose(spread = 0) {
    if (this.#isOver) return;
    this.#socket = null;
    this.#waiting.length = 0;
    this.#failures += 1;
    this.#onStatus("retrying");
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.#failures - 1));
    setTimeout(() => this.open(), spread + longest * (0.5 + Math.random() / 2));
  }
}
