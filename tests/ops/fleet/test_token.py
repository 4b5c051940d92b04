"""The token: checked with Heroku before it is kept, used at once, replaced, deleted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from pytest_django import Settings

from opsconsole import heroku
from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet import token as tokens
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, StoredToken
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.fleet.token import TokenRefusedError, find_what_is_kept, use_what_is_kept, vault
from opsconsole.ops.fleet.vault import UnreadableError
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.scaling.calls import held_back

pytestmark = pytest.mark.usefixtures("transactional_db")
FITTING = ("identity", "read", "write")


@pytest.fixture
def ines() -> Actor:
    return Actor(
        id="3", name="Inès Haddad", profile=Profile.ADMINISTRATOR, address="192.0.2.16", session_ref="ghi"
    )


@pytest.fixture
def another(simulator: Simulator) -> str:
    return simulator.world.issue_token(scopes=FITTING)


def store(fleet: Fleet, actor: Actor, token: str) -> tokens.Checked:
    return tokens.store(fleet, actor=actor, token=token, now=fleet.now())


def change_keys(settings: Settings, *keys: str) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, encryption_keys=keys)


class Silent:
    """A database that answers only after some failures."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked = 0

    def __call__(self, execute: Callable[..., Any], *query: Any) -> Any:
        self.asked += 1
        if self.asked <= self.failures:
            raise OperationalError("the database system is starting up")
        return execute(*query)


def test_it_is_asked_whose_it_is_what_it_sees_and_what_it_may(
    fleet: Fleet, ines: Actor, simulator: Simulator, another: str
) -> None:
    checked = store(fleet, ines, another)
    assert checked.account.email == "direction@lycee-jean-moulin.example"
    assert checked.apps == len(simulator.apps)
    assert checked.scopes == FITTING


def test_it_is_kept_encrypted_with_whose_it_is_and_who_gave_it(
    fleet: Fleet, ines: Actor, another: str
) -> None:
    store(fleet, ines, another)
    kept = StoredToken.objects.get()
    assert another not in kept.secret
    assert vault().open(kept.secret) == another
    assert (kept.account_email, kept.stored_by) == ("direction@lycee-jean-moulin.example", "Inès Haddad")


def test_it_is_used_at_once_for_every_call(
    fleet: Fleet, ines: Actor, simulator: Simulator, another: str
) -> None:
    store(fleet, ines, another)
    simulator.clear_requests()
    fleet.list_apps(max_age=0)
    assert simulator.requests[-1].headers["authorization"] == f"Bearer {another}"


def test_it_ends_the_silence_after_a_token_that_was_revoked(
    fleet: Fleet, ines: Actor, simulator: Simulator, another: str, site: App
) -> None:
    simulator.world.revoke_token(simulator.token)
    fleet.refresh(site.heroku_id)
    assert fleet.outage
    assert fleet.outage.kind == "denied"
    store(fleet, ines, another)
    assert fleet.outage is None
    assert fleet.refresh(site.heroku_id).reading


def test_what_the_old_token_had_read_is_forgotten(fleet: Fleet, ines: Actor, another: str, site: App) -> None:
    fleet.refresh(site.heroku_id)
    store(fleet, ines, another)
    assert fleet.known(site.heroku_id).reading is None


def test_an_answer_to_the_old_token_says_nothing_of_the_new_one(
    fleet: Fleet, simulator: Simulator, site: App
) -> None:
    with held_back("GET dynos") as (held, let_go):
        look = run_aside(lambda: fleet.refresh(site.heroku_id), name="reading")
        assert held.acquire(timeout=30)
        fleet.use(None)
        fleet.use(heroku.Client(simulator.token, base_url=simulator.base_url))
        let_go()
    assert look.result().reading is None
    assert fleet.refresh(site.heroku_id).reading


def test_the_old_token_refused_after_the_new_one_came_is_no_trouble(
    fleet: Fleet, simulator: Simulator, another: str
) -> None:
    simulator.world.revoke_token(simulator.token)
    with held_back("GET account", "GET apps") as (held, let_go):
        whose = run_aside(fleet.check_token, name="whose")
        listing = run_aside(lambda: fleet.list_apps(max_age=0), name="listing")
        assert held.acquire(timeout=30)
        assert held.acquire(timeout=30)
        fleet.use(heroku.Client(another, base_url=simulator.base_url))
        let_go()
    assert whose.result() is None
    assert listing.result() is None
    assert fleet.outage is None


