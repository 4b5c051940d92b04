"""The pages of people: who sees them, what they say, and what posted fields can and cannot do."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Grant, Invitation, Profile, User
from opsconsole.ops.journal.models import Action, Entry, Kind
from tests.ops.access.conftest import PASSWORD, Browser
from tests.ops.journal.entries import plain
from tests.ops.people.conftest import SCHOOL, SHOP, browser_of, make_user
from tests.ops.scaling.changes import last_outcome
from tests.ops.scaling.pages import messages_of

pytestmark = pytest.mark.django_db
PEOPLE, INVITE = "/settings/people/", "/settings/people/invite/"
ALL = {"profile": "operator", "reach": "all"}
SOME = {"profile": "operator", "reach": "some", "apps": [str(SCHOOL)]}


def page_of(person: User, gesture: str = "") -> str:
    return f"{PEOPLE}{person.pk}/{gesture}"


def read(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return plain(answer.content.decode())


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


# ── the list ──
@pytest.mark.usefixtures("apps")
def test_the_list_tells_profile_sites_last_sign_in_and_state(admin: Browser, hugo: User) -> None:
    User.objects.filter(pk=hugo.pk).update(limited=True, is_active=False)
    Grant.objects.create(user=hugo, app_id=SHOP)
    page = read(admin, PEOPLE)
    assert "Hugo Petit hugo Lecteur, Boutique Compte fermé Aucune connexion encore" in page
    assert "Inès Haddad ines Administrateur, tous les sites Compte ouvert Dernière connexion" in page


@pytest.mark.usefixtures("apps")
def test_pending_invitations_are_listed_and_spent_ones_are_not(admin: Browser) -> None:
    now = timezone.now()
    invitations.invite("operator", name="Léa Blanc", apps=[SCHOOL], created_by="Inès Haddad", now=now)
    invitations.invite("reader", name="Trop tard", created_by="x", now=now - timedelta(hours=25))
    page = read(admin, PEOPLE)
    assert "Léa Blanc Opérateur, Inscriptions Lien pas encore utilisé fait par Inès Haddad" in page
    assert "Trop tard" not in page


# ── inviting ──
def invite(browser: Browser, **values: Any) -> str:
    """Return the link that the page shows."""
    answer = browser.post(INVITE, {"name": "Léa Blanc", **ALL, **values})
    assert answer.status_code == 200
    found = re.search(r"https://testserver(/accounts/invitation/[\w-]+/)", answer.content.decode())
    assert found, plain(answer.content.decode())
    return found[1]


@pytest.mark.usefixtures("apps")
def test_the_link_brings_somebody_in_with_what_was_chosen(admin: Browser) -> None:
    link = invite(admin, **SOME)
    values = {"username": "lea", "name": "Léa Blanc", "password1": PASSWORD, "password2": PASSWORD}
    assert Browser().post(link, values).status_code == 302
    lea = User.objects.get(username="lea")
    assert (lea.profile, lea.granted_apps) == ("operator", frozenset({str(SCHOOL)}))
    assert Browser().post(link, {**values, "username": "autre"}).status_code == 410


@pytest.mark.usefixtures("apps")
def test_an_invitation_is_noted_without_its_link(admin: Browser) -> None:
    link = invite(admin, **SOME)
    entry = Entry.objects.get()
    assert entry.action == Action.INVITE
    assert entry.after == {"person": "Léa Blanc", "profile": "operator", "apps": ["Inscriptions"]}
    assert last_outcome() == (Kind.DONE, "")
    assert link.split("/")[-2] not in str(list(Entry.objects.values())) + str(
        list(Invitation.objects.values())
    )


def test_the_link_is_shown_this_once(admin: Browser) -> None:
    token = invite(admin).split("/")[-2]
    assert token not in admin.get(PEOPLE).content.decode()
    assert token not in admin.get(INVITE).content.decode()


def test_the_link_is_good_for_a_day(admin: Browser) -> None:
    link = invite(admin)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=24)):
        assert Browser().get(link).status_code == 410


def test_an_invitation_is_withdrawn(admin: Browser) -> None:
    link = invite(admin)
    answer = admin.post(f"{PEOPLE}invitations/{Invitation.objects.get().pk}/withdraw/")
    assert answer["Location"] == PEOPLE
    assert Browser().get(link).status_code == 410
    assert Entry.objects.latest("at").after == {"person": "Léa Blanc"}


def test_withdrawing_what_was_used_changes_nothing(admin: Browser) -> None:
    link = invite(admin)
    values = {"username": "lea", "name": "Léa", "password1": PASSWORD, "password2": PASSWORD}
    Browser().post(link, values)
    admin.post(f"{PEOPLE}invitations/{Invitation.objects.get().pk}/withdraw/")
    assert messages_of(admin) == ["Ce lien avait déjà servi ou n’était plus valable : rien n’a changé."]
    assert not Entry.objects.filter(action=Action.WITHDRAW).exists()


@pytest.mark.usefixtures("apps")
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": ""}),
        ("name", {"name": "x" * 81}),
        ("profile", {"profile": "emperor"}),
        ("profile", {"profile": ""}),
        ("reach", {"reach": "none"}),
        ("reach", {**SOME, "profile": "administrator"}),
        ("apps", {**SOME, "apps": []}),
        ("apps", {**SOME, "apps": ["8c9e5d10-0000-4000-8000-00000000ffff"]}),
        ("apps", {**SOME, "apps": ["nonsense"]}),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_made(
    admin: Browser, field: str, values: dict[str, Any]
) -> None:
    answer = admin.post(INVITE, {"name": "Léa Blanc", **ALL, **values})
    assert list(answer.context["form"].errors) == [field]
    assert f'href="#id_{field}"' in answer.content.decode()
    assert not Invitation.objects.exists()


# ── one person ──
@pytest.mark.usefixtures("apps")
def test_a_profile_and_sites_are_changed(admin: Browser, hugo: User) -> None:
    answer = admin.post(page_of(hugo), SOME)
    assert answer["Location"] == page_of(hugo)
    assert messages_of(admin) == ["C’est changé. Hugo Petit devra se connecter de nouveau."]
    assert (fresh(hugo).profile, fresh(hugo).limited) == ("operator", True)


@pytest.mark.usefixtures("apps")
def test_the_form_shows_what_is_so_now(admin: Browser, hugo: User) -> None:
    admin.post(page_of(hugo), SOME)
    page = admin.get(page_of(hugo)).content.decode()
    checked = re.findall(r'name="(\w+)" value="([\w-]+)" checked', page)
    assert checked == [("profile", "operator"), ("reach", "some"), ("apps", str(SCHOOL))]


def test_an_account_is_closed_and_opened_again(admin: Browser, hugo: User) -> None:
    admin.post(page_of(hugo, "disable/"))
    assert not fresh(hugo).is_active
    assert "Rouvrir le compte" in read(admin, page_of(hugo))
    admin.post(page_of(hugo, "enable/"))
    assert fresh(hugo).is_active


def test_sessions_are_ended(admin: Browser, hugo: User) -> None:
    browser = browser_of(hugo)
    admin.post(page_of(hugo, "sessions/"))
    assert browser.get("/journal/").status_code == 302


@pytest.mark.parametrize("gesture", ["", "disable/", "sessions/"])
def test_ones_own_account_is_not_offered_and_not_changed(admin: Browser, ines: User, gesture: str) -> None:
    make_user("anne", Profile.ADMINISTRATOR, "Anne Roy")
    page = admin.get(page_of(ines)).content.decode()
    assert f'action="{page_of(ines, gesture)}"' not in page
    admin.post(page_of(ines, gesture), ALL)
    assert messages_of(admin) == [
        "C’est votre propre compte : seule une autre personne qui administre peut le changer."
    ]
    assert fresh(ines).profile == Profile.ADMINISTRATOR


EXTRA = {
    "is_staff": "1",
    "is_superuser": "1",
    "is_active": "",
    "password": "x",
    "username": "pirate",
    "name": "Pirate",
    "email": "pirate@evil.example",
    "limited": "1",
    "user": "1",
    "pk": "1",
    "grants": str(SHOP),
}


@pytest.mark.usefixtures("apps")
@pytest.mark.parametrize("path", ["", "disable/", "enable/", "sessions/"])
def test_fields_that_no_form_has_do_nothing(admin: Browser, hugo: User, path: str) -> None:
    before: dict[str, object] = {**User.objects.filter(pk=hugo.pk).values().get()}
    admin.post(page_of(hugo, path), {**EXTRA, "profile": "reader", "reach": "all"})
    after: dict[str, object] = {**User.objects.filter(pk=hugo.pk).values().get()}
    assert {key for key in before if before[key] != after[key]} == (
        {"is_active"} if path == "disable/" else set()
    )
    assert not Grant.objects.exists()


@pytest.mark.usefixtures("apps")
def test_fields_that_the_invitation_has_not_do_nothing(admin: Browser) -> None:
    invite(admin, **{key: value for key, value in EXTRA.items() if key != "name"}, created_by="pirate")
    made = Invitation.objects.get()
    assert (made.name, made.username, made.created_by, made.apps) == ("Léa Blanc", "", "Inès Haddad", None)


@pytest.mark.parametrize("gesture", ["", "rights/"])
def test_nobody_there_is_a_404(admin: Browser, gesture: str) -> None:
    assert admin.get(f"{PEOPLE}4242/{gesture}").status_code == 404


# ── who may ──
WRITING = ["", "disable/", "enable/", "sessions/"]


@pytest.mark.parametrize("gesture", WRITING)
def test_a_password_proved_long_ago_is_asked_again(ines: User, hugo: User, gesture: str) -> None:
    browser = Browser()
    browser.force_login(ines)
    answer = browser.post(page_of(hugo, gesture), ALL)
    assert answer["Location"].startswith("/accounts/confirm/?next=")
    assert not Entry.objects.exists()


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR, Profile.MANAGER])
@pytest.mark.parametrize("gesture", WRITING)
def test_no_other_profile_changes_anybody(ines: User, profile: Profile, gesture: str) -> None:
    climber = make_user("marc", profile, "Marc Delaunay")
    browser = browser_of(climber)
    for person in (climber, ines):
        assert browser.post(page_of(person, gesture), {**ALL, "profile": "administrator"}).status_code == 403
    assert fresh(climber).profile == profile
    assert Entry.objects.count() == 2


def test_the_header_leads_to_ones_own_password(admin: Browser) -> None:
    assert 'href="/accounts/password/change/"' in admin.get(PEOPLE).content.decode()
