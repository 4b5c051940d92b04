// One connection for all the tabs of a browser (it allows six a host): it follows the union of their topics.
// A tab sends {join: [topics], loadedAt}, {lock} and {leave: true}; it gets {event} and {status}.
import { Connection } from "./connection.js";

const LINGER = 5000; // a page that is left is mostly followed by another with the same topics

const tabs = new Map(); // port → the topics of its page
const latest = new Map(); // topic → the newest event that a page must not miss, and when it came
let timer = 0;

const connection = new Connection({
  address: "/stream/",
  onEvent(event) {
    if (event.kind !== "read") latest.set(event.topic, { event, at: Date.now() });
    for (const [port, topics] of tabs) if (topics.has(event.topic)) port.postMessage({ event });
  },
  onStatus(status) {
    for (const port of tabs.keys()) port.postMessage({ status });
  },
});

const union = (sets) => new Set(sets.flatMap((set) => [...set]));

function join(port, { join: topics, loadedAt }) {
  tabs.set(port, new Set(topics));
  connection.follow(union([latest.keys(), ...tabs.values()]));
  port.postMessage({ status: connection.status });
  // What happened while the page was on its way
  for (const topic of topics) if (latest.get(topic)?.at > loadedAt) port.postMessage({ event: latest.get(topic).event });
  forgetLater();
}

function leave(port) {
  tabs.delete(port);
  forgetLater();
}

function forgetLater() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const wanted = union([...tabs.values()]);
    for (const topic of latest.keys()) if (!wanted.has(topic)) latest.delete(topic);
    connection.follow(wanted);
  }, LINGER);
}

self.onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    if (data.join) join(port, data);
    if (data.leave) leave(port);
    // A tab that crashes does not say that it leaves, but loses its lock.
    if (data.lock) navigator.locks.request(data.lock, () => leave(port));
  };
};