def test_what_the_old_token_sees_is_not_taken_for_what_the_new_one_does(
    fleet: Fleet, simulator: Simulator, another: str
) -> None:
    with held_back("GET account", "GET apps") as (held, let_go):
        whose = run_aside(fleet.check_token, name="whose")
        listing = run_aside(lambda: fleet.list_apps(max_age=0), name="listing")
        assert held.acquire(timeout=30)
        assert held.acquire(timeout=30)
        fleet.use(heroku.Client(another, base_url=simulator.base_url))
        let_go()
    assert whose.result() is None
    assert listing.result() is None
    assert fleet.account is None
    assert fleet.listed_at is None


def test_the_hours_of_the_old_token_s_account_are_not_shown_as_the_new_one_s(
    fleet: Fleet, simulator: Simulator, another: str
) -> None:
    with held_back("GET get-quota") as (held, let_go):
        hours = run_aside(fleet.quota, name="hours")
        assert held.acquire(timeout=30)
        fleet.use(heroku.Client(another, base_url=simulator.base_url))
        let_go()
    assert hours.result() is None
    assert fleet.known_quota == (None, None)


def test_the_journal_has_it_with_the_account_and_without_the_token(
    fleet: Fleet, ines: Actor, another: str
) -> None:
    store(fleet, ines, another)
    entry = Entry.objects.get()
    assert (entry.action, entry.after) == (
        Action.STORE_TOKEN,
        {"account": "direction@lycee-jean-moulin.example"},
    )
    assert entry.outcomes.get().kind == Kind.DONE


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR, Profile.MANAGER])
def test_nobody_else_may_and_heroku_is_not_asked(
    fleet: Fleet, ines: Actor, simulator: Simulator, another: str, profile: Profile
) -> None:
    simulator.clear_requests()
    with pytest.raises(RefusedError):
        store(fleet, replace(ines, profile=profile), another)
    with pytest.raises(RefusedError):
        tokens.delete(fleet, actor=replace(ines, profile=profile), now=fleet.now())
    assert simulator.requests == []
    assert not StoredToken.objects.exists()
    assert set(Entry.objects.values_list("outcomes__kind", flat=True)) == {Kind.REFUSED}


class TestWhatIsNotKept:
    def reason(self, fleet: Fleet, actor: Actor, token: str) -> str:
        with pytest.raises(TokenRefusedError) as refused:
            store(fleet, actor, token)
        assert not StoredToken.objects.exists()
        assert fleet.outage is None
        return refused.value.reason

    @pytest.mark.parametrize("text", ["court", "avec une espace", "réponse-accentuée"])
    def test_what_cannot_be_a_token(self, fleet: Fleet, ines: Actor, text: str) -> None:
        assert self.reason(fleet, ines, text) == "malformed"

    def test_one_that_heroku_does_not_know(self, fleet: Fleet, ines: Actor) -> None:
        assert self.reason(fleet, ines, "HRKU-0123456789") == "denied"

    @pytest.mark.parametrize(
        ("scopes", "reason"), [(("read", "write"), "no_identity"), (("identity",), "no_read")]
    )
    def test_one_that_is_too_weak_to_see(
        self, fleet: Fleet, ines: Actor, simulator: Simulator, scopes: tuple[str, ...], reason: str
    ) -> None:
        assert self.reason(fleet, ines, simulator.world.issue_token(scopes=scopes)) == reason

    @pytest.mark.parametrize(
        ("mode", "params", "reason"),
        [
            ("error", {"status": 403, "id": "suspended"}, "suspended"),
            ("error", {"status": 402, "id": "delinquent"}, "delinquent"),
            ("two_factor", {}, "two_factor"),
            ("429", {}, "rate_limited"),
            ("html", {}, "unreachable"),
            ("reset_before", {}, "unreachable"),
        ],
    )
    def test_one_of_which_heroku_says_no_good_or_nothing(
        self,
        fleet: Fleet,
        ines: Actor,
        simulator: Simulator,
        another: str,
        mode: str,
        params: dict[str, Any],
        reason: str,
    ) -> None:
        simulator.faults.add(mode, path="^/account$", **params)
        assert self.reason(fleet, ines, another) == reason


