"""Logs as the platform keeps and streams them: what happens is written down, each session shows its share of it."""

from __future__ import annotations

import re
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from opsconsole.simulator import Simulator
from opsconsole.simulator.logbook import TAIL_KEPT, LogBook
from tests.simulator.api import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "inscriptions"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """On the true clock, so that a stream sees time pass."""
    with Simulator(speed=200) as running:
        yield running


@pytest.fixture
def api(simulator: Simulator) -> Api:
    return Api(simulator.base_url, simulator.token)


def ask(api: Api, app: str = APP, **wishes: Any) -> Any:
    answer = api.call("POST", f"/apps/{app}/log-sessions", wishes)
    assert answer.status == 201, answer.content
    return answer.json


class Stream:
    """An open log stream, read a line at a time."""

    def __init__(self, url: str, *, accept: str = "text/plain") -> None:
        parts = urlsplit(url)
        self._connection = HTTPConnection(parts.netloc, timeout=60)
        self._connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": accept})
        self.answer = self._connection.getresponse()

    def close(self) -> None:
        self._connection.close()

    def line(self) -> str:
        return self.answer.readline().decode().rstrip("\n")

    def line_with(self, text: str) -> str:
        while text not in (line := self.line()):
            assert line or not self.answer.isclosed(), "the stream ended"
        return line

    def rest(self) -> list[str]:
        return self.answer.read().decode().splitlines()


def history(api: Api, app: str = APP, **wishes: Any) -> list[str]:
    """What a session that does not tail shows, without its dates."""
    with closing(Stream(ask(api, app, **wishes)["logplex_url"])) as stream:
        return [line.partition(" ")[2] for line in stream.rest()]


def test_a_line_carries_its_date_its_source_and_its_dyno(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log("Bonjour", dyno="web.2")
    with closing(Stream(ask(api)["logplex_url"])) as stream:
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00 app\[web\.2\]: Bonjour", stream.line()
        )


