"""The page of logs as people read it, over the wire against the embedded Heroku."""

import json
import re
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from opsconsole.live import runtime
from opsconsole.live.stream import Grant, Refusal, StreamRequest
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.streams import authorise
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.journal.models import Entry
from opsconsole.ops.logs.reveal import KEY
from opsconsole.ops.logs.topics import SHOWS
from opsconsole.simulator import AppBackstage, Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser, wait_until

PAGE = "/apps/inscriptions/logs/"
HOSTILE = "<script>document.title='x'</script> \x1b]0;titre\x07 \u202efin\u2028event: bye"


@pytest.fixture
def app(simulator: Simulator, site: App) -> AppBackstage:  # noqa: ARG001
    return simulator.world.app("inscriptions")


@pytest.fixture
def manager(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("lea", Profile.MANAGER, "Léa Roux")


def read(browser: Browser, query: str = "", page: str = PAGE) -> str:
    answer = browser.get(f"{page}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def lines(page: str) -> list[str]:
    """The text of each line that stands on the page, groups by their heads."""
    found = re.findall(r'<div class="line__what">(.*?)</div></div>', page, re.DOTALL)
    return [unescape(re.sub(r"<p class=\"raw\".*?</p>|<[^>]+>", "", each)).strip() for each in found]


def headline(page: str) -> str:
    match = re.search(r'<h1 class="room__title">(.*?)</h1>', page)
    assert match is not None
    return unescape(match[1]).replace("\xa0", " ")


# ── what it shows ──
def test_the_last_lines_can_be_read_without_a_script(app: AppBackstage, reader: Browser) -> None:
    app.log(*(f"ligne {number}" for number in range(300)))
    page = read(reader)
    assert lines(page) == [f"ligne {number}" for number in range(100, 300)]
    assert "Charger les 200 lignes précédentes" in page


def test_the_lines_before_are_one_address_away(app: AppBackstage, reader: Browser) -> None:
    app.log(*(f"ligne {number}" for number in range(300)))
    older = re.search(r'href="(\?before=[^"]+)" data-older', read(reader))
    assert older is not None
    page = read(reader, unescape(older[1]))
    assert lines(page) == [f"ligne {number}" for number in range(100)]
    assert "C’est le début" in page


def test_nothing_wrong_is_said_to_be_nothing_wrong(app: AppBackstage, reader: Browser) -> None:
    app.log("INFO tout va bien")
    assert headline(read(reader)).startswith("Rien d’anormal depuis")


def test_one_error_is_told_with_what_it_means_and_what_to_do(app: AppBackstage, operator: Browser) -> None:
    app.request("/inscription", status=503, code="H12", desc="Request timeout", service=30_001)
    page = read(operator)
    assert headline(page).startswith("Une erreur à")
    assert "Une page a mis plus de 30 secondes à répondre" in page
    assert (
        '<span class="mono">GET /inscription</span> → <span class="code code--bad">503</span> en 30\xa0s'
        in page
    )
    assert 'href="/apps/inscriptions/dynos/restart/"' in page
    assert 'href="/apps/inscriptions/logs/report/?code=H12"' in page


def test_an_error_that_comes_again_is_counted(app: AppBackstage, reader: Browser) -> None:
    for _ in range(3):
        app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    page = read(reader)
    assert headline(page).startswith("Une erreur se répète depuis")
    assert "3\xa0fois" in page or "3 fois" in page


def test_who_may_not_restart_has_no_button_for_it(app: AppBackstage, reader: Browser) -> None:
    app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    assert "dynos/restart" not in read(reader).partition('id="tools"')[0]


def test_a_site_that_has_said_nothing_yet_is_told_so(site: App, reader: Browser) -> None:  # noqa: ARG001
    page = read(reader, page="/apps/nouveau-site/logs/")
    assert headline(page) == "Aucune ligne pour l’instant."
    assert "elles apparaîtront ici" in page


def test_a_refusal_of_heroku_is_told(app: AppBackstage, simulator: Simulator, reader: Browser) -> None:
    app.log("bonjour")
    simulator.faults.add("error", path="/log-sessions$", status=403, id="forbidden", message="no")
    assert headline(read(reader)) == "Heroku refuse de montrer les journaux."


def test_a_heroku_that_fails_is_told_and_tried_again(
    app: AppBackstage, simulator: Simulator, reader: Browser
) -> None:
    app.log("bonjour")
    simulator.faults.add("503", path="/log-sessions$", times=1)
    wait_until(lambda: lines(read(reader)) == ["bonjour"])


def test_fir_is_said_to_have_no_history(site: App, reader: Browser) -> None:  # noqa: ARG001
    assert "Heroku ne garde pas l’historique de ce site" in read(reader, page="/apps/plateforme-notes/logs/")


def test_what_an_app_prints_is_text_on_the_page(app: AppBackstage, reader: Browser) -> None:
    app.log(HOSTILE)
    page = read(reader)
    assert "<script>document" not in page
    assert "&lt;script&gt;document.title=&#x27;x&#x27;&lt;/script&gt;" in page
    assert "\x1b" not in page
    assert "⟨U+202E⟩fin⟨U+2028⟩event: bye" in page


def test_it_is_said_in_english_to_who_chose_english(app: AppBackstage, reader: Browser) -> None:
    app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    reader.cookies["__Host-language"] = "en"
    page = read(reader)
    assert "A page took more than 30 seconds to answer" in page
    assert "Heroku · routing" in page


# ── filters ──
@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?who=site", ["une inscription", "un Reçu"]),
        ("?who=jobs", ["un rappel"]),
        ("?who=heroku", ["GET /a → 503"]),
        ("?who=errors", ["GET /a → 503"]),
        ("?dyno=worker.1", ["un rappel"]),
        ("?q=UNE+INSCRIPTION", ["une inscription"]),
        ("?q=reçu", ["un Reçu"]),
        ("?without=un", ["GET /a → 503"]),
        ("?q=un&without=inscription", ["un Reçu", "un rappel"]),
        ("?who=nobody", ["une inscription", "un Reçu", "un rappel", "GET /a → 503"]),
    ],
)
def test_a_filter_lives_in_the_address(
    app: AppBackstage, reader: Browser, query: str, kept: list[str]
) -> None:
    app.log("une inscription", "un Reçu")
    app.log("un rappel", dyno="worker.1")
    app.request("/a", status=503, code="H14", service=None, dyno="")
    shown = [line.removesuffix("comprendre").strip() for line in lines(read(reader, query))]
    assert shown == kept


