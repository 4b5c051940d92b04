"""Our list of apps, kept in step with what the token sees."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.http import Http404
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from opsconsole import heroku
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.fleet import roster
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App, Environment
from tests.ops.fleet.readings import NOW, heroku_app

pytestmark = pytest.mark.django_db

FIRST, SECOND = "0b0b0b0b-0000-4000-8000-00000000000a", "0b0b0b0b-0000-4000-8000-00000000000b"


def seen(app_id: str, name: str) -> heroku.App:
    values = {field: getattr(heroku_app(), field) for field in heroku.App.__dataclass_fields__}
    return heroku.App(**{**values, "id": app_id, "name": name})


def names() -> list[str]:
    return [app.name for app in roster.listed()]


def test_a_new_app_is_listed_and_treated_as_production() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    [app] = roster.listed()
    assert (str(app.heroku_id), app.name, app.seen_at) == (FIRST, "inscriptions", NOW)
    assert app.environment == Environment.PRODUCTION
    assert not app.protected


def test_a_renamed_app_is_the_same_app_with_what_people_said_of_it() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    App.objects.update(label="Inscriptions", environment=Environment.STAGING, protected=True)
    roster.keep([seen(FIRST, "inscriptions-2027")], now=NOW)
    [app] = roster.listed()
    assert (app.name, app.title, app.environment, app.protected) == (
        "inscriptions-2027",
        "Inscriptions",
        Environment.STAGING,
        True,
    )


def former() -> str:
    return App.objects.get(heroku_id=FIRST).former_name


def test_a_new_name_is_told_with_the_one_that_people_knew() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    assert former() == ""
    roster.keep([seen(FIRST, "inscriptions-2027")], now=NOW)
    assert former() == "inscriptions"
    roster.keep([seen(FIRST, "inscriptions-2028")], now=NOW)
    assert former() == "inscriptions"


def test_a_name_that_comes_back_needs_not_be_told() -> None:
    for name in ("inscriptions", "inscriptions-2027", "inscriptions"):
        roster.keep([seen(FIRST, name)], now=NOW)
    assert former() == ""


def test_an_app_that_comes_back_under_another_name_is_told_too() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    roster.keep([], now=NOW)
    roster.keep([seen(FIRST, "inscriptions-2027")], now=NOW)
    assert former() == "inscriptions"


def test_a_name_that_changes_hands_does_not_confuse_two_apps() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    roster.keep([seen(FIRST, "anciennes-inscriptions"), seen(SECOND, "inscriptions")], now=NOW)
    assert {str(app.heroku_id): app.name for app in roster.listed()} == {
        FIRST: "anciennes-inscriptions",
        SECOND: "inscriptions",
    }


def test_an_app_that_vanished_is_no_longer_listed_but_not_forgotten() -> None:
    roster.keep([seen(FIRST, "inscriptions"), seen(SECOND, "agenda")], now=NOW)
    roster.keep([seen(SECOND, "agenda")], now=NOW)
    assert names() == ["agenda"]
    assert App.objects.filter(name="inscriptions").exists()


def test_since_when_an_app_is_gone_is_kept_through_later_readings() -> None:
    roster.keep([seen(FIRST, "inscriptions"), seen(SECOND, "agenda")], now=NOW)
    gone_at = NOW + timedelta(minutes=5)
    roster.keep([seen(SECOND, "agenda")], now=gone_at)
    roster.keep([seen(SECOND, "agenda-2027")], now=gone_at + timedelta(hours=1))
    assert App.objects.get(heroku_id=FIRST).seen_at == gone_at


def test_an_app_that_comes_back_is_listed_again() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    roster.keep([], now=NOW)
    assert names() == []
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    assert names() == ["inscriptions"]


def test_the_same_list_again_is_read_but_not_written(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    apps = [seen(FIRST, "inscriptions"), seen(SECOND, "agenda")]
    roster.keep(apps, now=NOW)
    roster.keep(apps[:1], now=NOW)
    with django_assert_num_queries(1):
        roster.keep(apps[:1], now=NOW + timedelta(minutes=1))


def test_apps_stand_in_the_technician_s_order_then_by_name() -> None:
    roster.keep([seen(FIRST, "zoo"), seen(SECOND, "agenda")], now=NOW)
    assert names() == ["agenda", "zoo"]
    App.objects.filter(name="zoo").update(position=1)
    assert names() == ["zoo", "agenda"]


# ── By the name in an address ───────────────────────────────────────────────────────────────────────────
def find(name: str, *, active: bool = True) -> App:
    request = RequestFactory().get("/")
    request.user = User(username="hugo", profile=Profile.READER, is_active=active)
    return app_or_404(request, name)


def test_a_listed_app_is_found_by_its_name() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    assert find("inscriptions").heroku_id == UUID(FIRST)


def test_an_unknown_app_is_not_found() -> None:
    with pytest.raises(Http404):
        find("inscriptions")


def test_an_app_that_is_no_longer_listed_is_not_found() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    roster.keep([], now=NOW)
    with pytest.raises(Http404):
        find("inscriptions")


def test_an_app_that_this_person_may_not_see_is_as_if_it_were_not_there() -> None:
    roster.keep([seen(FIRST, "inscriptions")], now=NOW)
    with pytest.raises(Http404):
        find("inscriptions", active=False)
