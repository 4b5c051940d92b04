"""What the console refuses to touch, whoever asks: the app it runs in, however that app is named."""

from dataclasses import replace
from uuid import UUID

import pytest
from pytest_django import Settings

from opsconsole.ops.changes.guards import Own, own_identity, refusal
from opsconsole.ops.fleet.models import App

ID = UUID("8c9e5d10-0000-4000-8000-000000000001")
URL = "https://console-0123456789ab.herokuapp.com/"
KNOWN = Own(name="console", app_id="", on_heroku=True, hosts=frozenset())


def app(name: str = "inscriptions", *, protected: bool = False) -> App:
    return App(heroku_id=ID, name=name, protected=protected)


def test_another_app_may_be_touched() -> None:
    assert refusal(app(), web_url=URL, own=KNOWN) == ""


def test_our_own_name_may_not() -> None:
    assert refusal(app("console"), web_url=None, own=KNOWN) == "own_app"


def test_our_own_uuid_may_not_whatever_its_name() -> None:
    assert refusal(app(), web_url=None, own=replace(KNOWN, app_id=str(ID))) == "own_app"


def test_on_heroku_without_knowing_ourselves_nothing_may_be_touched() -> None:
    unknown = Own(name="", app_id="", on_heroku=True, hosts=frozenset())
    assert refusal(app(), web_url=URL, own=unknown) == "own_app_unknown"


def test_elsewhere_without_knowing_ourselves_everything_else_may() -> None:
    elsewhere = Own(name="", app_id="", on_heroku=False, hosts=frozenset())
    assert refusal(app(), web_url=URL, own=elsewhere) == ""


def test_a_protected_app_may_not() -> None:
    assert refusal(app(protected=True), web_url=None, own=KNOWN) == "protected"


@pytest.mark.parametrize(
    "host",
    [
        "console-0123456789ab.herokuapp.com",
        "CONSOLE-0123456789ab.HerokuApp.com",
        "console-0123456789ab.herokuapp.com:443",
        "console-0123456789ab.herokuapp.com.",
    ],
)
def test_the_app_that_answers_under_the_host_of_this_page_is_ourselves(host: str) -> None:
    own = replace(own_identity(host=host), name="other")
    assert refusal(app(), web_url=URL, own=own) == "own_app"


def test_the_hosts_that_we_are_allowed_are_ours_too(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["Console-0123456789ab.herokuapp.com", ".example.org", "*"]
    assert own_identity(host="").hosts == {"console-0123456789ab.herokuapp.com"}


def test_loopback_is_nobodys_name() -> None:
    assert not own_identity(host="127.0.0.1:8000").hosts & {"127.0.0.1", "localhost"}


def test_our_name_comes_from_the_environment() -> None:
    assert own_identity(host="").name == "console-de-l-ecole"
