"""What people say of an app: only what differs is written and journaled, and only by who may."""

from dataclasses import replace
from uuid import UUID

import pytest

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.describe import (
    Description,
    TypeDescription,
    describe,
    description_of,
    forget,
    take_note,
)
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.lines import lines_of
from opsconsole.ops.journal.models import Entry, Kind, Outcome
from tests.ops.fleet.readings import NOW

pytestmark = pytest.mark.django_db
APP_ID = UUID("0b0b0b0b-0000-4000-8000-00000000000a")


def actor(profile: Profile, *, apps: frozenset[str] | None = None) -> Actor:
    return Actor(
        id="1", name="Inès Haddad", profile=profile, address="192.0.2.1", session_ref="abc", apps=apps
    )


ADMINISTRATOR, MANAGER, OPERATOR = map(actor, (Profile.ADMINISTRATOR, Profile.MANAGER, Profile.OPERATOR))


@pytest.fixture
def app() -> App:
    return App.objects.create(heroku_id=APP_ID, name="inscriptions", label="Inscriptions", seen_at=NOW)


def present(app: App, *types: str) -> Description:
    return description_of(App.objects.get(pk=app.pk), process_types=types)


def entries() -> list[tuple[str, dict[str, object], dict[str, object]]]:
    return [(entry.action, entry.before, entry.after) for entry in Entry.objects.all()]


def test_types_that_nobody_described_stand_with_the_site_first(app: App) -> None:
    types = present(app, "worker", "web", "clock").process_types
    assert [(name, said.position) for name, said in types.items()] == [
        ("web", 1),
        ("clock", 2),
        ("worker", 3),
    ]


def test_only_what_differs_is_journaled(app: App) -> None:
    wanted = replace(present(app), label="Inscriptions 2027", environment=Environment.STAGING)
    assert describe(app, actor=ADMINISTRATOR, wanted=wanted, now=NOW)
    app.refresh_from_db()
    assert (app.label, app.environment) == ("Inscriptions 2027", Environment.STAGING)
    assert entries() == [
        (
            "describe_app",
            {"label": "Inscriptions", "environment": "production"},
            {"label": "Inscriptions 2027", "environment": "staging"},
        )
    ]
    assert Outcome.objects.get().kind == Kind.DONE


def test_what_is_as_it_was_is_neither_written_nor_journaled(app: App) -> None:
    assert not describe(app, actor=ADMINISTRATOR, wanted=present(app, "web"), now=NOW)
    assert entries() == []
    assert not app.process_types.exists()


def name_worker(app: App, label: str) -> Description:
    was = present(app, "web", "worker")
    worker = replace(was.process_types["worker"], label=label)
    return replace(was, process_types={**was.process_types, "worker": worker})


def test_a_process_type_gets_its_name_and_all_of_them_their_order(app: App) -> None:
    assert describe(app, actor=ADMINISTRATOR, wanted=name_worker(app, "Les courriels"), now=NOW)
    assert App.objects.get().process_names() == {"web": "", "worker": "Les courriels"}
    [(_action, before, after)] = entries()
    assert before == {"process_types": {"worker": {"label": ""}}}
    assert after == {"process_types": {"worker": {"label": "Les courriels"}}}


def test_the_journal_tells_it_in_words(app: App) -> None:
    describe(app, actor=ADMINISTRATOR, wanted=name_worker(app, "Les courriels"), now=NOW)
    [line] = lines_of(list(Entry.objects.all()))
    said = str(line["say"])
    assert "a changé les réglages" in said
    assert "tâches de fond" in said
    assert "Les courriels" in said


def test_a_new_type_comes_after_those_that_have_a_place(app: App) -> None:
    describe(app, actor=ADMINISTRATOR, wanted=name_worker(app, "Les courriels"), now=NOW)
    types = present(app, "web", "worker", "mailer").process_types
    assert types["mailer"] == TypeDescription(label="", position=3, protected=False)
    assert list(types) == ["web", "worker", "mailer"]


def test_of_two_administrators_at_once_the_last_wins_and_the_journal_has_both(app: App) -> None:
    first, second = (
        replace(present(app), label="La rentrée"),
        replace(present(app), label="Inscriptions 2027"),
    )
    assert describe(app, actor=ADMINISTRATOR, wanted=first, now=NOW)
    assert describe(app, actor=ADMINISTRATOR, wanted=second, now=NOW)
    assert App.objects.get().label == "Inscriptions 2027"
    assert sorted(str(before["label"]) for _action, before, _after in entries()) == [
        "Inscriptions",
        "La rentrée",
    ]