def test_a_session_shows_as_many_lines_as_it_asked_for_the_newest(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log(*(f"ligne {number}" for number in range(300)))
    assert history(api, lines=2) == ["app[web.1]: ligne 298", "app[web.1]: ligne 299"]
    assert len(history(api)) == 100
    assert len(history(api, lines=1500)) == 300


def test_no_more_than_fifteen_hundred_lines_are_kept(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log(*(f"ligne {number}" for number in range(1600)))
    kept = history(api, lines=5000)
    assert (len(kept), kept[0]) == (1500, "app[web.1]: ligne 100")


@pytest.mark.parametrize(
    ("wishes", "shown"),
    [
        ({"dyno": "web.1"}, ["un"]),
        ({"dyno_name": "web.1"}, ["un"]),
        ({"dyno": "web"}, ["un", "deux"]),
        ({"source": "heroku"}, ["trois"]),
        ({"source": "app", "dyno": "worker"}, ["quatre"]),
    ],
)
def test_a_session_is_narrowed_to_a_dyno_a_type_or_a_source(
    simulator: Simulator, api: Api, wishes: dict[str, str], shown: list[str]
) -> None:
    app = simulator.world.app(APP)
    app.log("un", dyno="web.1")
    app.log("deux", dyno="web.2")
    app.log("trois", dyno="router", source="heroku")
    app.log("quatre", dyno="worker.1")
    assert [line.partition(": ")[2] for line in history(api, **wishes)] == shown


def test_what_is_older_than_a_week_is_kept_no_more(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log("ancienne")
    simulator.advance(7 * 86_400 + 1)
    simulator.world.app(APP).log("récente")
    assert history(api) == ["app[web.1]: récente"]


def test_a_carriage_return_ends_no_line(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log("10 %\r20 %\nfini")
    with closing(Stream(ask(api, lines=2)["logplex_url"])) as stream:
        told = stream.answer.read().split(b"\n")
    assert [line.partition(b": ")[2] for line in told] == [b"10 %\r20 %", b"fini", b""]


def test_what_follows_reaches_an_open_stream(simulator: Simulator, api: Api) -> None:
    with closing(Stream(ask(api, tail=True)["logplex_url"])) as stream:
        simulator.world.app(APP).log("plus tard")
        assert stream.line().endswith("app[web.1]: plus tard")


def test_events_are_told_to_whoever_prefers_them(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log("un", "deux")
    with closing(Stream(ask(api)["logplex_url"], accept="text/event-stream")) as stream:
        assert stream.answer.getheader("Content-Type", "").startswith("text/event-stream")
        told = stream.rest()
    assert [line for line in told if line.startswith("id")] == ["id: 1", "id: 2"]
    assert [line.rpartition(" ")[2] for line in told if line.startswith("data")] == ["un", "deux"]


def test_a_heartbeat_is_a_nul(simulator: Simulator, api: Api) -> None:
    simulator.world.configure({"log_heartbeat": 0.05})
    with closing(Stream(ask(api, tail=True)["logplex_url"])) as stream:
        assert stream.answer.read(1) == b"\0"


def test_an_address_is_good_for_six_minutes(simulator: Simulator, api: Api) -> None:
    url = ask(api)["logplex_url"]
    simulator.advance(361)
    with closing(Stream(url)) as stream:
        assert stream.answer.status == 404


def test_another_address_opens_nothing(simulator: Simulator) -> None:
    with closing(Stream(f"{simulator.base_url}/log-stream/made-up")) as stream:
        assert stream.answer.status == 404


@pytest.mark.parametrize("lines", ["beaucoup", -1, True])
def test_a_wrong_number_of_lines_is_refused(api: Api, lines: object) -> None:
    assert api.call("POST", f"/apps/{APP}/log-sessions", {"lines": lines}).error == (422, "invalid_params")


def test_fir_keeps_no_history(simulator: Simulator, api: Api) -> None:
    simulator.world.app("plateforme-notes").log("avant", dyno="web-1")
    assert api.call("POST", "/apps/plateforme-notes/log-sessions", {"lines": 10}).status == 422
    with closing(Stream(ask(api, "plateforme-notes", tail=True)["logplex_url"])) as stream:
        simulator.world.app("plateforme-notes").log("après", dyno="web-1")
        assert stream.line().endswith("après")


def test_a_fir_session_is_narrowed_to_a_type(simulator: Simulator, api: Api) -> None:
    app = simulator.world.app("plateforme-notes")
    with closing(Stream(ask(api, "plateforme-notes", type="web")["logplex_url"])) as stream:
        app.log("tâche", dyno="worker-0a1b2c3d4e-5f6g7")
        app.log("page", dyno="web-4ed720fa31-ur8z1")
        assert stream.line().endswith("app[web-4ed720fa31-ur8z1]: page")


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        (APP, "200", ""),
        ("bibliotheque", "503", "H10"),
        ("journal-des-eleves", "503", "H80"),
        ("nouveau-site", "502", "H81"),
    ],
)
def test_the_router_says_how_a_visit_was_answered(
    simulator: Simulator, api: Api, name: str, status: str, code: str
) -> None:
    simulator.world.app(name).visit()
    (line,) = history(api, name)
    assert line.startswith("heroku[router]: at=")
    assert f" status={status} " in line
    assert (f"code={code} " in line) is bool(code)


def test_the_life_of_a_dyno_is_written_down(simulator: Simulator, api: Api) -> None:
    api.scale(APP, {"type": "web", "quantity": 3})
    simulator.advance(60)
    assert history(api) == [
        f"app[api]: Scaled to web@3:Standard-1X by user {simulator.account}",
        "heroku[web.3]: State changed from down to starting",
        "heroku[web.3]: Starting process with command `gunicorn ecole.wsgi --log-file -`",
        "heroku[web.3]: State changed from starting to up",
    ]


def test_a_sleep_is_written_down_to_its_end(simulator: Simulator, api: Api) -> None:
    api.scale(APP, {"type": "worker", "quantity": 0})
    simulator.advance(60)
    assert history(api)[1:] == [
        "heroku[worker.1]: Stopping all processes with SIGTERM",
        "heroku[worker.1]: Process exited with status 143",
        "heroku[worker.1]: State changed from up to down",
    ]


def test_a_crash_and_the_restart_after_it_are_written_down(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).crash("worker.1")
    api.call("DELETE", f"/apps/{APP}/dynos/worker.1")
    simulator.advance(60)
    assert history(api) == [
        "heroku[worker.1]: Process exited with status 1",
        "heroku[worker.1]: State changed from up to crashed",
        "heroku[worker.1]: Restarting",
        "heroku[worker.1]: State changed from crashed to starting",
        "heroku[worker.1]: Starting process with command `celery -A ecole worker`",
        "heroku[worker.1]: State changed from starting to up",
    ]


def test_a_one_off_says_how_its_command_ended(simulator: Simulator, api: Api) -> None:
    api.call("POST", f"/apps/{APP}/dynos", {"command": "python manage.py check"})
    simulator.advance(600)
    said = [line.partition(": ")[2] for line in history(api, dyno="run")]
    assert said == [
        "Starting process with command `python manage.py check`",
        "State changed from starting to up",
        "System check identified no issues (0 silenced).",
        "Process exited with status 0",
        "State changed from up to complete",
    ]


def test_a_new_release_is_written_down(simulator: Simulator, api: Api) -> None:
    api.call("PATCH", f"/apps/{APP}/config-vars", {"LANGUE": "en"})
    first, second = history(api)[:2]
    assert re.fullmatch(r"app\[api\]: Set LANGUE config vars? by user \S+", first)
    assert re.fullmatch(r"app\[api\]: Release v\d+ created by user \S+", second)
    assert simulator.account in second


def test_a_step_of_a_dyno_reaches_an_open_stream_by_itself(simulator: Simulator, api: Api) -> None:
    with closing(Stream(ask(api, tail=True)["logplex_url"])) as stream:
        simulator.world.app(APP).scale(web=3)
        assert stream.line_with("State changed from starting to up")


def test_a_message_too_long_is_cut_into_pieces(simulator: Simulator, api: Api) -> None:
    simulator.world.app(APP).log("é" * 6000)
    assert [len(line.partition(": ")[2].encode("utf-8", "replace")) > 1000 for line in history(api)] == [
        True,
        True,
    ]


@pytest.mark.parametrize("how", ["end", "reset"])
def test_a_stream_is_cut_on_request(simulator: Simulator, api: Api, how: str) -> None:
    with closing(Stream(ask(api, tail=True)["logplex_url"])) as stream:
        assert simulator.streams.count(APP) == 1
        assert simulator.streams.cut(APP, how=how) == 1
        if how == "end":
            assert stream.answer.read() == b""
        else:
            with pytest.raises(ConnectionResetError):
                stream.answer.read()


def test_chunks_may_be_cut_anywhere(simulator: Simulator, api: Api) -> None:
    simulator.world.configure({"log_chunk": 7})
    simulator.world.app(APP).log("Réservation enregistrée")
    assert history(api) == ["app[web.1]: Réservation enregistrée"]


def test_a_stream_too_slow_learns_how_many_lines_it_lost() -> None:
    book = LogBook()
    for number in range(5):
        book.add(b"", count=TAIL_KEPT // 4, at=float(number), source="app", dyno="web.1")
    entries, dropped = book.after(10)
    assert (sum(entry.count for entry in entries), dropped) == (TAIL_KEPT, TAIL_KEPT // 4 - 10)
    assert book.after(book.last) == ([], 0)


def test_a_flood_is_numbered_without_a_hole(simulator: Simulator, api: Api) -> None:
    with closing(Stream(ask(api, tail=True, lines=0)["logplex_url"])) as stream:
        flood = simulator.world.app(APP).flood(rate=20_000, seconds=0.05)
        numbers = [int(stream.line().split("flood ")[1].split()[0]) for _ in range(1000)]
        flood.join(10)
    assert numbers == list(range(1, 1001))


def test_without_traffic_nothing_is_said_and_with_it_much(api: Api) -> None:
    assert history(api) == []
    with Simulator(traffic=1) as busy:
        said = history(Api(busy.base_url, busy.token), lines=1500)
    assert any("heroku[router]: at=info" in line for line in said)
    assert any("sample#memory_total" in line for line in said)


def test_visitors_meet_maintenance_and_sleep_in_the_traffic() -> None:
    with Simulator(traffic=1, speed=200) as busy:
        api = Api(busy.base_url, busy.token)
        busy.world.app(APP).scale(web=0)
        busy.advance(60)
        asleep = history(api, lines=1500)[-10:]
        maintained = history(api, "journal-des-eleves", source="heroku", dyno="router", lines=1500)
    assert any("code=H14" in line for line in asleep)
    assert maintained
    assert all("code=H80" in line for line in maintained)
