"""Comings and goings are in the journal; failures are a line of the log."""

import logging

import pytest
from django.utils import timezone

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import User
from opsconsole.ops.access.people import create_person
from opsconsole.ops.access.rights import session_reference
from opsconsole.ops.journal.models import Entry, Kind
from tests.ops.access.conftest import PASSWORD, Browser

pytestmark = pytest.mark.django_db
WRONG = "pas le bon du tout"


@pytest.fixture
def anne(db: None) -> User:  # noqa: ARG001
    return create_person("anne", name="Anne Roy", profile="operator", password=PASSWORD)


def entries() -> list[tuple[str, str, str, str]]:
    return [
        (entry.actor_name, entry.action, entry.actor_address, entry.outcomes.get().kind)
        for entry in Entry.objects.order_by("at")
    ]


def test_signing_in_and_out_are_noted(anne: User) -> None:
    browser = Browser(address="192.0.2.7")
    browser.sign_in("anne")
    reference = session_reference(browser.session_key)
    browser.post("/accounts/logout/")
    assert entries() == [
        (str(anne), "sign_in", "192.0.2.7", Kind.DONE),
        (str(anne), "sign_out", "192.0.2.7", Kind.DONE),
    ]
    assert {entry.session_reference for entry in Entry.objects.all()} == {reference}


@pytest.mark.usefixtures("anne")
def test_coming_in_by_invitation_is_signing_in() -> None:
    browser = Browser()
    browser.sign_in("anne")
    token = invitations.invite("reader", created_by="a test", now=timezone.now())
    values = {"username": "lea", "name": "Léa", "password1": PASSWORD, "password2": PASSWORD}
    browser.post(f"/accounts/invitation/{token}/", values)
    last = Entry.objects.latest("at")
    assert (last.actor_name, last.action) == ("Léa", "sign_in")
    assert last.session_reference == session_reference(browser.session_key)


@pytest.mark.usefixtures("anne")
def test_a_failure_is_one_line_of_the_log_and_no_entry(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Browser(address="192.0.2.7").sign_in("Anne", WRONG)
        Browser(address="192.0.2.8").sign_in(WRONG, WRONG)
    said = [record.getMessage() for record in caplog.records if record.name.endswith("people.adapter")]
    person = User.objects.get()
    assert said == [
        f"Password refused for person {person.pk} from 192.0.2.7",
        "Password refused for nobody known here from 192.0.2.8",
    ]
    assert WRONG not in caplog.text
    assert not Entry.objects.exists()


def test_a_closed_account_that_is_tried_is_a_line_too(anne: User, caplog: pytest.LogCaptureFixture) -> None:
    User.objects.filter(pk=anne.pk).update(is_active=False)
    Browser().sign_in("anne")
    assert f"Password refused for person {anne.pk}" in caplog.text
    assert not Entry.objects.exists()


@pytest.mark.usefixtures("anne")
def test_a_session_that_ends_by_itself_is_no_going() -> None:
    browser = Browser()
    browser.sign_in("anne")
    session = browser.session
    session["seen_at"] = 0
    session.save()
    assert browser.get("/journal/").status_code == 302
    assert [entry.action for entry in Entry.objects.all()] == ["sign_in"]
