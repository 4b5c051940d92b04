// The page of logs: follows an app's log, pauses when somebody scrolls up, narrows by its filters, and can be used by keyboard.
import { copyFrom, copyShown } from "./logs-copy.js";
import { Entries } from "./logs-entries.js";
import { Follower } from "./logs-follow.js";
import { listenToKeys } from "./logs-keys.js";
import { LiveBar } from "./logs-live.js";
import { Tools } from "./logs-tools.js";

copyFrom();
const log = document.getElementById("log");
if (log) start();

function start() {
  document.body.dataset.withScript = "";
  const bar = new LiveBar(document.getElementById("live"));
  const entries = new Entries(() => document.getElementById("log"));
  const follower = new Follower({ entries, bar });
  const tools = new Tools({ entries, follower });
  bar.onPause = () => follower.toggle();
  bar.onResume = () => follower.showEnd();
  bar.onLatest = () => tools.apply();
  copyShown(bar, entries);
  listenToKeys({ follower, tools });
  follower.start();
}
