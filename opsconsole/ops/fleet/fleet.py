"""The shared knowledge of every app: Heroku is read once for everybody, inside one budget.

A page never waits long: it gets the last reading and its age at once, and a refresh goes on behind it. Only an app that was
not read for a minute is waited for, and never while Heroku is known to be silent.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast
from uuid import UUID, uuid4

from opsconsole import heroku
from opsconsole.ops.fleet.budget import Budget, Purpose, interval
from opsconsole.ops.fleet.readings import TOKEN_KINDS, Failure, Known, Reading, failure_of, without_token
from opsconsole.ops.fleet.shared_call import SharedCall
from opsconsole.ops.fleet.threads import run_aside

Announce = Callable[[str, dict[str, object]], object]
Answer = TypeVar("Answer")

READ_TOTAL = 6.0  # seconds for one reading's parallel calls, retries included
OLD_ENOUGH_TO_WAIT = 60.0  # seconds after which a page prefers a fresh reading to an instant one
MANY = 2  # apps; for more, one list costs less of the minute than each app's own address
ASIDE_TOTAL = 1.5  # seconds for what a page can do without
QUOTA_AGE = 300.0
QUOTA_TOTAL = READ_TOTAL / 2  # it may take two calls, one after the other
QUOTA_AGAIN = 60.0  # seconds before a quota that could not be read is asked for again
SIZES_AGE = 3600.0
ADDONS_AGE = 600.0
ACCOUNT_WIDE = TOKEN_KINDS | {"unreachable", "rate_limited"}
STOP_SECONDS = 1.0
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Fleet:
    """Readings, failures and the account, shared by pages, pumps and followers. Thread-safe."""

    def __init__(
        self,
        client: heroku.Client | None,
        *,
        announce: Announce,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
        more_calls: int = 0,
    ) -> None:
        self._client = client
        self._calls_before = 0  # those of the clients that were used before this one
        self._generation = 0
        self.budget = Budget(clock=clock, made=self._calls_made, more=more_calls)
        self._announce = announce
        self._now = now
        self._readings: dict[UUID, Reading] = {}
        self._failures: dict[UUID, Failure] = {}
        self._learnt: dict[UUID, datetime] = {}
        self._outage: Failure | None = None if client else without_token(now=now())
        self._flights: dict[UUID, Future[Known]] = {}
        self._watched: dict[UUID, int] = {}
        self._listing: tuple[tuple[heroku.App, ...], datetime] | None = None
        self._listing_call: SharedCall[tuple[heroku.App, ...] | None] = SharedCall()
        self._quota: tuple[heroku.EcoQuota | None, datetime] = (None, now())  # with when to ask again
        self._quota_read_at: datetime | None = None
        self._quota_call: SharedCall[heroku.EcoQuota | None] = SharedCall()
        self._heard_at = now()
        self._asides: dict[str, tuple[object, datetime]] = {}
        self._account: heroku.Account | None = None
        self._lock = threading.RLock()
        self._followers: set[Future[None]] = set()
        self.stopping = threading.Event()
        self.mark = uuid4().hex
        """By which what this process tells is known from what others tell."""

    # ── whose token ──
    def use(
        self,
        client: heroku.Client | None,
        *,
        account: heroku.Account | None = None,
        unreadable: bool = False,
    ) -> None:
        """Speak with another token from now on: what the one before could read is forgotten.

        `unreadable`: a token is kept, but no key opens it. Followers go on with the new client.
        """
        with self._lock:
            known = {*self._readings, *self._failures}
            self._calls_before = self._calls_made()
            self._client, self._account = client, account
            self._generation += 1
            self._readings.clear()
            self._failures.clear()
            self._asides.clear()
            self._listing = None
            self._quota, self._quota_read_at = (None, self._now()), None
            self._outage = None if client else without_token(now=self._now(), unreadable=unreadable)
        for app_id in known:
            self._tell(app_id, changed=True)

    def _calls_made(self) -> int:
        client = self._client
        return self._calls_before + (client.calls if client else 0)

    # ── what pages ask ──
    @property
    def client(self) -> heroku.Client:
        """The client for a change; raises HerokuError when no token was given."""
        client = self._client  # read once: `use` may put another in its place at any moment
        if client is None:
            raise heroku.UnauthorizedError("no token")
        return client

    @property
    def outage(self) -> Failure | None:
        """What keeps the whole account from being read, if anything does."""
        return self._outage

    @property
    def remaining(self) -> int | None:
        """Calls left to the account, as Heroku last said."""
        client = self._client
        return client.remaining if client else None

    @property
    def calls(self) -> int:
        """Calls to Heroku since this process started, whoever's token made them."""
        return self._calls_made()

    def measured(self, *, now: datetime) -> heroku.Measured | None:
        """Return what calls with this token have cost; None without a token."""
        client = self._client
        return client.measured(now=now.timestamp()) if client else None

    @property
    def has_client(self) -> bool:
        """Tell whether there is a token to speak with."""
        return self._client is not None

    @property
    def account(self) -> heroku.Account | None:
        return self._account

    def known(self, app_id: UUID) -> Known:
        """Return what is known now, without asking Heroku."""
        with self._lock:
            return Known(reading=self._readings.get(app_id), failure=self._failure_of(app_id))

    def look(self, app_id: UUID, *, patience: float) -> Known:
        """Return what a page may show, waiting at most `patience` seconds, and only for what is missing or old."""
        return self.look_at([app_id], patience=patience)[app_id]

    def look_at(self, app_ids: list[UUID], *, patience: float) -> dict[UUID, Known]:
        """`look` for several apps at once, under one patience."""
        pace = self.pace()
        worth_waiting = {app_id for app_id in app_ids if self._is_worth_waiting_for(app_id)}
        due = {app_id for app_id in app_ids if self._age(app_id) >= pace and not self._must_pause(app_id)}
        by_list = len(due) > MANY
        flights = {app_id: self._refresh_aside(app_id, max_age=pace, by_list=by_list) for app_id in due}
        wait([flights[app_id] for app_id in worth_waiting & due], timeout=patience)
        return {app_id: self.known(app_id) for app_id in app_ids}

    def _refresh_aside(self, app_id: UUID, *, max_age: float, by_list: bool) -> Future[Known]:
        def read() -> Known:
            if by_list:
                self.list_apps(max_age=max_age)
            return self.refresh(app_id, max_age=max_age)

        return self._flights.get(app_id) or run_aside(read, name="reading")

    def _is_worth_waiting_for(self, app_id: UUID) -> bool:
        return self.known(app_id).failure is None and self._age(app_id) > OLD_ENOUGH_TO_WAIT

    def _age(self, app_id: UUID) -> float:
        reading = self._readings.get(app_id)
        return (self._now() - reading.read_at).total_seconds() if reading else float("inf")

    # ── reading ──
    def refresh(self, app_id: UUID, *, max_age: float = 0.0, purpose: Purpose = "page") -> Known:
        """Read an app again unless that was done less than `max_age` seconds ago, is under way, or is not allowed now."""
        with self._lock:
            if self._age(app_id) < max_age or self._must_pause(app_id):
                return self.known(app_id)
            flight = self._flights.get(app_id)
            mine = flight is None
            if flight is None:
                if not self.budget.take(2 if self._listed(app_id) else 3, purpose=purpose):
                    return self.known(app_id)
                flight = self._flights[app_id] = Future()
        if mine:
            self._fly(app_id, flight)
        return flight.result()

    def _fly(self, app_id: UUID, flight: "Future[Known]") -> None:
        started_at, generation = self._now(), self._generation
        try:
            reading = self._read(app_id)
            # A change has learnt something since this reading began: what it saw may be older than that.
            if self._generation == generation and started_at >= self._learnt.get(app_id, started_at):
                self._settle(app_id, reading, asked_at=started_at)
        except heroku.HerokuError as error:
            if self._generation == generation:  # what another token was refused says nothing of this one
                self._note_failure(error, app_id=app_id)
        finally:
            with self._lock:
                del self._flights[app_id]
            flight.set_result(self.known(app_id))

    def _read(self, app_id: UUID) -> Reading:
        client, name = self.client, str(app_id)
        formation = run_aside(lambda: client.formation.list(name, total=READ_TOTAL), name="formation")
        dynos = run_aside(lambda: client.dynos.list(name, total=READ_TOTAL), name="dynos")
        quota = run_aside(self.quota, name="quota") if self._may_be_eco(app_id) else None
        app = self._listed(app_id) or client.apps.get(name, total=READ_TOTAL)
        hours = quota.result() if quota and app.process_tier == "eco" else None
        return Reading(
            app=app,
            formation=formation.result(),
            dynos=dynos.result(),
            quota=hours if self._account and app.owner_id == self._account.id else None,
            read_at=self._now(),
        )

    def _may_be_eco(self, app_id: UUID) -> bool:
        before = self._readings.get(app_id)
        app = self._listed(app_id) or (before.app if before else None)
        return app is None or app.process_tier == "eco"

    def _settle(self, app_id: UUID, reading: Reading, *, asked_at: datetime) -> None:
        with self._lock:
            before, failed = self._readings.get(app_id), self._failure_of(app_id)
            self._readings[app_id] = reading
            self._failures.pop(app_id, None)
            recovered = self._hear(asked_at)
        self._tell(app_id, changed=failed is not None or not reading.says_the_same(before))
        if recovered:
            self._tell_everybody(but=app_id)

    def _hear(self, asked_at: datetime) -> bool:
        """Note that Heroku answered what was asked then; tell whether that ends an outage."""
        self._heard_at = max(self._heard_at, asked_at)
        recovered = self._outage is not None and asked_at >= self._outage.since
        if recovered:
            self._outage = None
        return recovered

    def _tell(self, app_id: UUID, *, changed: bool) -> None:
        reading = self._readings.get(app_id)
        event: dict[str, object] = {"kind": "changed" if changed else "read", "app": str(app_id)}
        if reading:
            event["read_at"] = reading.read_at.isoformat()
        self._announce(f"app:{app_id}", event)
        self._announce("fleet", event)

    def learn(
        self,
        app_id: UUID,
        *,
        app: heroku.App | None = None,
        formation: tuple[heroku.Formation, ...] | None = None,
        dynos: tuple[heroku.Dyno, ...] | None = None,
    ) -> None:
        """Put into the shared reading what a change has just learnt from Heroku."""
        with self._lock:
            before = self._readings.get(app_id)
            if before is None:
                return
            changed = {entry.type: entry for entry in formation or ()}
            reading = replace(
                before,
                app=app or before.app,
                formation=tuple(changed.get(entry.type, entry) for entry in before.formation),
                dynos=before.dynos if dynos is None else dynos,
                read_at=self._now() if dynos is not None else before.read_at,
            )
            now = self._learnt[app_id] = self._now()
        self._settle(app_id, reading, asked_at=now)

    def tell(self, app_id: UUID) -> None:
        """Say that something which only our own database knows has changed for an app."""
        self._tell(app_id, changed=True)

    # ── failing ──
    def _note_failure(self, error: heroku.HerokuError, *, app_id: UUID | None) -> None:
        now = self._now()
        with self._lock:
            failure = failure_of(error, before=self._failure_of(app_id), now=now)
            if app_id:
                self._failures[app_id] = failure
            concerns_all = self._concerns_all(failure)
            # A call that was under way when Heroku asked for a pause does not shorten it.
            if concerns_all and (self._outage is None or self._outage.retry_at <= failure.retry_at):
                self._outage = failure
        if app_id:
            self._tell(app_id, changed=True)
        if concerns_all:
            self._tell_everybody(but=app_id)

    def _concerns_all(self, failure: Failure) -> bool:
        """Heroku that answered for others since this app began to fail is not silent: this app alone is."""
        if failure.kind == "unreachable":
            return self._heard_at <= failure.since
        return failure.kind in ACCOUNT_WIDE

    def _tell_everybody(self, *, but: UUID | None) -> None:
        with self._lock:
            others = {*self._readings, *self._failures} - {but}
        for app_id in others:
            self._tell(app_id, changed=True)

    def _failure_of(self, app_id: UUID | None) -> Failure | None:
        """Return what keeps this app from being read: its own failure, unless the whole account's explains it."""
        own = self._failures.get(app_id) if app_id else None
        return self._outage or own if own is None or own.kind == "unreachable" else own

    def _must_pause(self, app_id: UUID | None) -> bool:
        now = self._now()
        failures = (self._outage, self._failures.get(app_id) if app_id else None)
        return any(failure is not None and now < failure.retry_at for failure in failures)

    # ── the account and its list ──
    def check_token(self) -> heroku.Account | None:
        """Ask whose token this is; None when that could not be known, which `outage` then explains."""
        generation, client = self._generation, self._client
        if client is None or self._must_pause(None) or not self.budget.take(1, purpose="page"):
            return self._account
        try:
            account = client.account.get(total=READ_TOTAL)
        except heroku.HerokuError as error:
            if self._generation == generation:  # nobody has given another token meanwhile
                self._note_failure(error, app_id=None)
            return self._account
        with self._lock:
            if self._generation == generation:
                self._account = account
        return self._account

    def list_apps(self, *, max_age: float, total: float = READ_TOTAL) -> tuple[heroku.App, ...] | None:
        """Return every app that the token sees, or None when that cannot be known now."""
        return self._listing_call.make(lambda: self._list(max_age=max_age, total=total), patience=total)

    def _list(self, *, max_age: float, total: float) -> tuple[heroku.App, ...] | None:
        asked_at = self._now()
        generation, client, listing = self._generation, self._client, self._listing
        if listing and (asked_at - listing[1]).total_seconds() < max_age:
            return listing[0]
        if client is None or self._must_pause(None) or not self.budget.take(1, purpose="page"):
            return None
        try:
            apps = client.apps.list(total=total)
        except heroku.HerokuError as error:
            if self._generation == generation:
                self._note_failure(error, app_id=None)
            return None
        with self._lock:
            if self._generation != generation:
                return None  # what another token sees
            self._listing = (apps, asked_at)
            recovered = self._hear(asked_at)
        if recovered:
            self._tell_everybody(but=None)
        return apps

    def _listed(self, app_id: UUID) -> heroku.App | None:
        """Return an app as the list of a moment ago has it, unless a change has learnt something since."""
        listing, now = self._listing, self._now()
        if listing is None or (now - listing[1]).total_seconds() > interval(1):
            return None
        if listing[1] <= self._learnt.get(app_id, _LONG_AGO):
            return None
        return next((app for app in listing[0] if app.id == str(app_id)), None)

    def quota(self) -> heroku.EcoQuota | None:
        """Return the account's Eco quota, read at most every five minutes; None when unknown or without a subscription."""
        self._quota_call.make(self._read_quota, patience=READ_TOTAL)
        return self._quota[0]

    @property
    def known_quota(self) -> tuple[heroku.EcoQuota | None, datetime | None]:
        """The account's Eco quota as it was last read, without asking, and when: no moment, nothing is known."""
        return self._quota[0], self._quota_read_at

    @property
    def listed_at(self) -> datetime | None:
        """When Heroku last told which apps the token sees."""
        listing = self._listing
        return listing[1] if listing else None

    def _read_quota(self) -> heroku.EcoQuota | None:
        generation = self._generation
        (kept, again_at), account = self._quota, self._account
        if self._now() < again_at or not self.budget.take(1 if account else 2, purpose="page"):
            return kept
        read_at = self._quota_read_at
        try:
            account = account or self.client.account.get(total=QUOTA_TOTAL)
            kept, age = self.client.quota.get(account.id, total=QUOTA_TOTAL), QUOTA_AGE
            read_at = self._now()
        except heroku.HerokuError:
            age = QUOTA_AGAIN  # the reading itself tells what is wrong with Heroku
        with self._lock:
            if self._generation != generation:
                return None  # another account's
            self._account, self._quota_read_at = account or self._account, read_at
            self._quota = (kept, self._now() + timedelta(seconds=age))
        return kept

    def sizes(self) -> dict[str, heroku.DynoSize] | None:
        """Return every dyno size by its lower-case name, None when Heroku does not say."""
        sizes = self._recall("sizes", SIZES_AGE, lambda client: client.dyno_sizes.list(total=ASIDE_TOTAL))
        return None if sizes is None else {size.name.lower(): size for size in sizes}

    def available_sizes(self, app_id: UUID) -> dict[str, heroku.DynoSize] | None:
        """Return the dyno sizes that an app may have, by lower-case name; None when it does not say."""
        name = str(app_id)
        sizes = self._recall(
            f"sizes {name}",
            SIZES_AGE,
            lambda client: client.dyno_sizes.available(name, total=ASIDE_TOTAL),
        )
        return None if sizes is None else {size.name.lower(): size for size in sizes}

    def addons(self, app_id: UUID) -> tuple[heroku.AddOn, ...] | None:
        """Return an app's add-ons, None when Heroku does not say."""
        name = str(app_id)
        return self._recall(
            f"addons {name}", ADDONS_AGE, lambda client: client.addons.names(name, total=ASIDE_TOTAL)
        )

    def _recall(self, key: str, max_age: float, ask: Callable[[heroku.Client], Answer]) -> Answer | None:
        """Return what was asked less than `max_age` seconds ago, else ask again; None when Heroku cannot be asked now."""
        kept = self._asides.get(key)
        if kept and (self._now() - kept[1]).total_seconds() < max_age:
            return cast("Answer", kept[0])
        client = self._client
        if client is None or self._must_pause(None):
            return None
        self.budget.spend(1)
        try:
            answer = ask(client)
        except heroku.HerokuError:
            return None
        self._asides[key] = (answer, self._now())
        return answer

    # ── the pace ──
    @contextmanager
    def watching(self, *app_ids: UUID) -> Iterator[None]:
        """Count apps as watched, so that the pace of reading follows their number."""
        self._count(app_ids, 1)
        try:
            yield
        finally:
            self._count(app_ids, -1)

    def _count(self, app_ids: tuple[UUID, ...], step: int) -> None:
        with self._lock:
            for app_id in app_ids:
                self._watched[app_id] = self._watched.get(app_id, 0) + step
                if self._watched[app_id] <= 0:
                    del self._watched[app_id]

    def oldest_first(self, app_ids: list[UUID]) -> list[UUID]:
        """Return apps in the order in which a short budget should read them."""
        return sorted(app_ids, key=self._age, reverse=True)

    def pace(self) -> float:
        """Return the seconds between two readings of the same app, from how many apps are watched."""
        return interval(2 + 2 * len(self._watched))

    def rest(self, app_id: UUID | None = None) -> float:
        """Return the seconds until a pump looks again: the pace, or less where a pause after a failure ends before."""
        failure = self._failure_of(app_id)
        left = (failure.retry_at - self._now()).total_seconds() if failure else 0.0
        return min(self.pace(), left) if left > 0 else self.pace()

    # ── work behind the pages ──
    def follow(self, work: Callable[[], None]) -> Future[None]:
        """Run the following of a change behind the page that asked for it; it must leave when `stopping` is set."""
        following = run_aside(work, name="follower")
        self._followers.add(following)
        following.add_done_callback(self._followers.discard)
        return following

    def now(self) -> datetime:
        return self._now()

    def close(self) -> None:
        """Let followers hand their changes over; one that Heroku keeps waiting is left to its lease."""
        self.stopping.set()
        wait(set(self._followers), timeout=STOP_SECONDS)
