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
    for (const item of items) {
      const known = document.getElementById(item.id) ?? fragment.querySelector(`[id="${CSS.escape(item.id)}"]`);
      if (known) update(known, item);
      else this.#insert(item, fragment, added);
    }
    if (fragment.childElementCount) log.querySelector("[data-empty]")?.remove();
    log.append(fragment);
    return added;
  }

  #insert(item, fragment, added) {
    const element = parse(item.html);
    if (!element || !this.keeps(element)) return;
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

function update(known, item) {
  if (!item.add) return;
  const fresh = parse(item.html);
  for (const name of ["level", "code"]) if (fresh?.dataset[name]) known.dataset[name] = fresh.dataset[name];
  if (fresh) known.className = fresh.className;
  const head = known.querySelector("[data-head]");
  if (head) head.innerHTML = item.head;
  const lines = known.querySelector("[data-lines]");
  for (const html of item.add) {
    const line = parse(html);
    if (line && lines && !lines.querySelector(`[id="${CSS.escape(line.id)}"]`)) lines.append(line);
  }
  while (lines?.childElementCount > MOST_INSIDE) lines.firstElementChild.remove();
}

// Our own server's HTML, in which it escaped whatever the app had printed; a template runs nothing.
function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
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
