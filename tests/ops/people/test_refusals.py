"""Every page refused for want of a right is in the journal, once."""

import pytest

from opsconsole.ops.access.models import User
from opsconsole.ops.journal.models import Entry, Kind
from tests.ops.access.conftest import Browser
from tests.ops.people.conftest import browser_of

pytestmark = pytest.mark.django_db
CLOSED = "/settings/people/"


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_who_was_refused_which_page_and_for_want_of_what(hugo: User, method: str) -> None:
    path = f"{CLOSED}invite/"
    assert getattr(browser_of(hugo), method)(path).status_code == 403
    entry = Entry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.action) == (str(hugo.pk), "Hugo Petit", "open_page")
    assert entry.after == {"path": path, "right": "people"}
    assert entry.session_reference
    outcome = entry.outcomes.get()
    assert (outcome.kind, outcome.reason) == (Kind.REFUSED, "right")


def test_each_refusal_is_one_entry(hugo: User) -> None:
    browser = browser_of(hugo)
    for _ in range(3):
        browser.get(CLOSED)
    assert Entry.objects.count() == 3


def test_a_long_address_is_cut_and_what_follows_the_question_mark_is_not_kept(hugo: User) -> None:
    browser_of(hugo).get(f"{CLOSED}invitations/{'1' * 300}/withdraw/?token=secret")
    browser_of(hugo).post(f"{CLOSED}invitations/{'1' * 300}/withdraw/?token=secret")
    assert [len(entry.after["path"]) for entry in Entry.objects.all()] == [200]


def test_a_stranger_and_a_forged_form_are_not_refused_rights(hugo: User) -> None:
    Browser().get(CLOSED)
    forged = Browser(enforce_csrf_checks=True)
    forged.force_login(hugo)
    assert forged.post(f"{CLOSED}invite/").status_code == 403
    assert not Entry.objects.exists()


def test_what_is_not_there_is_no_refusal(hugo: User) -> None:
    assert browser_of(hugo).get("/apps/nowhere/").status_code == 404
    assert not Entry.objects.exists()


def test_the_page_of_the_refusal_is_ours(hugo: User) -> None:
    answer = browser_of(hugo).get(CLOSED)
    assert "Votre profil ne permet pas cela." in answer.content.decode()
