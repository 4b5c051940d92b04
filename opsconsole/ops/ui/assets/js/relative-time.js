// Keeps <time data-relative> true, without asking anybody: « il y a 4 s » becomes « il y a 5 s ».
import { ago, elapsed } from "./words.js";

export function tickTimes() {
  const lead = serverLead();
  let day = new Date().toDateString();
  setInterval(() => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-relative]")) write(time, lead);
    // « hier » and « aujourd’hui » are the server's words: at midnight it is asked again.
    if (day === new Date().toDateString()) return;
    day = new Date().toDateString();
    document.dispatchEvent(new Event("day-changed"));
  }, 1000);
}

function write(time, lead) {
  const seconds = Math.max(0, Math.floor((Date.now() + lead - Date.parse(time.dateTime)) / 1000));
  const said = time.dataset.relative === "elapsed" ? elapsed(seconds) : ago(seconds);
  if (time.textContent !== said) time.textContent = said;
}

// By how many milliseconds the server's clock is ahead of this machine's, which may be minutes wrong.
function serverLead() {
  const rendered = Number(document.body.dataset.now) * 1000;
  const [navigation] = performance.getEntriesByType("navigation");
  return rendered && navigation ? rendered - (performance.timeOrigin + navigation.responseStart) : 0;
}
