"""The README and the files beside it say what is true: variables, commands, the button, the server's line."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
NAME = r"[A-Z][A-Z0-9_]+"
READ_BY_NAME = re.compile(rf'environ(?:\.get\(|\.pop\(|\.setdefault\(|\[|, )\s*"({NAME})"')
ASKED_FOR = re.compile(rf'"({NAME})" (?:not )?in (?:os\.)?environ')
DJANGO_S_OWN = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
THE_SYSTEM_S = {"PATH", "HOME", "LANG", "TMPDIR", "CI"}
GIVEN_BY_HEROKU = {"DYNO", "HEROKU_APP_DEFAULT_DOMAIN_NAME", "HEROKU_APP_NAME", "HEROKU_APP_ID"}


def variables_of(heading: str) -> set[str]:
    """The variables of the table below a heading."""
    section = re.split(r"^##", README.split(f"### {heading}\n")[1], maxsplit=1, flags=re.MULTILINE)[0]
    return set(re.findall(rf"^\| `({NAME})` \|", section, re.MULTILINE))


def variables_read_in(*paths: Path) -> set[str]:
    sources = [path.read_text(encoding="utf-8") for path in paths]
    found = {name for text in sources for name in READ_BY_NAME.findall(text) + ASKED_FOR.findall(text)}
    return found - DJANGO_S_OWN - THE_SYSTEM_S


def passed_by_make(target: str) -> set[str]:
    recipe = MAKEFILE.split(f"\n{target}: ")[1].split("\n\n")[0].replace("\\\n", " ")
    return set(re.findall(NAME, re.findall(r"\$\(call alone,([\w\s]*)\)", recipe)[0]))


def test_every_variable_that_the_console_reads_is_in_the_table_and_no_other() -> None:
    package = ROOT / "opsconsole"
    # The demo has its own table; the `environ` of the edge is that of WSGI.
    apart = {package / "demo", package / "edge", package / "ops" / "management"}
    modules = [path for path in package.rglob("*.py") if not apart & set(path.parents)]
    read = variables_read_in(*modules, ROOT / "gunicorn.conf.py", ROOT / "manage.py")
    assert read == variables_of("La console") | GIVEN_BY_HEROKU


@pytest.mark.parametrize("name", sorted(GIVEN_BY_HEROKU))
def test_what_heroku_gives_is_named(name: str) -> None:
    assert f"`{name}`" in README


def test_the_demo_reads_and_is_given_what_its_table_names() -> None:
    read = variables_read_in(*(ROOT / "opsconsole" / "demo").glob("*.py"))
    assert read == variables_of("La démonstration") == passed_by_make("demo")


def test_the_tests_are_given_what_their_table_names() -> None:
    given = passed_by_make("test") | passed_by_make("soak") | passed_by_make("bench")
    assert given - THE_SYSTEM_S | {"OPSCONSOLE_TEST_DATABASE_URL"} == variables_of("Les tests")


def test_every_command_of_the_makefile_is_told() -> None:
    hidden = {"help", "node", "tested-static"}
    declared = set(re.findall(r"[\w-]+", " ".join(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE))))
    section = README.split("## Les commandes")[1]
    assert set(re.findall(r"^\| `make (\w+)` \|", section, re.MULTILINE)) == declared - hidden


def test_every_file_that_is_shown_or_linked_is_there() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)]+)\)", README)
    assert [name for name in linked if not (ROOT / name).exists()] == []


def test_pictures_are_light() -> None:
    pictures = [ROOT / name for name in re.findall(r"!\[[^]]*\]\(((?!https?:)[^)]+)\)", README)]
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_the_button_asks_for_variables_that_exist_and_draws_the_secrets() -> None:
    button = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))
    assert set(button["env"]) <= variables_of("La console")
    assert all(value["description"] for value in button["env"].values())
    drawn = {name for name, value in button["env"].items() if value.get("generator") == "secret"}
    assert drawn == {"SECRET_KEY", "TOKEN_ENCRYPTION_KEYS"}
    assert [entry["url"] for entry in button["buildpacks"]] == ["heroku/nodejs", "heroku/python"]


def test_heroku_migrates_before_it_serves_with_the_settings_of_the_file() -> None:
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "release: python manage.py migrate --noinput",
        "web: gunicorn -c gunicorn.conf.py opsconsole.asgi:application",
    ]


def test_heroku_s_python_is_the_one_of_the_tools() -> None:
    assert re.fullmatch(r"python-3\.11\.\d+\n", (ROOT / "runtime.txt").read_text(encoding="utf-8"))
    assert not (ROOT / "uv.lock").exists()  # beside requirements.txt it stops Heroku's build
