"""Who may restart and stop: the server decides, every refused gesture is in the journal, and two at once are one change."""

import pytest
from pytest_django import Settings

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind, Outcome
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import SIGN_IN, Browser
from tests.ops.changes.test_lease import all_at_once
from tests.ops.conftest import make_browser
from tests.ops.dynos.acts import RESTART, STOP, orders
from tests.ops.scaling.changes import last_outcome, let_it_end, slow_down, wait_for_the_end
from tests.ops.scaling.pages import messages_of

POSTS = [
    (RESTART, {}, "restart"),
    (RESTART, {"type": "web"}, "restart"),
    (RESTART, {"dyno": "web.1"}, "restart"),
    (STOP, {"dyno": "run.1234"}, "stop"),
]
GESTURES = pytest.mark.parametrize(("path", "values", "action"), POSTS)


@GESTURES
def test_what_a_reader_sends_is_refused_and_written_down(
    reader: Browser, site: App, simulator: Simulator, path: str, values: dict[str, str], action: str
) -> None:
    assert reader.get(path, values).status_code == 403
    assert reader.post(path, values).status_code == 403
    entry = Entry.objects.latest("at")
    assert (entry.actor_name, entry.action, entry.app_id) == ("Hugo Petit", action, str(site.heroku_id))
    assert last_outcome() == (Kind.REFUSED, "right")
    assert orders(simulator) == []


@GESTURES
def test_a_stranger_is_led_to_the_door(
    site: App,  # noqa: ARG001
    simulator: Simulator,
    path: str,
    values: dict[str, str],
    action: str,  # noqa: ARG001
) -> None:
    answer = Browser().post(path, values)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(SIGN_IN)
    assert orders(simulator) == []


@GESTURES
def test_for_who_is_limited_to_other_apps_there_is_nothing_there(
    operator: Browser, site: App, simulator: Simulator, path: str, values: dict[str, str], action: str
) -> None:
    person = User.objects.get(username="claire")
    User.objects.filter(pk=person.pk).update(limited=True)
    other = App.objects.exclude(pk=site.pk).first()
    assert other
    Grant.objects.create(user=person, app_id=other.pk)
    assert operator.get(path, values).status_code == 404
    assert operator.post(path, values).status_code == 404
    assert orders(simulator) == []
    assert not Entry.objects.filter(action=action).exists()


@pytest.mark.parametrize("profile", [Profile.OPERATOR, Profile.MANAGER, Profile.ADMINISTRATOR])
def test_who_operates_may(site: App, simulator: Simulator, profile: Profile) -> None:
    person = make_browser("somebody", profile, "Somebody")
    assert person.post(RESTART).status_code == 302
    wait_for_the_end(site)
    assert orders(simulator) == ["DELETE dynos"]


@GESTURES
def test_a_protected_app_is_refused_with_a_sentence(
    operator: Browser, site: App, simulator: Simulator, path: str, values: dict[str, str], action: str
) -> None:
    App.objects.filter(pk=site.pk).update(protected=True)
    operator.post(path, values)
    assert messages_of(operator) == ["Ce site est protégé : votre technicien l’a mis à l’abri de ce geste."]
    assert (Entry.objects.get().action, last_outcome()) == (action, (Kind.REFUSED, "protected"))
    assert orders(simulator) == []


@GESTURES
def test_the_app_behind_the_host_of_this_page_is_refused(
    operator: Browser,
    fleet: Fleet,
    site: App,
    simulator: Simulator,
    settings: Settings,
    path: str,
    values: dict[str, str],
    action: str,  # noqa: ARG001
) -> None:
    settings.ALLOWED_HOSTS = [".herokuapp.com", "testserver"]
    reading = fleet.refresh(site.heroku_id).reading
    assert reading
    host = (reading.app.web_url or "").removeprefix("https://").strip("/")
    operator.post(path, values, headers={"host": host})
    assert last_outcome() == (Kind.REFUSED, "own_app")
    assert orders(simulator) == []


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}], ids=["no token", "elsewhere"])
@GESTURES
def test_a_forged_post_is_refused(
    site: App,  # noqa: ARG001
    simulator: Simulator,
    path: str,
    values: dict[str, str],
    action: str,
    headers: dict[str, str],
) -> None:
    person = User.objects.create(username="anna", name="Anna", profile=Profile.OPERATOR)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(person)
    assert browser.post(path, values, headers=headers).status_code == 403
    assert orders(simulator) == []
    assert not Entry.objects.filter(action=action).exists()


# ── two at once ──
@pytest.mark.parametrize("round_number", range(3))
def test_two_restarts_at_once_are_one_change(
    round_number: int,  # noqa: ARG001
    fleet: Fleet,  # noqa: ARG001
    site: App,
    simulator: Simulator,
    operator: Browser,
) -> None:
    slow_down(simulator)  # so that both meet the same change
    second = make_browser("marc", Profile.OPERATOR, "Marc Roy")
    people = [operator, second]
    responses = all_at_once([lambda each=each: each.post(RESTART) for each in people])  # type: ignore[misc]
    let_it_end(simulator, site)
    assert [getattr(response, "status_code", response) for response in responses] == [302, 302]
    assert orders(simulator) == ["DELETE dynos"]
    assert Outcome.objects.get().kind == Kind.DONE
    winner = Entry.objects.get().actor_name
    loser = second if winner == "Claire Morel" else operator
    assert f"Un redémarrage est déjà demandé par {winner}" in " ".join(messages_of(loser))
