"""One Redis between several processes of the console: topics as Redis Streams, and one of the processes at a time as their pump.

Keys of a topic, all of which expire: `…:meta` (epoch, number of the last item, bytes kept, last item gone), `…:events` (the
stream, whose ids are `<number>-0`), `…:lock` (the token of whoever may write), and `…:fence` (how many were given out).
"""

from __future__ import annotations

import logging
import secrets
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from opsconsole.live.pumps import StopSignal
from opsconsole.live.shared_topic import Appended, FencedError, Kept, SharedTopic, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redis import Redis

    from opsconsole.live.pumps import Source
    from opsconsole.live.topics import Topic

logger = logging.getLogger(__name__)

LEASE_SECONDS: Final = 5.0
RENEW_SECONDS: Final = 1.5
RETRY_SECONDS: Final = 0.5
BLOCK_SECONDS: Final = 1.0
KEPT_SECONDS: Final = 3600
_CONNECT_SECONDS: Final = 2.0
_ALONE: Final = (
    "alone"  # no lock ever holds it: what was begun without Redis is not written to a Redis that is back
)
_ANSWER_SECONDS: Final = 5.0

_APPEND: Final = """
if ARGV[1] ~= '' and redis.call('GET', KEYS[3]) ~= ARGV[1] then return {'fenced'} end
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  epoch = ARGV[2]
  redis.call('DEL', KEYS[2])
  redis.call('HSET', KEYS[1], 'epoch', epoch, 'last', 0, 'bytes', 0, 'gone', 0)
end
local last = redis.call('HINCRBY', KEYS[1], 'last', ARGV[3])
redis.call('XADD', KEYS[2], last .. '-0', 'w', ARGV[3], 'd', ARGV[4])
local bytes = redis.call('HINCRBY', KEYS[1], 'bytes', #ARGV[4])
local count = redis.call('XLEN', KEYS[2])
while count > tonumber(ARGV[5]) or (bytes > tonumber(ARGV[6]) and count > 0) do
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  bytes = redis.call('HINCRBY', KEYS[1], 'bytes', -#oldest[2][4])
  redis.call('HSET', KEYS[1], 'gone', string.match(oldest[1], '^(%d+)'))
  redis.call('XDEL', KEYS[2], oldest[1])
  count = count - 1
end
redis.call('EXPIRE', KEYS[1], ARGV[7])
redis.call('EXPIRE', KEYS[2], ARGV[7])
return {epoch, last}
"""
_ACQUIRE: Final = """
if redis.call('EXISTS', KEYS[1]) == 1 then return '' end
local token = redis.call('INCR', KEYS[2]) .. '-' .. ARGV[3]
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('SET', KEYS[1], token, 'PX', ARGV[1])
return token
"""
_RENEW: Final = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE: Final = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


