"""One round: a fault, one or two clicks, perhaps a colleague's own scaling, perhaps kill -9; then everything must be true."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.demo.house import House
from tests.soak import promises
from tests.soak.ledger import Ledger, Written, let_leases_lapse, read_ledger
from tests.soak.person import Person
from tests.soak.plan import Plan
from tests.soak.platform import open_elsewhere, read_app, scale_elsewhere, sent_changes
from tests.soak.promises import BrokenPromiseError

RECOVERS_WITHIN = (
    240.0  # seconds: a call and its time to come true, a reader's longest pause, a minute without calls
)
PATIENCE_OF_A_COLLEAGUE = 8.0  # seconds after which their dynos no longer keep a change from ending
LOOK_EVERY = 1.0
ELSEWHERE = {"web": 3}


@dataclass(frozen=True)
class Told:
    """What a round comes to."""

    action: str
    entries: Sequence[Written]
    sent: int
    clicks: int

    def __str__(self) -> str:
        return f"{self.action}: {self.sent} sent, {', '.join(map(str, self.entries)) or 'no entry'}"


class Site:
    """The app at rest between two rounds, and the people who change it; `reader` only looks."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.operators = [Person(house.sign_in(name)) for name in ("operateur", "responsable")]
        self.reader = Person(house.sign_in("lecteur"))
        self._as_it_was = read_app(house).quantities

    @property
    def people(self) -> list[Person]:
        return [*self.operators, self.reader]

    def close(self) -> None:
        """Everybody's connections; whoever asks again opens another one."""
        for person in self.people:
            person.let_go()

    def ledger(self) -> Ledger:
        return read_ledger(self.house.place.folder)

    def play(self, plan: Plan) -> Told:
        """Raises BrokenPromiseError, and DemoError when the console ended though nobody killed it."""
        before, ledger, start = read_app(self.house), self.ledger(), self.house.count_requests()
        clicks = sum(each.clicks for each in self.people)
        self.house.control("POST", "/faults", plan.fault)
        self._act(plan, wake=before.is_asleep)
        self._wait_until_settled(plan, wake=before.is_asleep)

        after = self.ledger()
        entries = after.entries[len(ledger.entries) :]
        told = Told(
            action="wake" if before.is_asleep else "sleep",
            entries=entries,
            sent=len(sent_changes(self.house, start)),
            clicks=sum(each.clicks for each in self.people) - clicks,
        )
        promises.hold_count(sent=told.sent, entries=entries, clicks=told.clicks)
        promises.hold_outcomes(
            entries,
            before=before,
            after=read_app(self.house),
            owed=ledger.remembered,
            remembered=after.remembered,
            scaled_elsewhere=plan.scaled_after is not None,
        )
        self._tidy(after)
        self._wait_until_told()
        self._hold_what_was_seen(plan)
        return told

    # ── what happens ──
    def _act(self, plan: Plan, *, wake: bool) -> None:
        """The clicks, what happens to them meanwhile, and a look at the pages before the fault is mended."""
        clicks = [
            threading.Thread(target=each.click, kwargs={"wake": wake, "with_page": plan.with_page})
            for each in self.operators[: plan.clickers]
        ]
        for click in clicks:
            click.start()
        began = time.monotonic()
        for moment, happen in self._events(plan):
            time.sleep(max(0.0, began + moment - time.monotonic()))  # a random moment is what is wanted
            happen()
        for click in clicks:
            click.join()
        if plan.killed_after is not None:
            self._bring_back()
        self.reader.look_around()
        time.sleep(max(0.0, began + plan.mended_after - time.monotonic()))
        self.house.control("DELETE", "/faults")

    def _events(self, plan: Plan) -> list[tuple[float, Callable[[], None]]]:
        events: list[tuple[float, Callable[[], None]]] = []
        if plan.killed_after is not None:
            events.append((plan.killed_after, self.house.kill))
        if plan.scaled_after is not None:
            events.append((plan.scaled_after, lambda: scale_elsewhere(self.house, **ELSEWHERE)))
        return sorted(events, key=lambda event: event[0])

    def _bring_back(self) -> None:
        promises.hold_log(self._log("console"))  # the next start begins a new one
        let_leases_lapse(self.house.place.folder)
        self.house.start()
        self.close()

    # ── until all is at rest ──
    def _wait_until_settled(self, plan: Plan, *, wake: bool) -> None:
        began, taken_back = time.monotonic(), plan.scaled_after is None
        while not self.ledger().is_settled:
            waited = time.monotonic() - began
            if not taken_back and waited > PATIENCE_OF_A_COLLEAGUE:
                self._take_back(wake=wake)
                taken_back = True
            if waited > RECOVERS_WITHIN:
                raise BrokenPromiseError(f"not settled after {waited:.0f} s: {self.ledger().entries[-2:]}")
            self._look()
            time.sleep(LOOK_EVERY)

    def _look(self) -> str:
        self.house.console.check()
        return self.reader.look()

    def _take_back(self, *, wake: bool) -> None:
        """A colleague lets the change have its way: else it is watched for five minutes before it ends."""
        owed = self.ledger().remembered if wake else {}
        scale_elsewhere(self.house, **{name: owed.get(name, 0) for name in self._as_it_was})

    def _tidy(self, ledger: Ledger) -> None:
        """Bring the app to where the next round can begin: asleep where a wake would know what to do, else as it was."""
        app = read_app(self.house)
        wanted = dict.fromkeys(self._as_it_was, 0) if ledger.remembered else self._as_it_was
        if app.quantities != wanted:
            scale_elsewhere(self.house, **wanted)
        if app.maintenance and not ledger.remembered:
            open_elsewhere(self.house)

    def _wait_until_told(self) -> None:
        """Once Heroku answers again, the page says what is so."""
        began, state = time.monotonic(), read_app(self.house).state
        while (told := self._look()) != state:
            if time.monotonic() - began > RECOVERS_WITHIN:
                raise BrokenPromiseError(f"the page says « {told} », it is « {state} »")
            time.sleep(LOOK_EVERY)

    def _hold_what_was_seen(self, plan: Plan) -> None:
        for name in ("console", "simulator"):
            promises.hold_log(self._log(name))
        for person in self.people:
            promises.hold_answers(person.answers)
            if person.cuts and plan.killed_after is None:
                raise BrokenPromiseError(f"no answer, though nobody killed it: {person.cuts}")
            person.cuts.clear()

    def _log(self, name: str) -> str:
        return self.house.place.log(name).read_text(encoding="utf-8", errors="replace")
