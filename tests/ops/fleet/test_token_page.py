"""The page of the token, and what every page says when the token is of no use."""

from dataclasses import replace

import pytest
from pytest_django import Settings

from opsconsole.ops.access.models import Profile
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, StoredToken
from opsconsole.ops.fleet.token import use_what_is_kept
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.entries import plain

PAGE, DELETE = "/settings/token/", "/settings/token/delete/"


@pytest.fixture
def ines(site: App) -> Browser:  # noqa: ARG001
    browser = make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")
    browser.prove_password()
    return browser


def read(browser: Browser, path: str = PAGE) -> str:
    return plain(browser.get(path).content.decode())


def paste(browser: Browser, token: str) -> str:
    return plain(browser.post(PAGE, {"token": token}, follow=True).content.decode())


def test_it_says_that_the_installation_gave_the_token(ines: Browser) -> None:
    assert "HEROKU_API_KEY" in read(ines)


def test_a_good_token_is_kept_and_told_by_its_account_only(ines: Browser, simulator: Simulator) -> None:
    token = simulator.world.issue_token(scopes=("identity", "read", "write"))
    said = paste(ines, token)
    assert "Jeton enregistré : c’est celui de direction@lycee-jean-moulin.example, il voit 7 sites." in said
    assert "Ce jeton permet juste ce qu’il faut." in said
    assert "Enregistré par Inès Haddad" in said
    assert token not in said


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (("global",), "trop puissant"),
        (("identity", "read"), "trop faible"),
        (("identity", "write-protected"), "lire les secrets"),
    ],
)
def test_one_that_may_too_much_or_too_little_is_told_so(
    ines: Browser, simulator: Simulator, scopes: tuple[str, ...], said: str
) -> None:
    assert said in paste(ines, simulator.world.issue_token(scopes=scopes))


@pytest.mark.parametrize(
    ("token", "said"),
    [
        ("", "Collez le jeton"),
        ("un mot", "Ce n’est pas un jeton de Heroku"),
        ("HRKU-not-known-to-anybody", "Heroku ne connaît pas ce jeton"),
    ],
)
def test_what_is_not_kept_is_explained_beside_the_field_and_not_sent_back(
    ines: Browser, token: str, said: str
) -> None:
    response = ines.post(PAGE, {"token": token})
    page = plain(response.content.decode())
    assert said in page
    assert not token or token not in response.content.decode()
    assert not StoredToken.objects.exists()


def test_a_silent_heroku_keeps_nothing_and_says_so(ines: Browser, simulator: Simulator) -> None:
    simulator.faults.add("500", path="^/account$")
    assert "Heroku n’a pas répondu" in paste(ines, simulator.token)
    assert not StoredToken.objects.exists()


def test_it_is_deleted(ines: Browser, simulator: Simulator) -> None:
    paste(ines, simulator.world.issue_token())
    assert "Le jeton est effacé" in plain(ines.post(DELETE, follow=True).content.decode())
    assert not StoredToken.objects.exists()


def test_a_password_proved_long_ago_is_asked_again(site: App, simulator: Simulator) -> None:  # noqa: ARG001
    browser = make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")
    for response in (browser.get(PAGE), browser.post(PAGE, {"token": simulator.token}), browser.post(DELETE)):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/confirm/")
    assert not StoredToken.objects.exists()


class TestTheBanner:
    def revoke(self, fleet: Fleet, simulator: Simulator, site: App) -> None:
        simulator.world.revoke_token(simulator.token)
        fleet.refresh(site.heroku_id)

    def test_there_is_none_while_the_token_serves(self, ines: Browser) -> None:
        assert "refuse le jeton" not in read(ines, "/journal/")

    @pytest.mark.parametrize("path", ["/", "/apps/inscriptions/", "/journal/", "/quota/", "/settings/"])
    def test_a_refused_token_is_said_on_every_page_with_the_way_to_renew_it(
        self, fleet: Fleet, site: App, ines: Browser, simulator: Simulator, path: str
    ) -> None:
        self.revoke(fleet, simulator, site)
        response = ines.get(path)
        assert "Heroku refuse le jeton de la console" in plain(response.content.decode())
        assert f'href="{PAGE}"' in response.content.decode()

    def test_who_may_not_renew_it_is_told_whom_to_ask(
        self, fleet: Fleet, site: App, operator: Browser, simulator: Simulator
    ) -> None:
        self.revoke(fleet, simulator, site)
        response = operator.get("/journal/")
        assert "Prévenez la personne qui administre la console." in plain(response.content.decode())
        assert PAGE not in response.content.decode()

    def test_an_unreadable_token_is_to_be_pasted_again(
        self, fleet: Fleet, ines: Browser, simulator: Simulator, settings: Settings
    ) -> None:
        paste(ines, simulator.world.issue_token())
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, encryption_keys=("x" * 40,))
        use_what_is_kept(fleet)
        assert "Jeton illisible, à ressaisir" in read(ines, "/")
        assert "Jeton illisible, à ressaisir" in read(ines)

    def test_the_main_button_of_a_site_leads_to_the_token(
        self, fleet: Fleet, site: App, ines: Browser, operator: Browser, simulator: Simulator
    ) -> None:
        self.revoke(fleet, simulator, site)
        assert "Renouveler le jeton" in read(ines, "/apps/inscriptions/")
        assert "Renouveler le jeton" not in read(operator, "/apps/inscriptions/")

    @pytest.mark.parametrize(
        ("status", "error", "said"),
        [(403, "suspended", "est suspendu"), (402, "delinquent", "une facture en retard")],
    )
    def test_what_is_wrong_with_the_account_has_its_own_sentence(
        self, fleet: Fleet, site: App, ines: Browser, simulator: Simulator, status: int, error: str, said: str
    ) -> None:
        simulator.faults.add("error", status=status, id=error)
        fleet.refresh(site.heroku_id)
        assert said in read(ines, "/apps/inscriptions/")

    def test_a_site_that_wants_a_second_factor_says_so_alone(
        self, fleet: Fleet, site: App, ines: Browser, simulator: Simulator
    ) -> None:
        simulator.faults.add("two_factor", path=f"/apps/{site.heroku_id}/")
        fleet.refresh(site.heroku_id)
        assert "Heroku veut un second facteur pour ce site." in read(ines, "/apps/inscriptions/")
        assert "refuse le jeton" not in read(ines, "/journal/")
