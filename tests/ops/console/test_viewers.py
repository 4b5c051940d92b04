"""Who looks at a console, by what their browsers say: rules, with time passed in."""

from opsconsole.ops.console.viewers import GONE_AFTER, Viewers

INES = {"kind": "here", "name": "Inès Haddad", "types": True}
MARC = {"kind": "here", "name": "Marc Delaunay", "types": False}


def test_nobody_looks_from_the_start_until_somebody_comes() -> None:
    viewers = Viewers(now=10)
    assert viewers.alone_since() == 10
    assert viewers.hear({**INES, "who": "a"}, now=20)
    assert viewers.alone_since() is None


def test_one_person_with_two_browsers_is_told_once_and_before_who_only_watches() -> None:
    viewers = Viewers(now=0)
    for who, person in (("c", MARC), ("a", INES), ("b", INES)):
        viewers.hear({**person, "who": who}, now=0)
    assert [each["name"] for each in viewers.people()] == ["Inès Haddad", "Marc Delaunay"]


def test_the_slowest_of_those_who_type_counts_and_what_was_shown_stays_shown() -> None:
    viewers = Viewers(now=0)
    viewers.hear({**INES, "who": "a", "shown": 500}, now=0)
    viewers.hear({**INES, "who": "b", "shown": 100}, now=0)
    assert viewers.slowest() == 100
    assert not viewers.hear({**INES, "who": "b", "shown": 700}, now=1)
    viewers.hear({**INES, "who": "b", "shown": 20}, now=2)
    assert viewers.slowest() == 500


def test_who_only_watches_holds_nothing_back() -> None:
    viewers = Viewers(now=0)
    viewers.hear({**MARC, "who": "a", "shown": 0}, now=0)
    assert viewers.slowest() is None
    viewers.hear({**INES, "who": "b", "shown": 500}, now=0)
    assert viewers.slowest() == 500


def test_who_leaves_or_says_nothing_any_more_is_gone() -> None:
    viewers = Viewers(now=0)
    viewers.hear({**INES, "who": "a"}, now=0)
    viewers.hear({**MARC, "who": "b"}, now=30)
    viewers.hear({"kind": "left", "who": "b"}, now=31)
    viewers.expire(now=GONE_AFTER)
    assert viewers.alone_since() is None
    viewers.expire(now=GONE_AFTER + 1)
    assert (viewers.alone_since(), viewers.slowest(), viewers.people()) == (GONE_AFTER + 1, None, [])


def test_a_farewell_of_somebody_unknown_changes_nothing() -> None:
    viewers = Viewers(now=3)
    viewers.hear({"kind": "left", "who": "?"}, now=9)
    assert viewers.alone_since() == 3
