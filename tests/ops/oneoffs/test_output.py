"""What a run printed: kept up to a size, its beginning and its end, and never written twice after a crash."""

import uuid

import pytest
from django.utils import timezone

from opsconsole import heroku
from opsconsole.ops.oneoffs.listener import Listener
from opsconsole.ops.oneoffs.models import Run
from opsconsole.ops.oneoffs.output import HEAD_BYTES, TAIL_BYTES, Spool, Told, last_lines, lines_of

pytestmark = pytest.mark.django_db

AT = "2026-11-25T10:00:00.000000+00:00"


def make_run() -> Run:
    now = timezone.now()
    return Run.objects.create(
        key=uuid.uuid4(),
        entry_id=uuid.uuid4(),
        app_id=uuid.uuid4(),
        title="Compter",
        line="true",
        tag=uuid.uuid4().hex,
        time_to_live=60,
        asked_at=now,
        changed_at=now,
    )


def write(run: Run, *texts: str) -> Spool:
    spool = Spool(run)
    spool.add((AT, text) for text in texts)
    Run.objects.filter(id=run.id).update(**spool.write())
    run.refresh_from_db()
    return spool


def shown(run: Run) -> list[str | None]:
    return [text for _at, text in lines_of(run)]


def test_what_is_short_is_kept_whole() -> None:
    run = make_run()
    write(run, "a", "é")
    assert shown(run) == ["a", "é"]
    assert (run.lines, run.bytes, run.left_out) == (2, 5, 0)


def test_of_what_is_long_the_beginning_and_the_end_are_kept() -> None:
    run = make_run()
    lines = [f"{number:06d} {'x' * 93}" for number in range(20_000)]  # two millions of bytes
    spool = Spool(run)
    for start in range(0, len(lines), 500):
        spool.add((AT, text) for text in lines[start : start + 500])
        counts = spool.write()
    Run.objects.filter(id=run.id).update(**counts)
    run.refresh_from_db()
    kept = shown(run)
    hole = kept.index(None)
    assert kept[:hole] == lines[:hole]
    assert kept[hole + 1 :] == lines[-(len(kept) - hole - 1) :]
    assert run.left_out == len(lines) - (len(kept) - 1)
    assert sum(len((text or "").encode()) + 1 for text in kept) < HEAD_BYTES + TAIL_BYTES + 200_000


def test_a_flood_between_two_writes_is_bounded_and_counted() -> None:
    run = make_run()
    write(run, *["x" * 999] * 250)  # more than the beginning
    spool = Spool(run)
    spool.add((AT, f"{number:06d}{'y' * 93}") for number in range(50_000))
    Run.objects.filter(id=run.id).update(**spool.write())
    run.refresh_from_db()
    kept = shown(run)
    assert run.lines == 50_250
    assert run.left_out == run.lines - (len(kept) - kept.count(None))
    assert kept[-1] == f"{49_999:06d}{'y' * 93}"
    assert kept.count(None) == 1


def test_the_last_lines_are_those_of_the_whole() -> None:
    run = make_run()
    for start in range(0, 50, 10):
        write(run, *[str(number) for number in range(start, start + 10)])
    assert [text for _at, text in last_lines(run, 15)] == [str(number) for number in range(35, 50)]


def test_a_follower_that_goes_on_numbers_on() -> None:
    run = make_run()
    write(run, "a")
    write(run, "b")
    assert shown(run) == ["a", "b"]
    assert run.lines == 2


# ── after a crash ──
def test_what_was_written_is_told_once_each_line_as_often_as_it_was() -> None:
    run = make_run()
    write(run, "same", "same", "other")
    told = Told(run)
    again = [(AT, "same"), (AT, "same"), (AT, "same"), (AT, "other"), (AT, "new")]
    assert told.keep_new(again) == [(AT, "same"), (AT, "new")]
    assert told.has_matched


def test_what_is_older_than_all_that_was_written_is_not_told_again() -> None:
    run = make_run()
    write(run, "kept")
    assert Told(run).keep_new([("2026-11-25T09:00:00.000000+00:00", "older")]) == []


def test_nothing_written_nothing_left_out() -> None:
    run = make_run()
    told = Told(run)
    assert told.is_empty
    assert told.keep_new([(AT, "first")]) == [(AT, "first")]


# ── who speaks ──
def line(text: str, *, source: str = "heroku", dyno: str = "run.1") -> heroku.LogLine:
    return heroku.LogLine(AT, source, dyno, text)


def test_only_the_platform_tells_how_it_ended() -> None:
    listener = Listener("run.1")
    assert listener.hear([line("Process exited with status 0", source="app")]) == [
        (AT, "Process exited with status 0")
    ]
    assert listener.exit_status is None
    listener.hear([line("Process exited with status 143")])
    assert listener.exit_status == 143


def test_another_dyno_is_not_listened_to() -> None:
    listener = Listener("run.1")
    assert listener.hear([line("not mine", source="app", dyno="run.12"), line("x", dyno="run.12")]) == []
    listener.hear([line("Process exited with status 1", dyno="run.12")])
    assert listener.exit_status is None


def test_lines_that_heroku_dropped_leave_a_hole() -> None:
    dropped = line(
        "Error L11 (Tail buffer overflow) -> This tail session dropped 12 messages", source="logplex"
    )
    assert Listener("run.1").hear([dropped]) == [(AT, None)]


@pytest.mark.parametrize("text", ["x\x00y", "\ud83d alone"])
def test_what_no_database_keeps_is_replaced(text: str) -> None:
    [(_at, kept)] = Listener("run.1").hear([line(text, source="app")])
    assert kept is not None
    assert "\ufffd" in kept
