"""Signing in and out: an ordinary form, the same answer to every failure, and nothing left behind."""

import pytest
from django.contrib.auth import get_user_model
from pytest_django import Settings

from opsconsole.ops.access.models import User
from tests.ops.access.conftest import PAGE, SIGN_IN, Browser, MakePerson
from tests.ops.access.hashers import CountingHasher

WRONG = "pas le bon du tout"


def test_the_form_is_an_ordinary_one_with_login_and_password(visitor: Browser) -> None:
    page = visitor.get(SIGN_IN).content.decode()
    assert 'method="post"' in page
    assert 'name="login"' in page
    assert 'name="password"' in page


def test_the_right_password_opens_the_home_page(visitor: Browser, claire: User) -> None:
    answer = visitor.sign_in()
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert visitor.session["_auth_user_id"] == str(claire.pk)
    assert visitor.get(PAGE).status_code == 200


@pytest.mark.parametrize("typed", ["Claire", " claire ", "CLAIRE", "\uff43laire"])
@pytest.mark.usefixtures("claire")
def test_the_username_is_known_however_it_is_typed(visitor: Browser, typed: str) -> None:
    assert visitor.sign_in(typed).status_code == 302


def test_accents_in_a_username_are_no_obstacle(visitor: Browser, make_person: MakePerson) -> None:
    make_person("élodie")
    assert visitor.sign_in("ÉLODIE").status_code == 302


@pytest.mark.usefixtures("claire")
def test_somebody_is_brought_to_the_page_that_they_asked_for(visitor: Browser) -> None:
    assert visitor.sign_in(next_url="/apps/ecole/?tab=1")["Location"] == "/apps/ecole/?tab=1"


@pytest.mark.usefixtures("claire")
def test_a_wrong_password_an_unknown_person_and_a_disabled_one_read_the_same_answer(
    visitor: Browser, make_person: MakePerson
) -> None:
    make_person("paul")
    User.objects.filter(username="paul").update(is_active=False)
    answers = [visitor.sign_in("claire", WRONG), visitor.sign_in("nobody", WRONG), visitor.sign_in("paul")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    errors = [answer.context["form"].non_field_errors() for answer in answers]
    assert errors == [["Identifiant ou mot de passe incorrect."]] * 3
    assert "_auth_user_id" not in visitor.session


def test_a_failure_costs_one_hash_whether_the_person_exists_or_not(
    visitor: Browser, make_person: MakePerson, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["tests.ops.access.hashers.CountingHasher"]
    make_person()
    CountingHasher.runs.clear()
    visitor.sign_in("claire", WRONG)
    visitor.sign_in("nobody", WRONG)
    assert CountingHasher.runs == [WRONG, WRONG]


@pytest.mark.usefixtures("claire")
def test_the_session_changes_at_sign_in_and_one_planted_before_is_worthless(visitor: Browser) -> None:
    planted = visitor.session
    planted["planted"] = True
    planted.save()
    visitor.cookies["__Host-session"] = planted.session_key or ""
    visitor.sign_in()
    assert visitor.session_key != planted.session_key
    thief = Browser()
    thief.cookies["__Host-session"] = planted.session_key or ""
    assert thief.get(PAGE).status_code == 302


def test_a_disabled_person_is_out_at_the_next_click(signed_in: Browser, claire: User) -> None:
    claire.is_active = False
    claire.save()
    assert signed_in.get(PAGE)["Location"].startswith(SIGN_IN)


def test_signing_out_ends_the_session_on_the_server(signed_in: Browser) -> None:
    key = signed_in.session_key
    answer = signed_in.post("/accounts/logout/")
    assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)
    thief = Browser()
    thief.cookies["__Host-session"] = key
    assert thief.get(PAGE)["Location"].startswith(SIGN_IN)


def test_a_link_cannot_sign_anybody_out(signed_in: Browser) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 405
    assert signed_in.get(PAGE).status_code == 200


def test_back_after_signing_out_has_nothing_to_show(signed_in: Browser) -> None:
    assert "no-store" in signed_in.get(PAGE)["Cache-Control"]
    assert "no-store" in signed_in.get(SIGN_IN)["Cache-Control"]


@pytest.mark.usefixtures("claire")
def test_signing_in_needs_the_form_of_our_own_page() -> None:
    forged = Browser(enforce_csrf_checks=True).sign_in()
    assert forged.status_code == 403
    assert "formulaire" in forged.content.decode()


def test_signing_out_needs_a_form_of_our_own_page(signed_in: Browser) -> None:
    forger = Browser(enforce_csrf_checks=True)
    forger.cookies["__Host-session"] = signed_in.session_key
    assert forger.post("/accounts/logout/").status_code == 403
    assert signed_in.get(PAGE).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "password/reset/", "password/set/", "inactive/", "login/code/"],
)
@pytest.mark.django_db
def test_nobody_signs_up_and_no_page_sends_e_mail(visitor: Browser, path: str) -> None:
    assert visitor.get(f"/accounts/{path}").status_code == 404


@pytest.mark.django_db
def test_no_account_exists_by_default() -> None:
    assert not get_user_model().objects.exists()
