"""Rules that all templates and front-end sources keep."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
ASSETS = ROOT / "opsconsole" / "ops" / "ui" / "assets"


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_no_template_has_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(r"<style|<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=", re.IGNORECASE)
    assert names([path for path in TEMPLATES if inline.search(path.read_text())]) == []


def test_no_template_has_a_comment_that_django_would_print() -> None:
    opened = re.compile(r"\{#(?:(?!#\}).)*$", re.MULTILINE)
    assert names([path for path in TEMPLATES if opened.search(path.read_text())]) == []


def test_every_component_says_what_it_is_and_what_it_takes() -> None:
    said = re.compile(r"\A(\{% extends [^%]+%\}\n)?(\{# |\{% comment %\}\n)[A-Z]")
    assert names([path for path in COMPONENTS if not said.match(path.read_text())]) == []


def test_every_sign_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "templates/components/icons.html").read_text()))
    source = "".join(path.read_text() for path in TEMPLATES)
    icons = {f"i-{name}" for name in re.findall(r'{% icon "([a-z]+)" %}', source)}
    discs = {f"s-{name}" for name in re.findall(r'{% (?:great_)?disc "([a-z]+)"', source)}
    assert icons | discs <= drawn


@pytest.mark.parametrize("path", sorted(ASSETS.rglob("*.js")), ids=lambda path: path.name)
def test_no_script_needs_more_than_the_policy_allows(path: Path) -> None:
    assert not re.search(
        r"\beval\(|new Function|\.style\b|innerHTML|insertAdjacentHTML|https?://", path.read_text()
    )


def test_no_colour_is_named_outside_the_design_values() -> None:
    allowed = {"tokens.css", "conditions.css"}
    hexadecimal = re.compile(r"#[0-9a-f]{3,8}\b")
    sheets = [path for path in (ASSETS / "css").glob("*.css") if path.name not in allowed]
    strangers = [path.name for path in sheets if hexadecimal.search(path.read_text())]
    assert strangers == []


def test_the_lock_file_names_no_registry_but_the_public_one() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    public = "https://registry.npmjs.org/"
    elsewhere = [
        name for name, package in packages.items() if not package.get("resolved", public).startswith(public)
    ]
    assert elsewhere == []
    assert all("integrity" in package for name, package in packages.items() if name)


def test_every_package_is_pinned() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