def test_scopes_that_heroku_does_not_tell_are_not_known(
    fleet: Fleet, ines: Actor, simulator: Simulator, another: str
) -> None:
    simulator.faults.add("error", path="/oauth/", status=404, id="not_found")
    assert store(fleet, ines, another).scopes == ()


class TestDeleting:
    def test_the_token_of_the_environment_is_used_again(
        self, fleet: Fleet, ines: Actor, simulator: Simulator, another: str
    ) -> None:
        store(fleet, ines, another)
        tokens.delete(fleet, actor=ines, now=fleet.now() + timedelta(seconds=1))
        simulator.clear_requests()
        fleet.list_apps(max_age=0)
        assert simulator.requests[-1].headers["authorization"] == f"Bearer {simulator.token}"
        assert not StoredToken.objects.exists()
        assert Entry.objects.latest("at").action == Action.DELETE_TOKEN

    def test_without_one_there_is_none_and_it_is_said(
        self, fleet: Fleet, ines: Actor, another: str, settings: Settings
    ) -> None:
        store(fleet, ines, another)
        settings.HEROKU_API_KEY = ""
        tokens.delete(fleet, actor=ines, now=fleet.now())
        assert fleet.outage
        assert fleet.outage.kind == "no_token"


class TestAtTheStart:
    def test_the_stored_one_wins_over_the_environment_s(
        self, fleet: Fleet, ines: Actor, simulator: Simulator, another: str
    ) -> None:
        store(fleet, ines, another)
        fleet.use(None)
        assert use_what_is_kept(fleet) == "stored"
        simulator.clear_requests()
        fleet.list_apps(max_age=0)
        assert simulator.requests[-1].headers["authorization"] == f"Bearer {another}"

    def test_one_that_no_key_opens_is_unreadable_and_no_other_is_used(
        self, fleet: Fleet, ines: Actor, another: str, settings: Settings
    ) -> None:
        store(fleet, ines, another)
        change_keys(settings, "another-secret-of-thirty-two-characters-0123")
        assert use_what_is_kept(fleet) == "unreadable"
        assert fleet.outage
        assert fleet.outage.kind == "unreadable_token"

    @pytest.mark.parametrize("failures", [1, 2])
    def test_a_database_that_does_not_answer_yet_is_asked_until_it_does(
        self, fleet: Fleet, ines: Actor, simulator: Simulator, another: str, failures: int
    ) -> None:
        store(fleet, ines, another)
        fleet.use(tokens.make_client(simulator.token))
        silent = Silent(failures)
        with connection.execute_wrapper(silent):
            find_what_is_kept(fleet, pause=0)
        assert silent.asked == failures + 1
        simulator.clear_requests()
        fleet.list_apps(max_age=0)
        assert simulator.requests[-1].headers["authorization"] == f"Bearer {another}"

    def test_a_console_that_stops_waits_for_it_no_longer(self, fleet: Fleet) -> None:
        fleet.stopping.set()
        silent = Silent(9)
        with connection.execute_wrapper(silent):
            find_what_is_kept(fleet, pause=30)
        assert silent.asked == 1


class TestRotatingTheKeys:
    NEW = "another-secret-of-thirty-two-characters-0123"

    def test_the_first_key_alone_is_enough_afterwards(
        self, fleet: Fleet, ines: Actor, another: str, settings: Settings
    ) -> None:
        store(fleet, ines, another)
        change_keys(settings, self.NEW, *settings.ENVIRONMENT.encryption_keys)
        call_command("rotate_token_keys", stdout=StringIO())
        change_keys(settings, self.NEW)
        assert vault().open(StoredToken.objects.get().secret) == another

    def test_a_token_that_no_key_opens_is_said_to_be_lost(
        self, fleet: Fleet, ines: Actor, another: str, settings: Settings
    ) -> None:
        store(fleet, ines, another)
        change_keys(settings, self.NEW)
        with pytest.raises(CommandError, match="à ressaisir"):
            call_command("rotate_token_keys")
        with pytest.raises(UnreadableError):
            vault().open(StoredToken.objects.get().secret)

    def test_without_a_token_there_is_nothing_to_do(self) -> None:
        said = StringIO()
        call_command("rotate_token_keys", stdout=said)
        assert "Aucun jeton" in said.getvalue()
