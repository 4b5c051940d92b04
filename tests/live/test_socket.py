"""The socket between a browser and two topics, message by message as the server's ASGI interface carries them."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Self

from opsconsole.live.hub import Hub
from opsconsole.live.redis_broker import RedisBroker
from opsconsole.live.socket import AHEAD, Pace, SocketGrant, SocketRequest, Sockets
from opsconsole.live.stream import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.live.redis_server import RedisServer

SCREEN, KEYS = "console:1", "keys:1"
SOON = Pace(ping=0.05, silence=60, check=0.05, notice=0.05, send=5)


def grant(*, types: bool = True) -> SocketGrant:
    return SocketGrant(person="7", name="Inès Haddad", out=SCREEN, into=KEYS, types=types)


class Client:
    """A browser at the other end."""

    def __init__(self, sockets: Sockets, query: str = "", path: str = "/ws/console/1/") -> None:
        self._from: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        scope = {"type": "websocket", "path": path, "query_string": query.encode(), "headers": []}
        self._to.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(sockets(scope, self._to.get, self._put))

    async def _put(self, message: dict[str, Any]) -> None:
        await self._from.put(message)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._to.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(self._task, 5)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._from.get(), 5)

    async def message(self) -> dict[str, Any]:
        """The next message that is no ping."""
        while True:
            raw = await self.next()
            assert raw["type"] == "websocket.send", raw
            told: dict[str, Any] = json.loads(raw["text"])
            if told["kind"] != "ping":
                return told

    async def closed(self) -> int:
        while (raw := await self.next())["type"] != "websocket.close":
            pass
        return int(raw["code"])

    def send(self, message: object) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        self._to.put_nowait({"type": "websocket.receive", "text": text})

    def send_bytes(self, data: bytes) -> None:
        self._to.put_nowait({"type": "websocket.receive", "bytes": data})


class Room:
    """The door, its topics, and what a test changes of them."""

    def __init__(self, *, pace: Pace | None = None, **bounds: Any) -> None:
        self.hub = Hub()
        self.hub.register("console", None, max_bytes=5_000_000)
        self.answers: SocketGrant | Refusal = grant()
        self.asked: list[SocketRequest] = []
        self.is_stopping = False
        self.sockets = Sockets(
            self.hub, self._authorise, is_stopping=lambda: self.is_stopping, pace=pace, **bounds
        )

    def _authorise(self, request: SocketRequest) -> SocketGrant | Refusal:
        self.asked.append(request)
        return self.answers

    def print(self, text: str) -> str:
        return self.hub.topic(SCREEN).append({"kind": "out", "text": text}, weight=len(text))

    def typed(self, kind: str = "keys") -> list[dict[str, Any]]:
        told = [json.loads(event.data) for event in self.hub.topic(KEYS).everything().events]
        return [each for each in told if each["kind"] == kind]


def play(work: Callable[[Room], Awaitable[None]], **wishes: Any) -> None:
    async def main() -> None:
        room = Room(**wishes)
        await work(room)
        await asyncio.to_thread(room.hub.shutdown, 2)

    asyncio.run(main())


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 -- what several tasks bring about
            await asyncio.sleep(0.005)


async def open_socket(room: Room, query: str = "") -> Client:
    client = Client(room.sockets, query)
    assert (await client.next())["type"] == "websocket.accept"
    return client


def test_what_is_refused_is_never_accepted() -> None:
    async def work(room: Room) -> None:
        room.answers = Refusal(403, "no")
        assert (await Client(room.sockets).next())["type"] == "websocket.close"

    play(work)


def test_whoever_comes_sees_what_is_kept_then_what_is_new() -> None:
    async def work(room: Room) -> None:
        with room.hub.hold(SCREEN):
            room.print("avant")
            async with await open_socket(room) as client:
                assert (await client.message())["text"] == "avant"
                assert (await client.message())["kind"] == "now"
                place = room.print("après")
                told = await client.message()
                assert (told["text"], told["n"], told["at"]) == ("après", 10, place)

    play(work)


def test_whoever_comes_back_sees_what_was_missed_and_nothing_twice() -> None:
    async def work(room: Room) -> None:
        with room.hub.hold(SCREEN):
            place = room.print("vu")
            room.print("manqué")
            async with await open_socket(room, f"after={place}") as client:
                assert (await client.message())["text"] == "manqué"

    play(work)


def test_what_is_no_longer_kept_is_told() -> None:
    async def work(room: Room) -> None:
        room.hub.register("console", None, max_events=2)
        with room.hub.hold(SCREEN):
            for number in range(5):
                room.print(str(number))
            async with await open_socket(room) as client:
                assert (await client.message())["kind"] == "gap"
                assert (await client.message())["text"] == "3"

    play(work)


def test_keys_arrive_in_the_other_topic_with_who_is_there() -> None:
    async def work(room: Room) -> None:
        with room.hub.hold(KEYS):
            async with await open_socket(room) as client:
                client.send({"kind": "keys", "text": "ls\r"})
                await until(room.typed)
                [here] = room.typed("here")
                assert (here["name"], here["types"]) == ("Inès Haddad", True)
            assert [each["text"] for each in room.typed()] == ["ls\r"]
            assert len(room.typed("left")) == 1

    play(work)


def test_who_only_watches_cannot_type() -> None:
    async def work(room: Room) -> None:
        room.answers = grant(types=False)
        with room.hub.hold(KEYS):
            async with await open_socket(room) as client:
                client.send({"kind": "keys", "text": "rm -rf /\r"})
                assert await client.closed() == 1008
            assert room.typed() == []

    play(work)


def test_what_is_no_message_of_ours_closes_it_and_reaches_nobody() -> None:
    async def work(room: Room) -> None:
        wrong: list[object] = [
            "not json",
            [],
            {},
            {"kind": "resize"},
            {"kind": "keys"},
            {"kind": "keys", "text": "x" * 5000},
            {"kind": "keys", "text": 7},
            {"kind": "ack", "n": "many"},
        ]
        with room.hub.hold(KEYS):
            for message in wrong:
                async with await open_socket(room) as client:
                    client.send(message)
                    assert await client.closed() == 1008, message
            async with await open_socket(room) as client:
                client.send_bytes(b"ls\r")
                assert await client.closed() == 1003
            assert room.typed() == []

    play(work)


def test_a_flood_of_frames_closes_it() -> None:
    async def work(room: Room) -> None:
        async with await open_socket(room) as client:
            for _ in range(500):
                client.send({"kind": "here"})
            assert await client.closed() == 1008

    play(work)


def test_a_browser_is_sent_no_more_than_it_can_show() -> None:
    async def work(room: Room) -> None:
        with room.hub.hold(SCREEN), room.hub.hold(KEYS):
            async with await open_socket(room) as client:
                assert (await client.message())["kind"] == "now"
                for _ in range(40):
                    room.print("x" * 50_000)
                sent = 0
                while sent <= AHEAD:
                    sent = (await client.message())["n"]
                await asyncio.sleep(0.1)
                assert client._from.empty()  # noqa: SLF001 -- nothing more was sent
                client.send({"kind": "ack", "n": sent})
                assert (await client.message())["n"] == sent + 50_000
                await until(lambda: room.typed("here")[-1]["shown"] == sent)

    play(work)


def test_the_end_of_the_program_closes_it_after_its_last_words() -> None:
    async def work(room: Room) -> None:
        with room.hub.hold(SCREEN) as topic:
            async with await open_socket(room) as client:
                assert (await client.message())["kind"] == "now"
                room.print("adieu")
                topic.append({"kind": "ended", "reason": "ended"})
                assert (await client.message())["text"] == "adieu"
                assert (await client.message())["reason"] == "ended"
                assert await client.closed() == 1000

    play(work)


def test_a_right_that_is_taken_back_closes_it() -> None:
    async def work(room: Room) -> None:
        async with await open_socket(room) as client:
            room.answers = Refusal(401, "gone")
            assert await client.closed() == 1008
            assert [each.is_first for each in room.asked][:2] == [True, False]

    play(work, pace=SOON)


def test_before_a_stop_it_is_told_then_closed_so_that_the_browser_comes_back() -> None:
    async def work(room: Room) -> None:
        async with await open_socket(room) as client:
            assert (await client.message())["kind"] == "now"
            room.is_stopping = True
            assert (await client.message())["kind"] == "closing"
            assert await client.message() == {"kind": "bye", "reason": "restart"}
            assert await client.closed() == 1012

    play(work, pace=SOON)


def test_a_browser_that_has_gone_silent_is_let_go() -> None:
    async def work(room: Room) -> None:
        async with await open_socket(room) as client:
            assert await client.closed() == 1001

    play(work, pace=Pace(ping=0.05, silence=0.1))


def test_one_person_has_so_many_and_no_more() -> None:
    async def work(room: Room) -> None:
        async with await open_socket(room), await open_socket(room):
            assert (await Client(room.sockets).next())["type"] == "websocket.close"
        async with await open_socket(room):
            pass

    play(work, max_per_person=2)


def test_with_redis_the_browser_of_one_process_talks_to_the_program_of_another(
    shared_redis: RedisServer,
) -> None:
    async def work(room: Room) -> None:
        brokers = [RedisBroker(shared_redis.empty().url) for _ in range(2)]
        holder, other = [Hub(broker=broker) for broker in brokers]
        for hub in (holder, other):
            for prefix in ("console", "keys"):
                hub.register(prefix, None, is_shared=True)
        room.hub.shutdown(0)
        sockets = Sockets(other, lambda _request: grant(), is_stopping=lambda: False)
        with holder.hold(SCREEN) as screen, holder.hold(KEYS) as keys:
            await asyncio.to_thread(screen.append, {"kind": "out", "text": "avant"}, weight=5)
            async with Client(sockets) as client:
                assert (await client.next())["type"] == "websocket.accept"
                assert (await client.message())["text"] == "avant"
                client.send({"kind": "keys", "text": "ls\r"})
                await until(lambda: any('"ls\\r"' in event.data for event in keys.everything().events))
                await asyncio.to_thread(screen.append, {"kind": "out", "text": "après"}, weight=5)
                while (told := await client.message())["kind"] != "out":
                    pass
                assert told["text"] == "après"
        for hub in (holder, other):
            await asyncio.to_thread(hub.shutdown, 2)

    play(work)


def test_whether_sockets_get_through_can_be_tried_without_any_right() -> None:
    async def work(room: Room) -> None:
        client = Client(room.sockets, path="/ws/trial/")
        assert (await client.next())["type"] == "websocket.accept"
        assert await client.closed() == 1000
        assert room.asked == []

    play(work)
