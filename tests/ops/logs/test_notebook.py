"""Lines as they come: each has its id, those that belong together are one group, and what is too much is marked."""

from opsconsole.heroku import LogLine
from opsconsole.ops.logs.notebook import BURST, PER_SECOND, Notebook, Page

AT = "2026-11-23T09:12:04.{:06d}+00:00"
SERVED = 'at=info method=GET path="/{}" host=h request_id=i fwd="1.2.3.4" dyno=web.1 connect=1ms service={}ms status=200 bytes=1'


class Hand:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def said(*texts: str, dyno: str = "web.1", source: str = "app", start: int = 0) -> list[LogLine]:
    return [LogLine(AT.format(start + number), source, dyno, text) for number, text in enumerate(texts)]


def groups_of(page: Page) -> list[str]:
    return [record.group for record in page.records]


def test_an_id_tells_nothing_of_its_line_to_who_lacks_the_key() -> None:
    [ours] = Notebook(key=b"ours").note(said("carte 4111 1111 1111 1111")).records
    [again] = Notebook(key=b"ours").note(said("carte 4111 1111 1111 1111")).records
    [guessed] = Notebook().note(said("carte 4111 1111 1111 1111")).records
    assert ours.id == again.id
    assert ours.id != guessed.id


def test_a_line_has_the_same_id_wherever_it_is_noted() -> None:
    [one] = Notebook().note(said("bonjour")).records
    [other] = Notebook().note(said("bonjour")).records
    assert one.id == other.id
    assert one.id.startswith("l20261123091204000000-")


def test_equal_lines_of_one_microsecond_have_ids_of_their_own() -> None:
    page = Notebook().note([LogLine(AT.format(0), "app", "web.1", "pareil")] * 3)
    assert len({record.id for record in page.records}) == 3


def test_a_traceback_is_one_group_headed_by_its_exception() -> None:
    page = Notebook().note(
        said("Traceback (most recent call last):", '  File "a.py", line 1', "ValueError: boum", "la suite")
    )
    first, *_rest, last = groups_of(page)
    assert groups_of(page) == [first, first, first, ""]
    assert last == ""
    assert (page.groups[first].kind, page.groups[first].head, page.groups[first].lines) == (
        "traceback",
        "ValueError: boum",
        3,
    )


def test_a_traceback_goes_on_across_the_lines_of_another_dyno_and_another_batch() -> None:
    notebook = Notebook()
    first = notebook.note(said("Traceback (most recent call last):"))
    between = notebook.note(said("ailleurs", dyno="worker.1", start=1))
    last = notebook.note(said("  File", "KeyError: 'x'", start=2))
    assert groups_of(between) == [""]
    assert groups_of(first) + groups_of(last) == [first.records[0].group] * 3


def test_a_chained_traceback_is_one_group() -> None:
    page = Notebook().note(
        said(
            "Traceback (most recent call last):",
            "KeyError: 'x'",
            "",
            "During handling of the above exception, another exception occurred:",
            "",
            "Traceback (most recent call last):",
            "ValueError: boum",
        )
    )
    assert len(set(groups_of(page))) == 1
    assert next(iter(page.groups.values())).head == "ValueError: boum"


def test_what_a_dyno_repeats_is_folded_behind_its_first_line() -> None:
    page = Notebook().note(said("pareil", "pareil", "pareil", "autre"))
    alone, again, more, other = groups_of(page)
    assert (alone, other) == ("", "")
    assert again == more != ""
    assert page.groups[again].lines == 2


def test_the_pages_of_a_minute_are_one_group_with_their_mean() -> None:
    page = Notebook().note(
        said(SERVED.format("a", 10), SERVED.format("b", 30), source="heroku", dyno="router")
        + said("source=web.1 sample#memory_total=300MB", source="heroku", dyno="web.1", start=5)
    )
    assert len(set(groups_of(page))) == 1
    [group] = page.groups.values()
    assert (group.kind, group.lines, group.pages, group.milliseconds) == ("routine", 3, 2, 40)


def test_a_slow_page_and_one_that_failed_are_not_routine() -> None:
    slow, failed = SERVED.format("a", 1500), SERVED.format("b", 10).replace("status=200", "status=500")
    assert groups_of(Notebook().note(said(slow, failed, source="heroku", dyno="router"))) == ["", ""]


def test_more_than_a_burst_is_too_much_to_be_shown_live_and_comes_back_with_time() -> None:
    hand = Hand()
    notebook = Notebook(clock=hand)
    page = notebook.note(said(*(f"ligne {number}" for number in range(1500))))
    assert len(page.skipped) == 1500 - BURST
    assert len(page.records) == 1500
    hand.now += 1
    later = notebook.note(said(*(f"encore {number}" for number in range(1000)), start=2000))
    assert len(later.skipped) == 1000 - PER_SECOND


def test_errors_are_still_shown_when_there_is_too_much() -> None:
    notebook = Notebook(clock=Hand())
    notebook.note(said(*(f"ligne {number}" for number in range(1500))))
    page = notebook.note(said("ERROR boum", "INFO rien", start=2000))
    assert page.skipped == (page.records[1].id,)


def test_history_is_never_too_much() -> None:
    page = Notebook(clock=Hand()).note(said(*(f"ligne {number}" for number in range(1500))), is_live=False)
    assert page.skipped == ()