class RedisBroker:
    """Thread-safe. Whatever Redis does not answer is an UnreachableError: the callers go on with this process alone."""

    def __init__(self, url: str, *, verify_tls: bool = True, lease: float = LEASE_SECONDS) -> None:
        import redis  # noqa: PLC0415 - six megabytes that a console without Redis does without

        options: dict[str, Any] = {}
        if url.startswith("rediss://"):
            options["ssl_cert_reqs"] = ssl.CERT_REQUIRED if verify_tls else ssl.CERT_NONE
            options["ssl_check_hostname"] = verify_tls
        self._redis: Redis = redis.Redis.from_url(
            url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            decode_responses=True,
            **options,
        )
        self._errors = (redis.RedisError, OSError)
        self._lease = lease
        self._append_script = self._redis.register_script(_APPEND)
        self._acquire_script = self._redis.register_script(_ACQUIRE)
        self._renew_script = self._redis.register_script(_RENEW)
        self._release_script = self._redis.register_script(_RELEASE)
        self.is_away = False
        """Whether Redis did not answer the last time."""

    # ── topics ──
    def topic(self, name: str, *, max_events: int, max_bytes: int) -> SharedTopic:
        return SharedTopic(name, self, max_events=max_events, max_bytes=max_bytes)

    def append(
        self, name: str, data: str, *, weight: int, token: str, max_events: int, max_bytes: int
    ) -> Appended:
        """Raise FencedError where another process has become the pump, UnreachableError without an answer."""
        epoch = secrets.token_hex(4)
        values: list[str | int] = [token, epoch, weight, data, max_events, max_bytes, KEPT_SECONDS]
        keys = [_key(name, "meta"), _key(name, "events"), _key(name, "lock")]
        answer = self._ask(lambda: self._append_script(keys, list(values)))
        if len(answer) == 1:
            raise FencedError(name)
        return Appended(str(answer[0]), int(answer[1]))

    def load(self, name: str) -> Kept | None:
        """All that is kept of a topic, None where nothing is."""
        # Both at one moment: what leaves between two questions would be a gap that nobody is told of.
        both = self._redis.pipeline(transaction=True)
        both.hgetall(_key(name, "meta"))
        both.xrange(_key(name, "events"))
        meta, events = self._ask(both.execute)
        if not meta:
            return None
        return Kept(meta["epoch"], int(meta["gone"]), list(_read_events(events)))

    def wait(self, name: str, after: int) -> list[tuple[int, int, str]]:
        """What came after a number: waits for it a moment; (number, weight, data) of each event."""
        key = _key(name, "events")
        block = int(BLOCK_SECONDS * 1000)
        answer = self._ask(lambda: self._redis.xread({key: f"{after}-0"}, count=500, block=block))
        return list(_read_events(answer[0][1])) if answer else []

    def epoch(self, name: str) -> str | None:
        return self._ask(lambda: self._redis.hget(_key(name, "meta"), "epoch"))  # type: ignore[no-any-return]

    # ── leadership ──
    def lead(self, name: str, source: Source) -> Source:
        """Return a source that runs the given one while this process is the topic's pump, and waits for its turn otherwise."""

        def run(topic: Topic, stop: StopSignal) -> None:
            while not stop.stopping:
                token = self._acquire(name)
                if token == "":  # another process has it
                    stop.wait(RETRY_SECONDS)
                elif self._run_led(name, source, topic, stop, token=token):
                    return

        return run

    def _run_led(
        self, name: str, source: Source, topic: Topic, stop: StopSignal, *, token: str | None
    ) -> bool:
        """Run the source until it ends by itself (True) or leadership changes. `token` is None while Redis is away."""
        inner = StopSignal(lambda: _note_turn(stop))
        keeper = threading.Thread(
            target=self._keep, args=(name, token, stop, inner), name=f"lease {name}", daemon=True
        )
        shared = topic if isinstance(topic, SharedTopic) else None
        if shared is not None:
            shared.token = token or _ALONE
            shared.wait_until_known(_ANSWER_SECONDS)
        keeper.start()
        try:
            source(topic, inner)
        except FencedError:
            return False
        finally:
            ended_by_itself = not inner.stopping
            inner.stop()
            if shared is not None:
                shared.token = ""
            keeper.join(_ANSWER_SECONDS)
            if token is not None:
                self._release(name, token)
        return ended_by_itself or stop.stopping

    def _keep(self, name: str, token: str | None, stop: StopSignal, inner: StopSignal) -> None:
        """Renew the lease while the source runs; end the source when it is lost, or when Redis is back."""
        renewed = time.monotonic()
        while not inner.wait_for_end(min(RENEW_SECONDS, self._lease / 3)):
            if stop.stopping:
                break
            try:
                if token is None:
                    self._ask(self._redis.ping)
                    break
                if not self._ask(
                    lambda: self._renew_script([_key(name, "lock")], [token, self._milliseconds])
                ):
                    break
                renewed = time.monotonic()
            except UnreachableError:
                # Redis itself went away: this process goes on for itself, and competes again once it is back.
                if token is not None and time.monotonic() - renewed > self._lease:
                    break
        inner.stop()

    def _acquire(self, name: str) -> str | None:
        """The token, "" where another process leads, None while Redis is away."""
        keys = [_key(name, "lock"), _key(name, "fence")]
        # A Redis that forgot everything counts from 1 again: the number alone would be given out twice.
        values: list[str | int] = [self._milliseconds, KEPT_SECONDS * 24, secrets.token_hex(8)]
        try:
            return str(self._ask(lambda: self._acquire_script(keys, values)))
        except UnreachableError:
            return None

    def _release(self, name: str, token: str) -> None:
        try:
            self._ask(lambda: self._release_script([_key(name, "lock")], [token]))
        except UnreachableError:
            return  # the lease lapses by itself

    @property
    def _milliseconds(self) -> int:
        return int(self._lease * 1000)

    def _ask(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - what Redis answers
        try:
            answer = call()
        except self._errors as error:
            if not self.is_away:
                logger.warning("Redis does not answer (%s): this process goes on alone", type(error).__name__)
            self.is_away = True
            raise UnreachableError(type(error).__name__) from None
        if self.is_away:
            logger.warning("Redis answers again")
        self.is_away = False
        return answer


def _note_turn(stop: StopSignal) -> None:
    stop.wait(0)


def _key(name: str, part: str) -> str:
    # The braces keep the keys of a topic on one node of a cluster.
    return f"opsconsole:live:{{{name}}}:{part}"


def _read_events(events: list[tuple[str, dict[str, str]]]) -> Iterator[tuple[int, int, str]]:
    for identity, fields in events:
        yield int(identity.partition("-")[0]), int(fields["w"]), fields["d"]
