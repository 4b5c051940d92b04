// The filters: they live in the address, and the server answers them; the page takes over what it says, without a reload.
import { highlight } from "./logs-entries.js";

const TYPING = 350; // milliseconds after the last key

export class Tools {
  #form = document.getElementById("tools");
  #entries;
  #follower;
  #timer = 0;
  #asked = 0;

  constructor({ entries, follower }) {
    this.#entries = entries;
    this.#follower = follower;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.apply();
    });
    this.#form.addEventListener("change", () => this.apply());
    this.#form.addEventListener("input", (event) => event.target.type === "search" && this.#applySoon());
    document.getElementById("lines").addEventListener("click", (event) => this.#noteClick(event));
    this.#mark();
  }

  search() {
    document.getElementById("q").focus();
  }

  toggleErrors() {
    const chosen = this.#form.elements.who.value === "errors" ? "" : "errors";
    this.#form.elements.who.value = chosen;
    this.apply();
  }

  toggleCalm() {
    this.#form.elements.calm.checked = !this.#form.elements.calm.checked;
    this.apply();
  }

  apply() {
    clearTimeout(this.#timer);
    const pairs = [...new FormData(this.#form)].filter(([, value]) => value);
    const query = new URLSearchParams(pairs).toString();
    const address = query ? `${location.pathname}?${query}` : location.pathname;
    history.replaceState(null, "", address);
    return this.#show(address);
  }

  #applySoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.apply(), TYPING);
  }

  async #fetch(address) {
    const answer = await fetch(address, { headers: { "X-Pushed": "1" }, cache: "no-store" });
    if (answer.redirected || !answer.ok) location.assign(address);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async #show(address) {
    const asked = ++this.#asked;
    this.#follower.hold(true);
    try {
      const page = await this.#fetch(address);
      if (asked !== this.#asked) return; // another filter was chosen meanwhile
      for (const id of ["lines", "findings", "again", "more"]) {
        const fresh = page.getElementById(id);
        if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes);
      }
      this.#mark();
      this.#follower.watchScroll();
      this.#follower.resume();
    } finally {
      // What came meanwhile is put in now: ids tell what is there already.
      if (asked === this.#asked) this.#follower.hold(false);
    }
  }

  #mark() {
    highlight(this.#entries.log, this.#entries.log.dataset.q);
  }

  #noteClick(event) {
    const older = event.target.closest("[data-older]");
    if (!older || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.#loadOlder(older);
  }

  /** What is on the screen stays where it is. */
  async #loadOlder(link) {
    const page = await this.#fetch(link.href);
    const log = this.#entries.log;
    const older = page.getElementById("log");
    const fromEnd = log.scrollHeight - log.scrollTop;
    this.#follower.toStart();
    const known = [...older.children].filter((line) => !document.getElementById(line.id));
    log.prepend(...known);
    log.dataset.most = Number(log.dataset.most) + known.length;
    log.scrollTop = log.scrollHeight - fromEnd;
    link.closest(".bound").replaceWith(page.querySelector(".bound"));
    this.#mark();
    log.focus({ preventScroll: true });
  }
}
