// A reading that found nothing new: its age starts again in place, and nobody is asked for the page.
export function renewReadings() {
  document.addEventListener("live", ({ detail: { kind, app, read_at: readAt } }) => {
    if (kind !== "read" || !readAt) return;
    for (const time of document.querySelectorAll(`time[data-read-of="${CSS.escape(app)}"]`)) {
      if (Date.parse(time.dateTime) < Date.parse(readAt)) time.dateTime = readAt;
    }
  });
}
