// The lines on the page: what the server sends is put in by its id, once; a group that grows is brought up to date in place.
const ABOUT = 200; // entries beyond the limit that are dropped at once
const MOST_INSIDE = 200; // lines of one group; all of them are in the download

export class Entries {
  #find;

  constructor(find) {
    this.#find = find;
  }

  get log() {
    return this.#find();
  }

  /** Puts items in; returns what was added: {lines, errors}. */
  add(items) {
    const log = this.log;
    const added = { lines: 0, errors: 0 };
    const fragment = document.createDocumentFragment();
    for (const element of parse(items.map((item) => item.html).join(""))) {
      const known = document.getElementById(element.id) ?? fragment.querySelector(`[id="${CSS.escape(element.id)}"]`);
      if (known) update(known, element);
      else this.#insert(element, fragment, added);
    }
    if (fragment.childElementCount) log.querySelector("[data-empty]")?.remove();
    log.append(fragment);
    return added;
  }

  #insert(element, fragment, added) {
    if (!this.keeps(element)) return;
    highlight(element, this.log.dataset.q);
    fragment.append(element);
    if (!element.classList.contains("line")) return;
    added.lines += 1;
    if (element.dataset.level === "error") added.errors += 1;
  }

  /** Whether the filters of the page keep a line; the server has kept the others by the same rules. */
  keeps(element) {
    if (!element.classList.contains("line")) return true;
    const { who, dyno, q, without, calm } = this.log.dataset;
    const line = element.dataset;
    if (calm && "routine" in line) return false;
    if (dyno && line.dyno !== dyno) return false;
    if (who && !speaks(who, line)) return false;
    if (!q && !without) return true;
    const text = element.textContent.toLocaleLowerCase();
    return text.includes(q.toLocaleLowerCase()) && !(without && text.includes(without.toLocaleLowerCase()));
  }

  get isFull() {
    return this.log.childElementCount > Number(this.log.dataset.most) + ABOUT;
  }

  /** Drops the oldest entries beyond what the page may hold. */
  trim() {
    const log = this.log;
    const most = Number(log.dataset.most);
    if (!this.isFull) return;
    while (log.childElementCount > most) log.firstElementChild.remove();
  }
}

function speaks(who, line) {
  const isHeroku = line.who === "heroku" || line.who === "router";
  if (who === "site") return line.who === "web";
  if (who === "jobs") return !isHeroku && line.who !== "web";
  if (who === "heroku") return isHeroku;
  return line.level === "error";
}

// A line that is there already is the same line; a group has grown.
function update(known, fresh) {
  const lines = known.querySelector("[data-lines]");
  if (!lines) return;
  for (const name of ["level", "code"]) if (fresh.dataset[name]) known.dataset[name] = fresh.dataset[name];
  known.className = fresh.className;
  known.querySelector("[data-head]").replaceChildren(...fresh.querySelector("[data-head]").childNodes);
  for (const line of [...fresh.querySelector("[data-lines]").children]) {
    if (!lines.querySelector(`[id="${CSS.escape(line.id)}"]`)) lines.append(line);
  }
  while (lines.childElementCount > MOST_INSIDE) lines.firstElementChild.remove();
}

// Our own server's HTML, in which it escaped whatever the app had printed; a parsed document runs nothing.
export function parse(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.children];
}

export function highlight(element, text) {
  if (!text) return;
  const wanted = text.toLocaleLowerCase();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  for (const node of nodes) markIn(node, wanted);
}

function markIn(node, wanted) {
  const at = node.data.toLocaleLowerCase().indexOf(wanted);
  if (at < 0 || node.parentElement.closest("mark")) return;
  const found = node.splitText(at);
  const rest = found.splitText(Math.min(wanted.length, found.length));
  const mark = document.createElement("mark");
  found.replaceWith(mark);
  mark.append(found);
  if (rest.data) markIn(rest, wanted);
}