# ── Who may ─────────────────────────────────────────────────────────────────────────────────────────────
def test_a_manager_protects_an_app_and_its_types(app: App) -> None:
    was = present(app, "web")
    web = replace(was.process_types["web"], protected=True)
    wanted = replace(was, protected=True, process_types={"web": web})
    assert describe(app, actor=MANAGER, wanted=wanted, now=NOW)
    app.refresh_from_db()
    assert app.protected
    assert app.process_types.get().protected


@pytest.mark.parametrize(
    "changed",
    [{"label": "Autre"}, {"environment": "staging"}, {"shown": False}, {"position": 3}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_manager_who_asks_for_more_than_protection_changes_nothing_and_the_refusal_is_journaled(
    app: App, changed: dict[str, object]
) -> None:
    wanted = replace(present(app), protected=True, **changed)  # type: ignore[arg-type]
    with pytest.raises(RefusedError):
        describe(app, actor=MANAGER, wanted=wanted, now=NOW)
    assert present(app) == replace(wanted, protected=False, **{name: getattr(app, name) for name in changed})
    assert (Outcome.objects.get().kind, Outcome.objects.get().reason) == (Kind.REFUSED, "right")


def test_a_manager_does_not_name_a_process_type(app: App) -> None:
    with pytest.raises(RefusedError):
        describe(app, actor=MANAGER, wanted=name_worker(app, "Les courriels"), now=NOW)
    assert not app.process_types.exists()


@pytest.mark.parametrize(
    "somebody",
    [OPERATOR, actor(Profile.READER), actor(Profile.MANAGER, apps=frozenset({"another app"}))],
    ids=["operator", "reader", "manager of another app"],
)
def test_nobody_else_protects(app: App, somebody: Actor) -> None:
    with pytest.raises(RefusedError):
        describe(app, actor=somebody, wanted=replace(present(app), protected=True), now=NOW)
    app.refresh_from_db()
    assert not app.protected


# ── New names, and apps that vanished ───────────────────────────────────────────────────────────────────
def test_a_new_name_is_told_until_an_administrator_takes_note(app: App) -> None:
    app.former_name = "anciennes-inscriptions"
    app.save()
    with pytest.raises(RefusedError):
        take_note(app, actor=MANAGER, now=NOW)
    assert App.objects.get().former_name
    assert take_note(app, actor=ADMINISTRATOR, now=NOW)
    assert App.objects.get().former_name == ""


def test_taking_note_of_nothing_is_not_journaled(app: App) -> None:
    assert not take_note(app, actor=ADMINISTRATOR, now=NOW)
    assert entries() == []


def test_an_app_that_vanished_is_forgotten_with_its_settings_and_who_was_given_it(app: App) -> None:
    app.listed = False
    app.save()
    hugo = User.objects.create(username="hugo", name="Hugo Petit", profile=Profile.READER, limited=True)
    Grant.objects.create(user=hugo, app_id=APP_ID)
    app.process_types.create(name="web")
    assert forget(app, actor=ADMINISTRATOR, now=NOW)
    assert not App.objects.exists()
    assert not Grant.objects.exists()
    [entry] = Entry.objects.all()
    assert (entry.app_title, entry.before, entry.after) == ("Inscriptions", {"kept": True}, {"kept": False})


def test_an_app_that_the_token_sees_is_not_forgotten(app: App) -> None:
    assert not forget(app, actor=ADMINISTRATOR, now=NOW)
    assert App.objects.exists()
    assert entries() == []


def test_an_app_that_came_back_meanwhile_keeps_its_settings(app: App) -> None:
    stale = App.objects.get()
    stale.listed = False
    assert not forget(stale, actor=ADMINISTRATOR, now=NOW)
    assert App.objects.get() == app
    assert entries() == []


def test_only_an_administrator_forgets(app: App) -> None:
    App.objects.update(listed=False)
    app.refresh_from_db()
    with pytest.raises(RefusedError):
        forget(app, actor=MANAGER, now=NOW)
    assert App.objects.exists()
