"""The typed parameters of a command: what their fields accept, and the text that each value becomes."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from opsconsole.ops.commands.parameters import KINDS, Parameter, field_of, from_json, problem_of, word_of

CHOICES = (("a", "Le premier"), ("b", "Le second"))


def word(parameter: Parameter, typed: object) -> str:
    """What somebody types, as it stands in the line."""
    return word_of(parameter, field_of(parameter).clean(typed))


@pytest.mark.parametrize(
    ("parameter", "typed", "expected"),
    [
        (Parameter(name="x"), "deux mots ", "deux mots "),
        (Parameter(name="x", kind="integer"), " 012 ", "12"),
        (Parameter(name="x", kind="integer"), "-3", "-3"),
        (Parameter(name="x", kind="choice", choices=CHOICES), "b", "b"),
        (Parameter(name="x", kind="date"), "2026-01-31", "2026-01-31"),
        (Parameter(name="x", kind="email"), "camille@exemple.fr", "camille@exemple.fr"),
        (Parameter(name="x", kind="pattern", pattern="[A-Z]{2}[0-9]+"), "AB12", "AB12"),
        (Parameter(name="x", kind="flag", flag_text="--dry-run"), "on", "--dry-run"),
        (Parameter(name="x", kind="flag", flag_text="--dry-run"), "", ""),
        (Parameter(name="x", required=False), "", ""),
        (Parameter(name="x", kind="date", required=False), "", ""),
        (Parameter(name="x", kind="integer", required=False), "", ""),
        (Parameter(name="x", kind="choice", choices=CHOICES, required=False), "", ""),
    ],
)
def test_a_value_becomes_its_word(parameter: Parameter, typed: object, expected: str) -> None:
    assert word(parameter, typed) == expected


@pytest.mark.parametrize(
    ("parameter", "typed"),
    [
        (Parameter(name="x"), ""),
        (Parameter(name="x"), "a" * 1001),
        (Parameter(name="x", max_length=3), "abcd"),
        (Parameter(name="x", kind="integer"), "3,5"),
        (Parameter(name="x", kind="integer"), "trois"),
        (Parameter(name="x", kind="integer", minimum="1", maximum="9"), "0"),
        (Parameter(name="x", kind="integer", minimum="1", maximum="9"), "10"),
        (Parameter(name="x", kind="choice", choices=CHOICES), "c"),
        (Parameter(name="x", kind="date"), "31/01/2026"),
        (Parameter(name="x", kind="date"), "2026-02-30"),
        (Parameter(name="x", kind="date", minimum="2026-01-01"), "2025-12-31"),
        (Parameter(name="x", kind="date", maximum="2026-01-01"), "2026-01-02"),
        (Parameter(name="x", kind="email"), "camille"),
        (Parameter(name="x", kind="email"), "-x@exemple.fr@"),
        (Parameter(name="x", kind="pattern", pattern="[A-Z]+"), "AB1"),
        (Parameter(name="x", kind="pattern", pattern="a|b"), "ac"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(parameter: Parameter, typed: str) -> None:
    with pytest.raises(ValidationError) as told:
        field_of(parameter).clean(typed)
    assert all(message.endswith(".") for message in told.value.messages)


@pytest.mark.parametrize(
    "bad", ["\x00", "\n", "\r", "\x1b", "\x07", "\x7f", "\x85", "\u2028", "\u2029", "\t", "\ud800"]
)
@pytest.mark.parametrize("kind", ["text", "pattern"])
def test_what_cannot_be_typed_in_one_line_is_refused(kind: str, bad: str) -> None:
    parameter = Parameter(name="x", kind=kind, pattern="(?s:.*)")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        field_of(parameter).clean(f"a{bad}b")


def test_a_date_is_a_date() -> None:
    assert field_of(Parameter(name="x", kind="date")).clean("2026-01-31") == date(2026, 1, 31)


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter(name="x"),
        Parameter(
            name="x",
            kind="choice",
            label="Cours",
            help="Lequel",
            default="a",
            required=False,
            choices=CHOICES,
        ),
        Parameter(name="n", kind="integer", minimum="1", maximum="9", max_length=10),
        Parameter(name="p", kind="pattern", pattern="[a-z]+"),
        Parameter(name="f", kind="flag", flag_text="--dry-run"),
    ],
)
def test_a_parameter_is_kept_and_found_again(parameter: Parameter) -> None:
    assert from_json(parameter.as_json()) == parameter


def test_what_a_later_console_wrote_besides_is_left_out() -> None:
    assert from_json({"name": "x", "colour": "red"}) == Parameter(name="x")


@pytest.mark.parametrize(
    "parameter",
    [
        Parameter(name="X"),
        Parameter(name="2x"),
        Parameter(name="x y"),
        Parameter(name="x", kind="choice"),
        Parameter(name="x", kind="flag"),
        Parameter(name="x", kind="pattern"),
        Parameter(name="x", kind="pattern", pattern="("),
        Parameter(name="x", kind="pattern", pattern="(a+)+"),
        Parameter(name="x", kind="pattern", pattern="(a|aa)*"),
        Parameter(name="x", kind="pattern", pattern=r"(a)\1"),
        Parameter(name="x", kind="integer", minimum="9", maximum="1"),
        Parameter(name="x", kind="integer", minimum="one"),
        Parameter(name="x", kind="date", minimum="yesterday"),
        Parameter(name="x", kind="integer", default="ten"),
        Parameter(name="x", kind="choice", choices=CHOICES, default="c"),
        Parameter(name="x", kind="email", default="camille"),
    ],
)
def test_a_parameter_that_makes_no_sense_says_why(parameter: Parameter) -> None:
    assert problem_of(parameter).endswith((".", "}."))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_described_well(kind: str) -> None:
    parameter = Parameter(name="x", kind=kind, choices=CHOICES, flag_text="--x", pattern="[a-z]+")  # type: ignore[arg-type]
    assert problem_of(parameter) == ""
