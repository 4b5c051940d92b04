"""Changing somebody: what is written down, what ends, what nobody may do, and two at once."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.people import accounts
from tests.ops.people.conftest import SCHOOL, SHOP, actor_for, browser_of, make_user
from tests.ops.scaling.changes import last_outcome

pytestmark = pytest.mark.django_db


def give(person: User, by: User, profile: Profile, *app_ids: object) -> bool:
    apps = frozenset(app_ids) or None
    return accounts.change_rights(
        person,
        actor=actor_for(by),
        profile=profile,
        apps=apps,  # type: ignore[arg-type]  # UUIDs
        now=timezone.now(),
    )


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


@pytest.mark.usefixtures("apps")
def test_a_profile_and_sites_are_given_and_noted(ines: User, hugo: User) -> None:
    assert give(hugo, ines, Profile.MANAGER, SCHOOL, SHOP)
    assert fresh(hugo).profile == Profile.MANAGER
    assert fresh(hugo).granted_apps == frozenset({str(SCHOOL), str(SHOP)})
    entry = Entry.objects.get()
    assert (entry.actor_name, entry.action) == ("Inès Haddad", Action.CHANGE_PERSON)
    assert entry.before == {"person": "Hugo Petit", "profile": "reader", "apps": None}
    assert entry.after == {
        "person": "Hugo Petit",
        "profile": "manager",
        "apps": ["Boutique", "Inscriptions"],
    }
    assert last_outcome() == (Kind.DONE, "")


@pytest.mark.usefixtures("apps")
def test_only_what_changes_is_noted(ines: User, hugo: User) -> None:
    give(hugo, ines, Profile.READER, SCHOOL)
    assert Entry.objects.get().after == {"person": "Hugo Petit", "apps": ["Inscriptions"]}


@pytest.mark.usefixtures("apps")
def test_sites_are_replaced_not_added(ines: User, hugo: User) -> None:
    give(hugo, ines, Profile.READER, SCHOOL)
    give(hugo, ines, Profile.READER, SHOP)
    assert fresh(hugo).granted_apps == frozenset({str(SHOP)})
    give(hugo, ines, Profile.READER)
    assert fresh(hugo).granted_apps is None
    assert not hugo.grants.exists()


@pytest.mark.usefixtures("apps")
def test_an_administrator_keeps_all_sites(ines: User, hugo: User) -> None:
    give(hugo, ines, Profile.ADMINISTRATOR, SCHOOL)
    assert fresh(hugo).granted_apps is None


def test_what_is_already_so_is_neither_done_nor_noted(ines: User, hugo: User) -> None:
    browser = browser_of(hugo)
    assert not give(hugo, ines, Profile.READER)
    assert not accounts.enable(hugo, actor=actor_for(ines), now=timezone.now())
    assert browser.get("/journal/").status_code == 200
    assert not Entry.objects.exists()


def test_a_closed_account_opens_nothing_until_it_is_opened_again(ines: User, hugo: User) -> None:
    browser = browser_of(hugo)
    assert accounts.disable(hugo, actor=actor_for(ines), now=timezone.now())
    assert browser.get("/journal/").status_code == 302
    assert Entry.objects.get().action == Action.DISABLE_PERSON
    assert accounts.enable(hugo, actor=actor_for(ines), now=timezone.now())
    assert browser.get("/journal/").status_code == 302
    assert fresh(hugo).is_active
    assert Entry.objects.latest("at").action == Action.ENABLE_PERSON


@pytest.mark.parametrize("change", ["rights", "account", "sessions"])
def test_every_session_of_theirs_ends_and_no_other(ines: User, hugo: User, change: str) -> None:
    first, second, other = browser_of(hugo), browser_of(hugo), browser_of(ines)
    now = timezone.now()
    if change == "rights":
        give(hugo, ines, Profile.OPERATOR)
    elif change == "account":
        accounts.disable(hugo, actor=actor_for(ines), now=now)
    else:
        assert accounts.end_sessions(hugo, actor=actor_for(ines), now=now)
        assert Entry.objects.get().before == {"person": "Hugo Petit", "sessions": 2}
    assert [browser.get("/journal/").status_code for browser in (first, second, other)] == [302, 302, 200]


def test_ending_the_sessions_of_who_has_none_changes_nothing(ines: User, hugo: User) -> None:
    assert not accounts.end_sessions(hugo, actor=actor_for(ines), now=timezone.now())
    assert not Entry.objects.exists()


@pytest.mark.parametrize("how", ["demoted", "disabled"])
def test_who_may_invite_no_more_cannot_come_back_by_a_link_of_their_own(ines: User, how: str) -> None:
    anne = make_user("anne", Profile.ADMINISTRATOR, "Anne Roy")
    now = timezone.now()
    for author in (anne, ines):
        invitations.invite("administrator", created_by=str(author), author_id=str(author.pk), now=now)
    if how == "demoted":
        give(anne, ines, Profile.READER)
    else:
        accounts.disable(anne, actor=actor_for(ines), now=now)
    assert [invitation.created_by for invitation in invitations.pending(now=timezone.now())] == [
        "Inès Haddad"
    ]


# ── refused ──
ATTEMPTS: dict[str, Callable[[User], bool]] = {
    "rights": lambda person: give(person, person, Profile.READER),
    "account": lambda person: accounts.disable(person, actor=actor_for(person), now=timezone.now()),
    "sessions": lambda person: accounts.end_sessions(person, actor=actor_for(person), now=timezone.now()),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nobody_changes_their_own_account(ines: User, attempt: str) -> None:
    make_user("anne", Profile.ADMINISTRATOR, "Anne Roy")
    with pytest.raises(RefusedError, match="own_account"):
        ATTEMPTS[attempt](ines)
    assert last_outcome() == (Kind.REFUSED, "own_account")
    assert fresh(ines).profile == Profile.ADMINISTRATOR
    assert fresh(ines).is_active


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR, Profile.MANAGER])
def test_nobody_raises_themselves_nor_anybody(ines: User, hugo: User, profile: Profile) -> None:
    climber = make_user("marc", profile, "Marc Delaunay")
    for person in (climber, hugo, ines):
        with pytest.raises(RefusedError, match="right"):
            give(person, climber, Profile.ADMINISTRATOR)
    assert list(User.objects.filter(profile=Profile.ADMINISTRATOR)) == [ines]
    assert Entry.objects.count() == 3
    assert last_outcome() == (Kind.REFUSED, "right")


def test_the_last_administrator_is_not_demoted(ines: User) -> None:
    make_user("anne", Profile.ADMINISTRATOR, "Anne Roy", is_active=False)
    with pytest.raises(RefusedError, match="last_administrator"):
        give(ines, ines, Profile.READER)
    assert fresh(ines).profile == Profile.ADMINISTRATOR


def test_the_last_administrator_is_not_disabled(ines: User) -> None:
    make_user("anne", Profile.ADMINISTRATOR, "Anne Roy", is_active=False)
    with pytest.raises(RefusedError, match="last_administrator"):
        accounts.disable(ines, actor=actor_for(ines), now=timezone.now())
    assert fresh(ines).is_active


@pytest.mark.parametrize("values", [{"profile": Profile.READER}, {"is_active": False}])
def test_who_was_removed_a_moment_ago_removes_nobody(ines: User, values: dict[str, object]) -> None:
    anne = make_user("anne", Profile.ADMINISTRATOR, "Anne Roy")
    as_she_was = actor_for(anne)
    User.objects.filter(pk=anne.pk).update(**values)
    with pytest.raises(RefusedError, match="last_administrator"):
        accounts.disable(ines, actor=as_she_was, now=timezone.now())
    assert fresh(ines).is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["demote", "disable"])
@pytest.mark.parametrize("_round", range(3))
def test_of_two_administrators_who_remove_each_other_at_once_one_stays(how: str, _round: int) -> None:  # noqa: PT019
    ines = make_user("ines", Profile.ADMINISTRATOR, "Inès Haddad")
    anne = make_user("anne", Profile.ADMINISTRATOR, "Anne Roy")
    barrier, refused = Barrier(2), []

    def remove(person: User, by: User) -> None:
        actor = actor_for(by)
        barrier.wait(timeout=10)
        try:
            if how == "demote":
                give(person, by, Profile.READER)
            else:
                accounts.disable(person, actor=actor, now=timezone.now())
        except RefusedError as error:
            refused.append(error.reason)
        finally:
            connection.close()

    threads = [Thread(target=remove, args=pair) for pair in ((ines, anne), (anne, ines))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refused == ["last_administrator"]
    assert User.objects.filter(profile=Profile.ADMINISTRATOR, is_active=True).count() == 1
    assert sorted(entry.outcomes.get().kind for entry in Entry.objects.all()) == ["done", "refused"]