def test_routine_is_folded_and_can_be_hidden(app: AppBackstage, reader: Browser) -> None:
    app.request("/a", service=20)
    app.log("un mot")
    assert lines(read(reader))[0].startswith("1 page servie normalement, en 20")
    assert lines(read(reader, "?calm=1")) == ["un mot"]


def test_nothing_found_is_said(app: AppBackstage, reader: Browser) -> None:
    app.log("bonjour")
    assert "Aucune ligne de ce genre" in read(reader, "?q=introuvable")


def test_the_address_of_a_line_shows_what_was_around_it(app: AppBackstage, reader: Browser) -> None:
    app.log(*(f"ligne {number}" for number in range(700)))
    wait_until(lambda: "ligne 699" in read(reader))
    with runtime.hub().subscribe(f"log:{App.objects.get(name='inscriptions').pk}") as topic:
        data = "".join(event.data for event in topic.everything().events)
    name = re.search(r'\["(l\d+-[0-9a-f]{8})"[^]]*"ligne 300"', data)
    assert name is not None
    page = read(reader, f"?around={name[1]}")
    assert lines(page) == [f"ligne {number}" for number in range(200, 400)]
    assert "Revenir aux dernières lignes" in page


def test_the_address_of_a_line_that_is_gone_says_so(app: AppBackstage, reader: Browser) -> None:
    app.log("bonjour")
    assert "n’est plus gardée par Heroku" in read(reader, "?around=l2020-00000000")


def test_several_errors_are_told_as_several_the_worst_first(app: AppBackstage, reader: Browser) -> None:
    app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    app.log("Error R14 (Memory quota exceeded)", source="heroku")
    page = read(reader)
    assert headline(page).startswith("Plusieurs erreurs depuis")
    assert page.index('data-code="H12"') < page.index('id="tools"')
    assert page.index('data-code="R14"') < page.index('id="tools"')


def test_a_site_that_sleeps_and_says_nothing_is_told_so(
    fleet: Fleet, simulator: Simulator, reader: Browser
) -> None:
    simulator.world.add_app("dort", [("web", "node serveur.js", 0, "Basic")])
    note_apps(fleet)
    page = read(reader, page="/apps/dort/logs/")
    assert headline(page) == "Le site est en veille : il n’écrit rien."


def test_a_heroku_that_does_not_answer_is_told_and_tried_again(
    app: AppBackstage, simulator: Simulator, reader: Browser
) -> None:
    app.log("bonjour")
    simulator.faults.add("503", path="/log-sessions$")
    wait_until(lambda: headline(read(reader)) == "Heroku n’envoie pas les journaux pour l’instant.")
    simulator.faults.clear()
    wait_until(lambda: lines(read(reader)) == ["bonjour"])


