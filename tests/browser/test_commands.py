"""Ready commands in a browser: found, launched once, followed to their end, stopped; with a mouse, a finger or the keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Desk, press
from tests.browser.served import Console, wait_until

pytestmark = pytest.mark.browser
# Heard by the page before it is heard here
SCROLL_UP = """() => new Promise((seen) => {
    document.addEventListener("scroll", () => seen(), { capture: true, once: true });
    document.getElementById("printed").scrollTop = 0 })"""
COMMANDS = "/apps/inscriptions/commands/"
IS_AT_END = (
    "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 2)(printed)"
)


def open_sheet(page: Page, title: str) -> None:
    row = page.get_by_role("listitem").filter(has_text=title)
    row.get_by_role("link", name="Lancer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def launches(console: Console) -> list[str]:
    return [command.partition(" ; ")[2] for command in console.simulator.launched]


@pytest.mark.parametrize("looks", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_receptionist_cleans_the_sessions_up_and_reads_that_it_worked(
    desk: Desk, console: Console, looks: dict[str, Any]
) -> None:
    page = desk.sign_in("claire", **looks)
    page.goto("/apps/inscriptions/")
    page.get_by_role("navigation", name="Pages de Inscriptions").get_by_role("link", name="Commandes").click()
    open_sheet(page, "Nettoyer les sessions")
    press(page, "Lancer")
    page.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}/"))
    state = page.locator(".run__state")
    expect(state).to_contain_text("Terminée", timeout=30_000)
    expect(page.get_by_text("Les sessions périmées sont effacées.")).to_be_visible()
    expect(page).to_have_title(re.compile("^Terminée – Nettoyer les sessions"))
    assert launches(console) == ["python manage.py clearsessions"]


def test_a_form_filled_in_wrongly_keeps_what_was_typed(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire")
    page.goto(COMMANDS)
    open_sheet(page, "Envoyer un courriel d’essai")
    page.get_by_label("Adresse qui recevra l’essai").fill("camille")
    press(page, "Lancer")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    field = page.get_by_label("Adresse qui recevra l’essai")
    expect(field).to_have_value("camille")
    field.fill("camille@exemple.fr")
    press(page, "Lancer")
    page.wait_for_url(re.compile("/runs/"))
    expect(page.locator(".run__state")).to_contain_text("Terminée", timeout=30_000)
    assert launches(console) == ["python manage.py sendtestemail camille@exemple.fr"]


def test_its_output_comes_while_it_goes_on_and_stays_in_view(desk: Desk, console: Console) -> None:
    console.simulator.world.configure({"one_off_seconds": 100_000.0})
    page = desk.sign_in("claire")
    page.goto(COMMANDS)
    open_sheet(page, "Vérifier le site")
    press(page, "Lancer")
    expect(page.locator(".run__state")).to_contain_text("En cours", timeout=30_000)
    dyno = page.locator("#details dd", has_text=re.compile(r"^run\.\d+$")).inner_text()
    app = console.simulator.world.app("inscriptions")
    app.log(*[f"line {number}" for number in range(80)], dyno=dyno)
    expect(page.locator("#printed")).to_contain_text("line 79")
    wait_until(lambda: page.evaluate(IS_AT_END))
    page.evaluate(SCROLL_UP)
    app.log("one more", dyno=dyno)
    expect(page.locator("#printed")).to_contain_text("one more")
    assert page.evaluate("document.getElementById('printed').scrollTop") == 0


def test_it_is_stopped_by_its_button(desk: Desk, console: Console) -> None:
    console.simulator.world.configure({"one_off_seconds": 100_000.0})
    page = desk.sign_in("claire")
    page.goto(COMMANDS)
    open_sheet(page, "Vérifier le site")
    press(page, "Lancer")
    expect(page.locator(".run__state")).to_contain_text("En cours", timeout=30_000)
    press(page, "Arrêter")
    expect(page.get_by_text("Ce qu’elle a déjà fait reste fait.")).to_be_visible()
    press(page, "Arrêter")
    expect(page.locator(".run__state")).to_contain_text("Arrêtée par Claire Morel", timeout=30_000)


def test_a_notice_tells_the_end_to_who_asked_for_one(desk: Desk, console: Console) -> None:
    console.simulator.world.configure({"one_off_seconds": 100_000.0})
    page = desk.sign_in("claire", permissions=["notifications"])
    page.add_init_script(
        "window.told = []; window.Notification = class { constructor(title, { body }) { told.push([title, body]) }"
        " static requestPermission() { return Promise.resolve('granted') } }"
    )
    page.goto(COMMANDS)
    open_sheet(page, "Vérifier le site")
    press(page, "Lancer")
    expect(page.locator(".run__state")).to_contain_text("En cours", timeout=30_000)
    press(page, "Me prévenir à la fin")
    expect(page.get_by_text("La console vous préviendra à la fin.")).to_be_visible()
    dyno = page.locator("#details dd", has_text=re.compile(r"^run\.\d+$")).inner_text()
    console.simulator.world.app("inscriptions").log(
        "Process exited with status 0", "State changed from up to complete", dyno=dyno, source="heroku"
    )
    expect(page.locator(".run__state")).to_contain_text("Terminée")
    wait_until(lambda: page.evaluate("told"))
    [[title, body]] = page.evaluate("told")
    assert title == "Vérifier le site"
    assert body.startswith("Terminée")


def test_a_command_is_launched_by_keyboard_alone(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire")
    page.goto(COMMANDS)
    row = page.get_by_role("listitem").filter(has_text="Vérifier le site")
    row.get_by_role("link", name="Lancer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vérifier le site")
    page.get_by_role("button", name="Lancer").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/runs/"))
    expect(page.locator(".run__state")).to_contain_text("Terminée", timeout=30_000)
    assert launches(console) == ["python manage.py check"]


def test_without_a_script_everything_works(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire", java_script_enabled=False)
    page.goto(COMMANDS)
    open_sheet(page, "Vérifier le site")
    press(page, "Lancer")
    page.wait_for_url(re.compile("/runs/"))
    wait_until(
        lambda: "Terminée" in (page.reload() and page.locator(".run__state").inner_text() or ""), seconds=30
    )
    assert launches(console) == ["python manage.py check"]


def test_an_administrator_writes_a_command_and_a_colleague_launches_it(desk: Desk, console: Console) -> None:
    page = desk.sign_in("ines")
    page.goto("/settings/commands/new/")
    page.get_by_label("Nom", exact=True).fill("Relancer les dossiers")
    page.get_by_label("Ce qu’elle fait").fill("Écrit à chaque famille concernée.")
    page.get_by_label("Ligne de commande").fill("python manage.py sendreminders --date {date}")
    press(page, "Ajouter une valeur")
    page.get_by_label("Nom dans la ligne").fill("date")
    page.get_by_label("Genre").select_option("date")
    page.get_by_label("Question posée").fill("Avant le")
    page.get_by_label("Risque").select_option("safe")
    press(page, "Essayer à blanc")
    expect(page.locator("#tried")).to_have_text("python manage.py sendreminders --date 2026-01-31")
    press(page, "Enregistrer")
    page.wait_for_url("/settings/commands/")

    colleague = desk.sign_in("claire")
    colleague.goto(COMMANDS)
    open_sheet(colleague, "Relancer les dossiers")
    colleague.get_by_label("Avant le").fill("2026-03-01")
    press(colleague, "Lancer")
    colleague.wait_for_url(re.compile("/runs/"))
    expect(colleague.locator(".run__state")).to_contain_text("Terminée", timeout=30_000)
    assert launches(console) == ["python manage.py sendreminders --date 2026-03-01"]
