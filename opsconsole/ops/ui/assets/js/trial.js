// Whether a WebSocket gets through from this browser to the console.
const row = document.querySelector("[data-trial]");

if (row) {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/trial/`);
  socket.onopen = () => tell(true);
  socket.onerror = () => tell(false);
}

function tell(works) {
  const said = row.querySelector("[data-said]");
  said.textContent = works ? said.dataset.works : said.dataset.fails;
  row.querySelector(works ? "[data-ok]" : "[data-bad]").hidden = false;
}
