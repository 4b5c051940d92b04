"""`make demo` from the outside: what it prints, who may come in, what reaches its servers, how it ends."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.launched import PASSWORD, Launched, launch
from tests.demo.visitor import SignInError, Visitor

pytestmark = pytest.mark.frontend

PEOPLE = ["lecteur", "operateur", "responsable", "admin"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was there before, with a name that an address must quote."""
    folder = tmp_path_factory.mktemp("état 100%")
    (folder / "notes.txt").write_text("à garder", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Launched]:
    """One demo for the tests that only look, started where other things had been exported."""
    with launch(folder, HEROKU_API_KEY="exported-by-mistake", DATABASE_URL="postgres://by-mistake/") as demo:
        yield demo


@pytest.fixture
def visitor(demo: Launched) -> Iterator[Visitor]:
    assert demo.process.poll() is None, demo.output
    visitor = Visitor(demo.port)
    yield visitor
    visitor.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def assert_nothing_listens(demo: Launched) -> None:
    """The system may take a moment to bury a process that was killed."""
    deadline = time.monotonic() + 10
    while listens(demo.port) or listens(demo.simulator_port):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_it_prints_its_people_their_password_and_last_its_address(demo: Launched) -> None:
    assert all(re.search(rf"^ +{username} ", demo.output, re.MULTILINE) for username in PEOPLE)
    assert demo.output.count(PASSWORD) == 1
    assert demo.output.rstrip().splitlines()[-1] == f"Console : http://127.0.0.1:{demo.port}/"


@pytest.mark.parametrize("username", PEOPLE)
def test_each_of_its_people_comes_in_with_that_password(visitor: Visitor, username: str) -> None:
    visitor.sign_in(username, PASSWORD)
    assert visitor.get("/").status == 200


def test_another_password_opens_nothing(visitor: Visitor) -> None:
    with pytest.raises(SignInError):
        visitor.sign_in("operateur", "quatre-vents-salle-13")


def test_the_home_page_tells_the_story_of_the_school(visitor: Visitor) -> None:
    visitor.sign_in("operateur", PASSWORD)
    text = visitor.get("/").text
    assert "École des Quatre-Vents" in text
    assert "Claire" in text
    assert all(name in text for name in ("Inscriptions", "Agenda des salles", "Bibliothèque de partitions"))


def test_what_was_exported_reaches_neither_server(demo: Launched) -> None:
    for pid in demo.children.values():
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        assert b"by-mistake" not in environment
        assert b"DEMO_PASSWORD" not in environment


def test_both_servers_listen_on_this_machine_only(demo: Launched) -> None:
    assert demo.process.poll() is None, demo.output
    table = Path("/proc/net/tcp").read_text(encoding="ascii")
    table += Path("/proc/net/tcp6").read_text(encoding="ascii")
    listening = [row.split()[1] for row in table.splitlines() if " 0A " in row]
    for port in (demo.port, demo.simulator_port):
        assert [each for each in listening if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_only_its_owner_reads_its_state_and_other_files_stay(demo: Launched) -> None:
    ours = [path for path in demo.folder.rglob("*") if path.is_file() and path.name != "notes.txt"]
    assert {path.stat().st_mode & 0o077 for path in ours} == {0}
    assert (demo.folder / "notes.txt").read_text(encoding="utf-8") == "à garder"


def test_a_second_demo_in_the_same_folder_is_refused(demo: Launched) -> None:
    other = Launched(demo.folder)
    other.wait()
    assert other.process.returncode == 1
    assert other.output.startswith("Une démonstration tourne déjà dans")


def test_a_port_that_is_taken_is_said_in_one_sentence(demo: Launched, tmp_path: Path) -> None:
    other = Launched(tmp_path / "other", SIMULATOR_PORT=str(demo.simulator_port))
    other.wait()
    assert other.process.returncode == 1
    assert other.output == (
        f"Le port {demo.simulator_port} est déjà pris : fermez ce qui l’utilise, ou choisissez-en un autre, "
        f"par exemple « SIMULATOR_PORT={demo.simulator_port + 1} make demo ».\n"
    )


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٨٠٠٠"])
def test_a_port_that_is_none_is_said_in_one_sentence(tmp_path: Path, port: str) -> None:
    demo = Launched(tmp_path, PORT=port)
    demo.wait()
    assert demo.process.returncode == 1
    assert demo.output == f"PORT vaut « {port} » : il faut un numéro de port, de 1 à 65535.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_it_ends_both_servers_soon_and_in_order(tmp_path: Path, number: signal.Signals) -> None:
    with launch(tmp_path) as demo:
        visitor = Visitor(demo.port)
        visitor.sign_in("lecteur", PASSWORD)
        stream = visitor.open_stream("/")
        seconds = demo.stop(number)
        stream.close()
        visitor.close()
    assert demo.process.returncode == 0
    assert seconds < 7.5  # about one on an idle machine, eight where somebody is waited for
    assert_nothing_listens(demo)


@pytest.mark.parametrize("victim", ["simulator", "console"])
def test_the_end_of_one_server_ends_the_other_with_a_sentence(tmp_path: Path, victim: str) -> None:
    with launch(tmp_path) as demo:
        os.kill(demo.children[victim], signal.SIGKILL)
        demo.wait()
    assert demo.process.returncode == 1
    ended = {
        "simulator": "Le simulateur s’est arrêté tout seul",
        "console": "La console s’est arrêtée toute seule",
    }
    assert f"{ended[victim]} (code -9)." in demo.output
    assert_nothing_listens(demo)


def test_no_server_outlives_a_demo_that_is_killed(tmp_path: Path) -> None:
    with launch(tmp_path) as demo:
        demo.process.kill()
        demo.wait()
    assert_nothing_listens(demo)


def test_it_starts_again_where_it_was_with_a_new_password(tmp_path: Path) -> None:
    with launch(tmp_path) as demo:
        visitor = Visitor(demo.port)
        visitor.sign_in("operateur", PASSWORD)
        visitor.submit("/apps/agenda-salles/scaling/sleep/", {"page": "error"})
        visitor.close()
    with launch(tmp_path, DEMO_PASSWORD="") as demo:
        drawn = re.search(r"mot de passe à tous : ([a-z-]+)\n", demo.output)
        assert drawn
        visitor = Visitor(demo.port)
        with pytest.raises(SignInError):
            visitor.sign_in("operateur", PASSWORD)
        visitor.sign_in("operateur", drawn[1])
        assert "Agenda des salles" in visitor.get("/journal/").text
        visitor.close()
