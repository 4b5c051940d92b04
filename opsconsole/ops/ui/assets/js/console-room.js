// What both ways of using a console share: the line, and what stands around the screen: the state of the line, who looks, when it ends.
import { Wire } from "./console-wire.js";

const WARN = 120; // seconds before the end
const TELL_AGAIN = 30;

/** show(message) draws what the program printed; it returns nothing, and calls wire.shown when it stands there. */
export function openRoom(show) {
  const place = document.getElementById("console");
  const { socket, ticket, keys, stream, mayType } = place.dataset;
  const csrf = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const clock = new Countdown(place);
  const wire = new Wire({
    places: { socket, ticket, keys, stream, csrf },
    onMessage(message) {
      if (message.kind === "limits") clock.set(message);
      else if (message.kind === "people") tellPeople(place, message.people);
      else if (message.kind === "closing") say(place, place.dataset.closing);
      else show(message);
    },
    onStatus(status) {
      place.dataset.line = status;
      say(place, place.dataset[status] ?? "");
      if (status === "over") clock.stop();
    },
  });
  let hasTyped = false;
  const room = {
    place,
    wire,
    mayType: mayType === "1",
    isOver: () => place.dataset.line === "over",
    type(text) {
      if (!room.mayType || !wire.type(text)) return false;
      hasTyped = true;
      return true;
    },
  };
  if (["connected", "preparing"].includes(place.dataset.stage)) wire.open();
  addEventListener("beforeunload", (event) => {
    if (hasTyped && !room.isOver() && !room.mayLeave) event.preventDefault();
  });
  // Closing it, and the other way of using it, are no accident.
  document.addEventListener("click", ({ target }) => (room.mayLeave = target.closest?.("[data-leave]") !== null));
  document.addEventListener("submit", () => (room.mayLeave = true));
  return room;
}

function say(place, sentence) {
  place.querySelector("[data-line-status]").textContent = sentence;
}

function tellPeople(place, people) {
  const me = place.dataset.me;
  const others = people.filter(({ name }) => name !== me);
  const told = place.querySelector("[data-people]");
  const sentence = others.map(({ name, types }) => (types ? place.dataset.types : place.dataset.looks).replace("{name}", name)).join(" ");
  if (told.textContent !== sentence) told.textContent = sentence;
}

class Countdown {
  #place;
  #limits = null;
  #ahead = 0; // of the server's clock, in milliseconds
  #toldAt = Infinity;
  #timer = 0;

  constructor(place) {
    this.#place = place;
  }

  set(limits) {
    this.#limits = limits;
    this.#ahead = Date.now() - limits.now;
    if (!this.#timer) this.#timer = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  stop() {
    clearInterval(this.#timer);
    this.#limits = null;
    this.#write("", "");
  }

  #show() {
    if (!this.#limits) return;
    const now = Date.now() - this.#ahead;
    const idle = Math.round((this.#limits.idle_at - now) / 1000);
    const end = Math.round((this.#limits.end_at - now) / 1000);
    const isIdle = idle < end;
    const left = Math.max(0, Math.min(idle, end));
    if (left > WARN) {
      this.#toldAt = Infinity;
      this.#write("", "");
      return;
    }
    const { idleSoon, endSoon } = this.#place.dataset;
    const sentence = (isIdle ? idleSoon : endSoon).replace("{time}", spoken(left));
    // Read out once at two minutes, then every half minute: not each second
    const isNews = this.#toldAt - left >= TELL_AGAIN;
    if (isNews) this.#toldAt = left;
    this.#write(sentence, isNews ? sentence : null);
  }

  #write(sentence, told) {
    const shown = this.#place.querySelector("[data-countdown]");
    shown.textContent = sentence;
    shown.hidden = !sentence;
    if (told !== null) this.#place.querySelector("[data-countdown-told]").textContent = told;
  }
}

function spoken(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes}\u00a0min ${String(seconds % 60).padStart(2, "0")}\u00a0s` : `${seconds}\u00a0s`;
}
