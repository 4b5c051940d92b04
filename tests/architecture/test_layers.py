"""What import-linter cannot see: which parts of Django a layer may touch, and what no file may do."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "opsconsole"
OPS = CODE / "ops"
MODULES = sorted(path for path in CODE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Rules speak of facts: they know neither a request nor the database.
PURE = [
    *(OPS / "fleet" / f"{name}.py" for name in ("state", "budget", "readings")),
    *(OPS / "scaling" / f"{name}.py" for name in ("plan", "price")),
    OPS / "changes" / "watch.py",
    OPS / "people" / "rules.py",
    OPS / "ui" / "dates.py",
]
WORDS_ONLY = ("django.utils",)
WEB = ("django.http", "django.shortcuts", "django.contrib.messages", "django.views")
USE_CASES = [
    *(OPS / "scaling" / f"{name}.py" for name in ("sleep", "wake", "reopen", "follower")),
    *(OPS / "changes" / f"{name}.py" for name in ("ask", "follower", "following", "reconcile")),
    *(OPS / "people" / f"{name}.py" for name in ("accounts", "inviting", "can")),
]
# Each renders what Django's own engine has just escaped.
# The engine's own output; and the lines of logs, put together from pieces each of which was escaped
# (tests/ops/logs/ holds them against hostile ones).
MARKS_SAFE = {
    OPS / "ui" / "templatetags" / "ui.py",
    OPS / "logs" / "render.py",
    OPS / "printed" / "ansi.py",
    OPS / "printed" / "shown.py",
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    """Return every module that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def below(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


@pytest.mark.parametrize("path", PURE, ids=named)
def test_a_rule_touches_no_django_but_words(path: Path) -> None:
    assert [name for name in imports(path) if below(name, ("django",)) and not below(name, WORDS_ONLY)] == []


@pytest.mark.parametrize("path", USE_CASES, ids=named)
def test_a_use_case_knows_no_request(path: Path) -> None:
    assert [name for name in imports(path) if below(name, WEB)] == []


@pytest.mark.parametrize("path", sorted(OPS.rglob("views.py")), ids=named)
def test_a_view_does_not_speak_to_heroku(path: Path) -> None:
    assert [name for name in imports(path) if below(name, ("opsconsole.heroku", "requests"))] == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_each_module_opens_with_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not tree.body or ast.get_docstring(tree)


def test_nothing_is_exempt_from_the_check_of_its_origin() -> None:
    assert [path for path in MODULES if "csrf_exempt" in path.read_text()] == []


def test_text_is_marked_safe_only_where_it_was_escaped_before() -> None:
    assert {path for path in MODULES if re.search(r"\bmark_safe\(", path.read_text())} <= MARKS_SAFE


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_trusts_text_nor_carries_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\|\s*safe\b|{% autoescape off", text)
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


def test_the_rooms_of_the_architecture_are_the_folders() -> None:
    told = set(
        re.findall(
            r"^\| `opsconsole/([\w/]+)/`", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE
        )
    )
    plain = {path.name for path in CODE.iterdir() if (path / "__init__.py").exists()} - {"ops"}
    rooms = {f"ops/{path.name}" for path in OPS.iterdir() if (path / "__init__.py").exists()}
    assert told == plain | (rooms - {"ops/migrations", "ops/management"})