# ── what is hidden ──
def test_personal_data_is_masked_and_no_search_finds_it(app: AppBackstage, manager: Browser) -> None:
    app.log("Connexion de claire@quatre-vents.example")
    assert "claire@" not in read(manager).replace("data-q", "")
    assert lines(read(manager, "?q=claire%40")) == []
    assert lines(read(manager, "?q=quatre-vents")) == ["Connexion de c•••@quatre-vents.example"]


def test_who_has_the_right_reads_it_in_clear_for_five_minutes_and_the_journal_knows(
    app: AppBackstage, manager: Browser
) -> None:
    app.log("Connexion de claire@quatre-vents.example")
    assert manager.post(f"{PAGE}reveal/", {"q": "claire"})["Location"] == f"{PAGE}?q=claire"
    assert lines(read(manager)) == ["Connexion de claire@quatre-vents.example"]
    entry = Entry.objects.get()
    assert (entry.action, entry.actor_name, entry.app_name) == ("reveal_logs", "Léa Roux", "inscriptions")
    session = manager.session
    session[KEY] = {name: until - 300 for name, until in session[KEY].items()}
    session.save()
    assert lines(read(manager)) == ["Connexion de c•••@quatre-vents.example"]


def test_it_can_be_masked_again_before(app: AppBackstage, manager: Browser) -> None:
    app.log("Connexion de claire@quatre-vents.example")
    manager.post(f"{PAGE}reveal/")
    manager.post(f"{PAGE}reveal/", {"hide": "1"})
    assert lines(read(manager)) == ["Connexion de c•••@quatre-vents.example"]


def test_who_has_not_the_right_is_refused(app: AppBackstage, operator: Browser) -> None:
    app.log("bonjour")
    assert operator.post(f"{PAGE}reveal/").status_code == 403
    assert "en clair" not in read(operator)


def test_what_is_taken_out_is_in_clear_as_long_as_the_page(app: AppBackstage, manager: Browser) -> None:
    app.log("Connexion de claire@quatre-vents.example")
    manager.post(f"{PAGE}reveal/")
    assert b"claire@quatre-vents" in b"".join(manager.get(f"{PAGE}download/"))
    session = manager.session
    session[KEY] = {name: until - 300 for name, until in session[KEY].items()}
    session.save()
    assert b"claire@quatre-vents" not in b"".join(manager.get(f"{PAGE}download/"))


def test_a_right_that_is_taken_back_ends_it_at_once(app: AppBackstage, manager: Browser) -> None:
    app.log("Connexion de claire@quatre-vents.example")
    manager.post(f"{PAGE}reveal/")
    User.objects.filter(username="lea").update(profile=Profile.OPERATOR)
    assert lines(read(manager)) == ["Connexion de c•••@quatre-vents.example"]
    assert b"claire@quatre-vents" not in b"".join(manager.get(f"{PAGE}download/"))


# ── what is taken out ──
def test_the_lines_kept_by_the_filters_are_taken_out_as_text_masked_and_without_controls(
    app: AppBackstage, reader: Browser
) -> None:
    app.log("\x1b[31mun\x1b[0m claire@ecole.example", "deux", HOSTILE)
    answer = reader.get(f"{PAGE}download/?without=deux")
    text = b"".join(answer).decode()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="inscriptions-\d{8}-\d{6}\.txt"', answer["Content-Disposition"]
    )
    assert [line.partition(": ")[2] for line in text.splitlines()] == [
        "un c•••@ecole.example",
        "<script>document.title='x'</script>  ⟨U+202E⟩fin⟨U+2028⟩event: bye",
    ]


def test_a_spreadsheet_takes_no_line_for_a_formula(app: AppBackstage, reader: Browser) -> None:
    app.log("=cmd|'/C calc'!A0", "+1", "@SUM(A1)", "-2")
    text = b"".join(reader.get(f"{PAGE}download/?format=csv")).decode()
    cells = [line.rpartition(";")[2] for line in text.splitlines()[1:]]
    assert [cell.strip('"')[0] for cell in cells] == ["'"] * 4


