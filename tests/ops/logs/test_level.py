"""How serious a line is, and by what it is explained; what the router says of a page."""

import pytest

from opsconsole.ops.logs.explain import ALL, explanation
from opsconsole.ops.logs.level import code_in, level_of
from opsconsole.ops.logs.records import Record
from opsconsole.ops.logs.router import read_router

CODES = [
    *["H10", "H11", "H12", "H13", "H14", "H15", "H16", "H17", "H18", "H19", "H20", "H21", "H22", "H23"],
    *["H24", "H25", "H26", "H27", "H28", "H31", "H32", "H33", "H34", "H80", "H81", "H82", "H83", "H99"],
    *["R10", "R12", "R13", "R14", "R15", "R16", "R17", "R99", "L10", "L11", "L12", "L13", "L14", "L15"],
]


def app(text: str) -> Record:
    return Record("l1", "", "app", "web.1", text, "")


def router(text: str) -> Record:
    return Record("l1", "", "heroku", "router", text, "")


def dyno(text: str) -> Record:
    return Record("l1", "", "heroku", "web.1", text, "")


SERVED = 'at=info method=GET path="/a" host=h request_id=i fwd="1.2.3.4" dyno=web.1 connect=1ms service=18ms status={} bytes=1'
FAILED = 'at=error code={} desc="Request timeout" method=GET path="/a" host=h dyno= connect= service= status=503 bytes=0'


@pytest.mark.parametrize("code", CODES)
def test_every_code_of_heroku_is_explained_in_two_sentences_at_most(code: str) -> None:
    explained = ALL[code]
    assert str(explained.title)
    for part in (str(explained.visitors), str(explained.you)):
        assert part.endswith(".")
        assert 1 <= part.replace(".com", "").count(". ") + 1 <= 2


@pytest.mark.parametrize(
    ("record", "code", "level"),
    [
        (router(SERVED.format(200)), "", ""),
        (router(SERVED.format(404)), "", ""),
        (router(SERVED.format(500)), "", "error"),
        (router(FAILED.format("H12")), "H12", "error"),
        (router(FAILED.format("H27")), "H27", "warn"),
        (dyno("Error R14 (Memory quota exceeded)"), "R14", "error"),
        (dyno("Process exited with status 0"), "", ""),
        (dyno("Process exited with status 143"), "", ""),
        (dyno("Process exited with status 137"), "exit:137", "error"),
        (dyno("State changed from up to crashed"), "crashed", "error"),
        (dyno("State changed from starting to up"), "", ""),
        (
            Record("l1", "", "logplex", "1", "Error L11 (Tail buffer overflow) -> dropped 3", ""),
            "L11",
            "warn",
        ),
        (app("[CRITICAL] WORKER TIMEOUT (pid:12)"), "gunicorn:worker_timeout", "error"),
        (app("django.db.utils.OperationalError: timeout"), "django:OperationalError", "error"),
        (app("ModuleNotFoundError: No module named 'x'"), "python:ModuleNotFoundError", "error"),
        (app("ERROR quelque chose"), "", "error"),
        (app("KeyError: 'x'"), "", "error"),
        (app("WARNING lent"), "", "warn"),
        (app("INFO code=H12 desc=rien"), "", ""),
        (app("You have new mail"), "", ""),
    ],
)
def test_a_line_is_as_serious_as_what_it_says(record: Record, code: str, level: str) -> None:
    assert (code_in(record), level_of(record, code_in(record))) == (code, level)
    assert not code or explanation(code) is not None


def test_a_status_that_nobody_listed_is_explained_as_an_error() -> None:
    assert explanation("exit:42") is ALL["exit:other"]
    assert explanation("nothing:known") is None


def test_a_page_of_the_router_is_read_field_by_field() -> None:
    line = read_router(
        'at=info method=POST path="/a?q=\\"b\\"" host=h dyno=web.1 connect=2ms service=340ms status=302 bytes=0 tls=true'
    )
    assert line is not None
    assert (line.method, line.path, line.status, line.connect, line.service) == (
        "POST",
        '/a?q="b"',
        302,
        2,
        340,
    )
    assert not line.is_error


def test_a_page_that_no_dyno_served_has_no_times() -> None:
    line = read_router(FAILED.format("H14"))
    assert line is not None
    assert (line.code, line.desc, line.service, line.is_error) == ("H14", "Request timeout", None, True)


@pytest.mark.parametrize("text", ["", "method=GET", "at=info status=200", "INFO bonjour"])
def test_any_other_text_is_no_page(text: str) -> None:
    assert read_router(text) is None
