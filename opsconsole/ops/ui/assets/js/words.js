// Durations in the words of ui/dates.py, in the language of the page. \u00a0 keeps a number and its unit on one line.
const FRENCH = {
  ago: (time) => `il y a\u00a0${time}`,
  now: "à l’instant",
  hours: (hours, minutes) => (minutes ? `${hours}\u00a0h\u00a0${pad(minutes)}` : `${hours}\u00a0h`),
  days: (days) => `${days}\u00a0jour${days > 1 ? "s" : ""}`,
  sent: "Demande envoyée, un instant…",
};
const ENGLISH = {
  ago: (time) => `${time} ago`,
  now: "just now",
  hours: (hours, minutes) => (minutes ? `${hours}\u00a0h ${minutes}\u00a0min` : `${hours}\u00a0h`),
  days: (days) => `${days}\u00a0day${days > 1 ? "s" : ""}`,
  sent: "Request sent, one moment…",
};
const pad = (number) => String(number).padStart(2, "0");

export const words = () => (document.documentElement.lang.startsWith("en") ? ENGLISH : FRENCH);

export function elapsed(seconds) {
  if (seconds < 60) return `${seconds}\u00a0s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}\u00a0min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? words().hours(hours, minutes % 60) : words().days(Math.floor(hours / 24));
}

export const ago = (seconds) => (seconds < 1 ? words().now : words().ago(elapsed(seconds)));