def test_thirty_downloads_a_minute_are_enough(app: AppBackstage, reader: Browser) -> None:
    app.log("bonjour")
    with time_machine.travel(timezone.now().replace(second=5), tick=True):  # all of them in one minute
        statuses = [reader.get(f"{PAGE}download/").status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_the_text_for_the_developer_says_what_he_will_ask_and_hides_what_is_personal(
    app: AppBackstage, manager: Browser
) -> None:
    app.log("avant claire@ecole.example")
    app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    manager.post(f"{PAGE}reveal/")
    page = unescape(read(manager, "?code=H12", page=f"{PAGE}report/"))
    for part in (
        "Une page a mis plus de 30 secondes à répondre (H12), 1 fois depuis",
        "Pages concernées\xa0: /a",
        "(inscriptions)",
        "Version en ligne\xa0: v44",
        "avant c•••@ecole.example",
        "code=H12",
        "mailto:?subject=",
    ):
        assert part in page
    assert "claire@ecole.example" not in page
    assert len(re.findall(r'href="(mailto:[^"]+)"', page)[0]) < 12_000


def test_every_code_has_its_place_in_the_list(reader: Browser) -> None:
    page = read(reader, page="/codes/")
    assert 'id="H12"' in page
    assert 'id="exit-137"' in page
    assert 'id="django-OperationalError"' in page


# ── the live flow ──
def request_of(browser: Browser, topic: str) -> StreamRequest:
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    return StreamRequest(
        headers={"host": "testserver", "cookie": cookie},
        path="/stream/",
        scheme="https",
        topics=(topic,),
        client="192.0.2.1",
    )


def test_what_comes_is_shown_as_on_the_page(app: AppBackstage, site: App, reader: Browser) -> None:
    read(reader)
    name = f"log:{site.pk}"
    grant = authorise(request_of(reader, name), shows=SHOWS)
    assert isinstance(grant, Grant)
    assert grant.show is not None
    with runtime.hub().subscribe(name) as topic:
        app.log(f"{HOSTILE} claire@ecole.example")
        wait_until(lambda: [event for event in topic.everything().events if "claire" in event.data])
        [told] = [event for event in topic.everything().events if "claire" in event.data]
        shown = grant.show(topic, told)
    assert shown is not None
    assert "claire@" not in shown
    assert "<script>" not in shown
    assert "\\u001b" not in shown
    assert "\\u2028" not in shown
    assert '"kind":"lines"' in shown


def test_what_was_too_much_is_counted_in_its_place(app: AppBackstage, site: App, reader: Browser) -> None:
    read(reader)
    name = f"log:{site.pk}"
    grant = authorise(request_of(reader, name), shows=SHOWS)
    assert isinstance(grant, Grant)
    assert grant.show is not None
    with runtime.hub().subscribe(name) as topic:
        app.log("\n".join(f"ligne {number}" for number in range(2500)))
        wait_until(lambda: "ligne 2499" in topic.everything().events[-1].data)
        shown = [json.loads(grant.show(topic, event) or "{}") for event in topic.everything().events]
    rows = [item["html"] for each in shown for item in each.get("items", ())]
    passed = [int(match[1]) for row in rows if (match := re.search(r">(\d+)\slignes? passée", row))]
    assert sum(passed) == 2500 - len([row for row in rows if 'class="line' in row])


def test_a_hundred_readers_are_one_session_with_heroku(
    app: AppBackstage, simulator: Simulator, reader: Browser, operator: Browser
) -> None:
    app.log("bonjour")
    for browser in (reader, operator) * 5:
        assert lines(read(browser)) == ["bonjour"]
    assert simulator.streams.asked == 1


def test_who_is_limited_to_other_sites_follows_nothing_here(site: App, reader: Browser) -> None:
    User.objects.filter(username="hugo").update(limited=True)
    answer = authorise(request_of(reader, f"log:{site.pk}"), shows=SHOWS)
    assert isinstance(answer, Grant | Refusal)
    assert not isinstance(answer, Grant) or answer.topics == frozenset()


def test_the_errors_of_the_last_minutes_are_told_on_the_page_of_the_site(
    app: AppBackstage, site: App, reader: Browser
) -> None:
    for _ in range(2):
        app.request("/a", status=503, code="H12", desc="Request timeout", service=30_001)
    with runtime.hub().subscribe(f"trouble:{site.pk}") as topic:
        wait_until(lambda: '"changed"' in "".join(event.data for event in topic.everything().events))
        wait_until(
            lambda: "2 erreurs H12 depuis" in read(reader, page="/apps/inscriptions/").replace("\xa0", " ")
        )
        page = read(reader, page="/apps/inscriptions/")
    assert f'trouble:{site.pk}"' in page
    assert "erreurs H12" not in read(reader, page="/apps/agenda-salles/")
