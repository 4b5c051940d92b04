"""Consoles in a browser, with a program that really runs: opened, typed in, left, found again, closed; in both ways."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Desk, press
from tests.browser.served import Console, wait_until
from tests.browser.test_for_everyone import CALM, look, walk

pytestmark = pytest.mark.browser
CONSOLES = "/apps/inscriptions/consoles/"
SLOW = 30_000  # milliseconds; a dyno and an interpreter start meanwhile


@pytest.fixture
def executes() -> bool:
    return True


def open_console(page: Page, kind: str) -> None:
    page.goto(CONSOLES)
    page.get_by_role("link", name=f"Ouvrir {kind}").click()
    page.get_by_label("Pour quoi faire ?").fill("essayer")
    press(page, "Ouvrir la console")
    page.wait_for_url(re.compile(r"/consoles/[0-9a-f-]{36}/"))


def screen(page: Page) -> Callable[[str | re.Pattern[str]], None]:
    def shows(text: str | re.Pattern[str]) -> None:
        expect(page.locator(".xterm-rows")).to_contain_text(text, timeout=SLOW)

    return shows


def one_offs(console: Console) -> list[str]:
    return console.simulator.world.app("inscriptions").one_offs


def headline(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("Terminée", timeout=SLOW)


def test_python_is_talked_to_the_page_is_reloaded_and_it_is_left(desk: Desk, console: Console) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Console Python de l’application")
    shows = screen(page)
    shows(">>> ")
    page.keyboard.type("2 + 2\r")
    shows(re.compile(r"2 \+ 2\s*4\s*>>>"))
    page.keyboard.type("cle = 'trouvé'\r")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    shows(re.compile(r"2 \+ 2\s*4\s*>>>"))
    page.keyboard.type("cle * 2\r")
    shows("trouvétrouvé")
    page.keyboard.type("exit()\r")
    headline(page)
    wait_until(lambda: one_offs(console) == [])
    assert len(console.simulator.launched) == 1


def test_a_file_of_one_shell_is_gone_in_the_next(desk: Desk, console: Console) -> None:
    page = desk.sign_in("ines")
    for typed, expected in (("ls; touch a-moi; ls *-moi\r", "a-moi"), ("ls *-moi\r", "No such file")):
        open_console(page, "Terminal de l’application")
        shows = screen(page)
        shows("$")
        page.keyboard.type(typed)
        shows(expected)
        press(page, "Fermer la console")
        press(page, "Fermer la console")
        headline(page)
    assert "manage.py" in page.content() or one_offs(console) == []


def test_a_closed_tab_is_found_again_by_the_same_person_on_another_computer(
    desk: Desk, console: Console
) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Console Python de l’application")
    screen(page)(">>> ")
    page.keyboard.type("'été' + '!'\r")
    screen(page)("été!")
    page.close()
    elsewhere = desk.sign_in("ines")
    elsewhere.goto(CONSOLES)
    elsewhere.get_by_role("link", name="Reprendre").click()
    screen(elsewhere)("été!")
    elsewhere.keyboard.type("1 + 1\r")
    screen(elsewhere)(re.compile(r"1 \+ 1\s*2"))
    assert len(console.simulator.launched) == 1


def test_the_simple_way_works_on_a_phone_with_phrases_history_and_keys(desk: Desk) -> None:
    page = desk.sign_in("ines", **PHONE)
    open_console(page, "Console Python de l’application")
    page.get_by_role("link", name="Simple").tap()
    said = page.get_by_role("log")
    expect(said).to_contain_text(">>>", timeout=SLOW)
    line = page.get_by_label("Votre ligne")
    line.fill("6 * 7")
    press(page, "Envoyer")
    expect(said).to_contain_text(re.compile(r">>> 6 \* 7\s*42"))
    expect(line).to_have_value("")
    line.press("ArrowUp")
    expect(line).to_have_value("6 * 7")
    page.get_by_role("button", name="Compter les utilisateurs").tap()
    expect(line).to_have_value(re.compile("count"))
    press(page, "Envoyer")
    expect(said).to_contain_text(re.compile(r"count\(\)\s*0\s*>>>"))
    line.fill("while True: pass")
    press(page, "Envoyer")
    line.fill("")
    press(page, "Envoyer")
    page.get_by_role("button", name="Interrompre").tap()
    expect(said).to_contain_text("KeyboardInterrupt", timeout=SLOW)
    page.get_by_role("button", name="Quitter le programme").tap()
    headline(page)


def test_what_a_program_prints_is_drawn_and_does_nothing(desk: Desk) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Terminal de l’application")
    shows = screen(page)
    shows("$")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    title = page.title()
    page.keyboard.type(
        r"printf '\033]0;volé\007\033]52;c;dm9sw6k=\007\033]8;;https://evil.example\007lien\033]8;;\007 <b>gras</b> fin\n'"
        "\r"
    )
    shows("lien <b>gras</b> fin")
    assert page.title() == title
    assert page.locator(".xterm-rows b").count() == 0
    assert page.evaluate("navigator.clipboard.readText()") != "volé"


def test_several_lines_are_pasted_only_after_a_question(desk: Desk) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Console Python de l’application")
    shows = screen(page)
    shows(">>> ")
    paste = """(text) => { const data = new DataTransfer(); data.setData("text/plain", text);
        const pasted = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
        document.querySelector(".xterm textarea").dispatchEvent(pasted) }"""
    page.evaluate(paste, "1 + 1\n2 + 3\n")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Coller 2 lignes")
    dialog.get_by_role("button", name="Annuler").click()
    page.evaluate(paste, "4 + 5\n6 + 8\n")
    dialog.get_by_role("button", name="Coller").click()
    shows(re.compile(r"4 \+ 5\s*9"))
    shows(re.compile(r"6 \+ 8\s*14"))
    expect(page.locator(".xterm-rows")).not_to_contain_text("2 + 3")


def test_a_key_leads_out_of_the_terminal_and_tab_goes_to_the_program(desk: Desk) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Terminal de l’application")
    shows = screen(page)
    shows("$")
    page.keyboard.type("cat man")
    page.keyboard.press("Tab")
    shows("cat manage.py")
    page.keyboard.press("F6")
    expect(page.get_by_role("button", name="Copier")).to_be_focused()


def test_a_second_person_watches_and_both_are_told(desk: Desk) -> None:
    desk.expected = ()
    page = desk.sign_in("ines")
    open_console(page, "Console Python de l’application")
    screen(page)(">>> ")
    other = desk.sign_in("paul")
    other.goto(page.url)
    screen(other)(">>> ")
    expect(other.get_by_text("Vous regardez seulement")).to_be_visible()
    expect(page.get_by_text("Paul Roche regarde aussi.")).to_be_visible()
    expect(other.get_by_text("Inès Haddad tape dans cette console.")).to_be_visible()
    other.locator(".xterm-screen").click()
    other.keyboard.type("7 * 191\r")
    page.keyboard.type("1 + 1\r")
    screen(other)(re.compile(r"1 \+ 1\s*2"))
    expect(page.locator(".xterm-rows")).not_to_contain_text("191")


def test_where_sockets_do_not_pass_it_works_by_the_way_round(desk: Desk) -> None:
    desk.expected = ("WebSocket",)
    page = desk.sign_in("ines")
    page.add_init_script(
        "window.WebSocket = class { static OPEN = 1; constructor() { setTimeout(() => this.onclose({ code: 1006 })) } send() {} }"
    )
    open_console(page, "Console Python de l’application")
    screen(page)(">>> ")
    expect(page.get_by_text("Mode de secours")).to_be_visible(timeout=SLOW)
    page.keyboard.type("3 * 5\r")
    screen(page)(re.compile(r"3 \* 5\s*15"))


def test_a_recording_is_played_searched_and_taken_out(desk: Desk) -> None:
    page = desk.sign_in("ines")
    open_console(page, "Console Python de l’application")
    screen(page)(">>> ")
    page.keyboard.type("'aiguille'.upper()\r")
    screen(page)("AIGUILLE")
    page.keyboard.type("exit()\r")
    headline(page)
    press(page, "Revoir l’enregistrement")
    page.get_by_label("Vitesse").select_option("16")
    screen(page)("AIGUILLE")
    page.get_by_label("Chercher").fill("rien de tel")
    press(page, "Suivant")
    expect(page.get_by_text("Rien de tel dans cet enregistrement.")).to_be_visible()
    page.get_by_label("Chercher").fill("aiguille")
    press(page, "Suivant")
    expect(page.get_by_text("Rien de tel dans cet enregistrement.")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert download.value.suggested_filename.endswith(".cast")


def test_nothing_is_wrong_with_a_console_in_both_ways_nor_with_its_recording(desk: Desk) -> None:
    page = desk.sign_in("ines", **CALM)
    page.on("dialog", lambda dialog: dialog.accept())
    open_console(page, "Terminal de l’application")
    screen(page)("$")
    assert look(page) == []
    page.get_by_role("link", name="Simple").click()
    expect(page.get_by_role("log")).to_contain_text("$", timeout=SLOW)
    assert walk(page) == []
    assert look(page) == []
    page.goto(page.url)
    press(page, "Fermer la console")
    assert look(page) == []
    press(page, "Fermer la console")
    headline(page)
    assert look(page) == []
    press(page, "Revoir l’enregistrement")
    expect(
        page.get_by_role("button", name="Pause").or_(page.get_by_role("button", name="Lire"))
    ).to_be_visible()
    assert look(page) == []
    page.goto(CONSOLES)
    assert walk(page) == []
    assert look(page) == []
