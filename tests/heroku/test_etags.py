"""The memory of answers is bounded."""

from __future__ import annotations

from opsconsole.heroku.etags import MAX_ENTRY_BYTES, EtagCache, Kept


def kept(size: int, etag: str = '"v1"') -> Kept:
    return Kept(etag=etag, status=200, body=b"x" * size, next_range=None)


def test_the_answer_least_recently_used_is_forgotten_first() -> None:
    cache = EtagCache(max_bytes=100)
    for path in ("/a", "/b"):
        cache.keep(("", path, None), kept(40))
    cache.find(("", "/a", None))
    cache.keep(("", "/c", None), kept(40))
    assert [cache.find(("", path, None)) is not None for path in ("/a", "/b", "/c")] == [True, False, True]


def test_an_answer_that_replaces_another_takes_its_room() -> None:
    cache = EtagCache(max_bytes=100)
    cache.keep(("", "/a", None), kept(60))
    for _ in range(5):
        cache.keep(("", "/b", None), kept(40))
    assert cache.find(("", "/a", None)) is not None


def test_an_answer_too_large_to_keep_leaves_nothing_old_behind() -> None:
    cache = EtagCache()
    cache.keep(("", "/a", None), kept(10))
    cache.keep(("", "/a", None), kept(MAX_ENTRY_BYTES + 1))
    assert cache.find(("", "/a", None)) is None


def test_keys_tell_accept_path_and_range_apart() -> None:
    cache = EtagCache()
    cache.keep(("x", "/a", None), kept(10))
    assert [
        cache.find(key) for key in (("y", "/a", None), ("x", "/b", None), ("x", "/a", "id ..; max=1"))
    ] == [None] * 3
