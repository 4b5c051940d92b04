// A terminal on a page, drawn by xterm under our policy: no link is followed, no sound is made, and every colour can be read.
import { Terminal } from "@xterm/xterm";

const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const theme = () => ({
  background: value("--screen"),
  foreground: value("--screen-ink"),
  cursor: value("--screen-sun"),
  cursorAccent: value("--screen"),
  selectionBackground: value("--screen-chosen"),
});
export const SMALLEST = 9;
export const LARGEST = 22;

/** place: an element with data-cols, data-rows and a [data-screen] inside. */
export function makeTerminal(place, options = {}) {
  letStylesPass();
  const screen = place.querySelector("[data-screen]");
  const columns = Number(place.dataset.cols);
  const terminal = new Terminal({
    cols: columns,
    rows: Number(place.dataset.rows),
    scrollback: 5000,
    fontFamily: value("--mono"),
    fontSize: fittingSize(screen, columns),
    lineHeight: 1.2,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    minimumContrastRatio: 4.5,
    linkHandler: { activate() {}, allowNonHttpProtocols: false },
    theme: theme(),
    ...options,
  });
  return terminal;
}

// xterm makes style sheets as it goes: our policy takes those that carry the page's nonce.
function letStylesPass() {
  const { nonce } = document.querySelector("script[nonce]");
  const createElement = document.createElement.bind(document);
  document.createElement = (tag, options) => {
    const element = createElement(tag, options);
    if (element.localName === "style") element.nonce = nonce;
    return element;
  };
}

function fittingSize(screen, columns) {
  const style = getComputedStyle(screen);
  const room = screen.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(SMALLEST, Math.min(16, Math.floor((room / columns / 0.602) * 2) / 2));
}
