"""The commands of the first day: each one can be launched as it is, and says what it does in two languages."""

from typing import Any

import pytest
from django.utils import timezone, translation

from opsconsole.ops.commands import starter
from opsconsole.ops.commands.catalogue_forms import samples
from opsconsole.ops.commands.models import Command, Risk
from opsconsole.ops.commands.parameters import from_json, problem_of
from opsconsole.ops.commands.template import check, render
from opsconsole.ops.commands.words import said
from opsconsole.ops.oneoffs import tag

EACH = pytest.mark.parametrize("row", starter.rows(), ids=lambda row: row["key"])
WORDS = ("title", "purpose", "when", "success", "failure")


@EACH
def test_its_line_can_be_run(row: dict[str, Any]) -> None:
    parameters = [from_json(each) for each in row["parameters"]]
    assert [problem_of(each) for each in parameters if problem_of(each)] == []
    assert check(row["template"], parameters) == []
    tag.check(render(row["template"], parameters, samples(parameters)))


@EACH
def test_it_says_what_it_does_when_and_how_it_ends(row: dict[str, Any]) -> None:
    assert all(row[name] for name in WORDS)
    assert row["risk"] in Risk.values


@EACH
def test_it_fits_the_catalogue(row: dict[str, Any]) -> None:
    Command(**row, changed_at=timezone.now()).clean_fields(exclude=["parameters", "apps", "failures"])


@EACH
def test_it_is_told_in_english_too(row: dict[str, Any]) -> None:
    command = Command(**row, changed_at=timezone.now())
    with translation.override("en"):
        assert [name for name in WORDS if said(command, name) == row[name]] == []


def test_what_somebody_has_changed_is_shown_as_they_wrote_it() -> None:
    command = Command(**starter.rows()[0], changed_at=timezone.now(), version=2)
    with translation.override("en"):
        assert said(command, "title") == starter.rows()[0]["title"]


def test_what_changes_data_is_for_managers_and_asks_for_care() -> None:
    by_key = {row["key"]: row for row in starter.rows()}
    assert (by_key["migrate"]["risk"], by_key["migrate"]["profile"]) == ("sensitive", "manager")
    assert all(row["risk"] == "safe" for row in by_key.values() if row["profile"] == "operator")
