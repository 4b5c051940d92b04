// What this page follows live (<body data-topics>), through the browser's one connection; says so in place when it is lost.
// Each event is dispatched on document as "live", its data in `detail`.
import { Connection } from "./connection.js";

const PATIENCE = 2000; // a connection that comes back sooner was not lost for anybody

export function followTopics() {
  const { topics = "", streamWorker } = document.body.dataset;
  const followed = topics.split(/\s+/).filter(Boolean);
  if (!followed.length) return;
  if (streamWorker && "SharedWorker" in window) followThroughWorker(streamWorker, followed);
  else followAlone(followed);
}

function followThroughWorker(script, topics) {
  const worker = new SharedWorker(script, { name: "stream" });
  worker.onerror = () => followAlone(topics);
  worker.port.onmessage = ({ data }) => {
    if (data.event) tell(data.event);
    if (data.status) showStatus(data.status);
  };
  const join = () => worker.port.postMessage({ join: topics, loadedAt: performance.timeOrigin });
  addEventListener("pagehide", () => worker.port.postMessage({ leave: true }));
  addEventListener("pageshow", (event) => event.persisted && join());
  join();
  holdLock((lock) => worker.port.postMessage({ lock }));
}

function followAlone(topics) {
  const connection = new Connection({ address: "/stream/", onEvent: tell, onStatus: showStatus });
  addEventListener("pagehide", () => connection.follow(new Set()));
  addEventListener("pageshow", (event) => event.persisted && connection.follow(new Set(topics)));
  connection.follow(new Set(topics));
}

// Held as long as the page lives; its name is told once it is ours, or the worker could take it first.
function holdLock(tell) {
  const name = `page-${crypto.randomUUID()}`;
  navigator.locks?.request(name, () => {
    tell(name);
    return new Promise(() => {});
  });
}

function tell(event) {
  document.dispatchEvent(new CustomEvent("live", { detail: event }));
}

let timer = 0;

function showStatus(status) {
  const place = document.querySelector("[data-live-status]");
  clearTimeout(timer);
  if (status === "retrying") timer = setTimeout(() => write(place, place.dataset.retrying), PATIENCE);
  else if (status === "ended") write(place, place.dataset.ended, signInLink(place.dataset));
  else write(place, "");
}

function write(place, sentence, ...more) {
  if (place.firstChild?.nodeValue === sentence) return;
  place.replaceChildren(...(sentence ? [sentence, ...more] : []));
}

function signInLink({ signIn, signInUrl }) {
  const link = document.createElement("a");
  link.href = `${signInUrl}?${new URLSearchParams({ next: location.pathname + location.search })}`;
  link.textContent = signIn;
  return link;
}
