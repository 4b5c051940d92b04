"""From bytes to lines: however they are cut, whatever stands in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from opsconsole.heroku import LogLine, parse_line
from opsconsole.heroku.log_text import LONGEST, EventText, PlainText

HEAD = b"2026-11-23T09:12:04.118021+00:00 app[web.1]: "
KNOWN = LogLine("2026-11-23T09:12:04.118021+00:00", "app", "web.1", "Bonjour")


def cut(data: bytes, *places: int) -> list[bytes]:
    ends = sorted({min(place, len(data)) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def test_a_line_is_a_date_a_source_a_dyno_and_a_text() -> None:
    assert parse_line((HEAD + b"Bonjour").decode()) == KNOWN


def test_a_line_of_no_known_form_is_all_text() -> None:
    assert parse_line("no head at all") == LogLine("", "", "", "no head at all")


def test_a_line_is_told_once_it_is_whole() -> None:
    text = PlainText()
    assert text.feed(HEAD + b"Bon") == []
    assert text.feed(b"jour\n") == [KNOWN]


def test_heartbeats_are_left_out_wherever_they_stand() -> None:
    assert PlainText().feed(b"\0" + HEAD + b"Bon\0jour\n\0") == [KNOWN]


def test_what_is_not_utf_8_is_replaced() -> None:
    [line] = PlainText().feed(HEAD + b"caf\xe9\n")
    assert line.text == "caf\ufffd"


def test_separators_that_only_unicode_knows_do_not_end_a_line() -> None:
    [line] = PlainText().feed(HEAD + "a\u2028b\x85c\x0bd".encode() + b"\n")
    assert line.text == "a\u2028b\x85c\x0bd"


def test_a_carriage_return_at_the_end_is_no_text() -> None:
    assert PlainText().feed(HEAD + b"Bonjour\r\n") == [KNOWN]


def test_a_line_without_end_is_cut_and_each_piece_says_who_speaks() -> None:
    text = PlainText()
    pieces = text.feed(HEAD + "é".encode() * 500_000)
    pieces += text.feed(b"\n")
    assert {piece[:3] for piece in pieces} == {KNOWN[:3]}
    assert "".join(piece.text for piece in pieces) == "é" * 500_000
    assert max(len(piece.text.encode()) for piece in pieces) <= LONGEST


def test_a_text_as_long_as_logplex_leaves_it_stays_one_line() -> None:
    [line] = PlainText().feed(HEAD + b"x" * LONGEST + b"\n")
    assert len(line.text) == LONGEST


def test_a_line_without_end_takes_no_memory() -> None:
    text = PlainText()
    for _ in range(200):
        text.feed(b"x" * 10_000)
    assert sum(len(value) for value in vars(text).values()) <= 3 * LONGEST


def test_events_tell_their_data_and_comments_and_named_events_nothing() -> None:
    told = b": open\nretry: 0\n\nid: 1\ndata: " + HEAD + b"Bonjour\n\nevent: bye\ndata: x\n\n: heartbeat\n\n"
    assert EventText().feed(told) == [KNOWN]


def test_an_event_that_is_not_whole_is_none() -> None:
    text = EventText()
    assert text.feed(b"data: " + HEAD + b"Bonjour\n") == []
    assert text.end() == []


@given(st.lists(st.binary(max_size=40)), st.lists(st.integers(0, 600)))
def test_however_the_bytes_are_cut_the_lines_are_the_same(lines: list[bytes], places: list[int]) -> None:
    data = b"".join(HEAD + line.replace(b"\n", b"") + b"\n" for line in lines)
    text = PlainText()
    told = [line for piece in cut(data, *places) for line in text.feed(piece)]
    assert told == PlainText().feed(data)
    assert len(told) == len(lines)


@given(st.lists(st.text(max_size=30).map(lambda text: "".join(text.split()))), st.lists(st.integers(0, 900)))
def test_events_too_are_the_same_however_they_are_cut(texts: list[str], places: list[int]) -> None:
    data = b"".join(
        b"id: %d\ndata: %s%s\n\n" % (number, HEAD, text.encode("utf-8", "replace"))
        for number, text in enumerate(texts)
    )
    text = EventText()
    told = [line for piece in cut(data, *places) for line in text.feed(piece)]
    assert told == EventText().feed(data)
