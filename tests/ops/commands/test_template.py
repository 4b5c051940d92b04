"""The template of a command line: each value reaches the program as one word, byte for byte, or is refused."""

import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsconsole.ops.commands.parameters import Parameter
from opsconsole.ops.commands.template import ParameterError, check, render
from opsconsole.ops.oneoffs.tag import new_tag, tagged

WHO = Parameter(name="who")
DAY = Parameter(name="day", kind="date", required=False)
DRY = Parameter(name="dry", kind="flag", flag_text="--dry-run")
A_TIME = 100  # lines for one shell

typable = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
values = st.text(typable, min_size=1, max_size=60).filter(lambda text: not text.startswith("-"))
awkward = st.sampled_from(
    [
        " ",
        "'",
        '"',
        "$(id)",
        "`id`",
        "*",
        "~",
        "!",
        "!!",
        "\\",
        "\\'",
        "'\"'\"'",
        "${IFS}",
        "a b",
        "😀",
        "é",
        ";",
        "&",
        "|",
        ">x",
        "#x",
        "{a,b}",
        "$HOME",
        "%s",
        "(",
        ")",
        "''",
        "=",
        "[a]",
        "?",
        "<x",
    ]
)


def argv(lines: Iterable[str]) -> list[list[str]]:
    """Run lines of which each prints its arguments, in one real shell; return the arguments of each."""
    script = "\n".join(lines)
    ended = subprocess.run(
        ["/bin/sh"],
        input=script.encode(),
        capture_output=True,
        timeout=60,
        check=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    told = ended.stdout.decode().split("\0\0")[:-1]
    return [each.split("\0") if each else [] for each in told]


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
@given(st.lists(st.one_of(values, awkward), min_size=A_TIME, max_size=A_TIME))
def test_ten_thousand_values_reach_a_real_shell_s_program_byte_for_byte(wanted: list[str]) -> None:
    # printf is the shell's own: no process for each of ten thousand values
    template = "printf '%s\\0' {who} --name={who}; printf '\\0'"
    lines = [tagged_line(render(template, [WHO], {"who": value})) for value in wanted]
    assert argv(lines) == [[value, f"--name={value}"] for value in wanted]


def tagged_line(line: str) -> str:
    return f": {new_tag()} ; {line}"


@pytest.mark.parametrize("value", ["-x", "--name=a", "-", "--"])
def test_a_value_cannot_become_an_option(value: str) -> None:
    with pytest.raises(ParameterError) as told:
        render("prog {who}", [WHO], {"who": value})
    assert told.value.name == "who"
    assert "tiret" in str(told.value)


def test_a_leading_dash_is_welcome_where_it_can_be_no_option() -> None:
    line = render("prog --shift={who}", [WHO], {"who": "-3"})
    assert shlex.split(line) == ["prog", "--shift=-3"]


def test_an_empty_value_takes_its_option_with_it() -> None:
    assert render("prog --day {day} now", [DAY], {"day": ""}) == "prog now"
    assert render("prog --day={day} now", [DAY], {"day": ""}) == "prog now"
    assert render("prog {day}", [DAY], {}) == "prog"
    assert render("prog --day {day}", [DAY], {"day": "2026-01-31"}) == "prog --day 2026-01-31"


def test_only_an_option_goes_with_an_empty_value() -> None:
    assert render("cp here {day}", [DAY], {"day": ""}) == "cp here"


def test_a_flag_puts_its_own_text_or_nothing() -> None:
    assert render("prog {dry} a", [DRY], {"dry": "--dry-run"}) == "prog --dry-run a"
    assert render("prog {dry} a", [DRY], {"dry": ""}) == "prog a"


def test_what_is_the_shell_s_own_stays_as_it_is() -> None:
    assert render("prog ${who} {UPPER} {a,b}", [], {}) == "prog ${who} {UPPER} {a,b}"


def test_quotes_and_blanks_in_the_template_are_kept() -> None:
    assert shlex.split(render("prog 'a  b' {who}", [WHO], {"who": "c d"})) == ["prog", "a  b", "c d"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("", "Écrivez"),
        ("   ", "Écrivez"),
        ("prog\n{who}", "une seule ligne"),
        ("prog \x1b {who}", "une seule ligne"),
        ("x" * 4001, "trop longue"),
        ("prog {other} {who}", "{other}"),
        ("prog", "ne sert nulle part"),
        ("prog '{who}'", "guillemets"),
        ('prog "{who}"', "guillemets"),
        ('prog "a {who} b"', "guillemets"),
        ("prog \\{who}", "guillemets"),
        ("prog # {who}", "commentaire"),
        ("prog `cat {who}`", "deux fois"),
        ("eval {who}", "deux fois"),
        ("sh -c {who}", "deux fois"),
        ("bash -lc {who}", "deux fois"),
        ("cat <<{who}", "deux fois"),
        ("echo $((1+{who}))", "deux fois"),
        ("echo ${x:-{who}}", "deux fois"),
        ("{who} --help", "la commande elle-même"),
        ("true && {who}", "la commande elle-même"),
        ("true | {who}", "la commande elle-même"),
        ("exec {who}", "la commande elle-même"),
        ("prog {who};id", "Laissez un blanc"),
        ("prog >{who}", "Laissez un blanc"),
    ],
)
def test_a_hole_where_the_shell_would_read_it_otherwise_is_refused(template: str, said: str) -> None:
    problems = check(template, [WHO])
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize(
    "template",
    [
        "prog {who}",
        "prog --name={who}",
        "prog --name {who} && echo done",
        "NAME={who} prog",
        "prog 'fixed text' {who} # a comment",
        "echo $( prog {who} )",
        "prog {who} > /tmp/out",
    ],
)
def test_an_ordinary_template_is_accepted(template: str) -> None:
    assert check(template, [WHO]) == []


@pytest.mark.parametrize(
    "value", ["$(touch WITNESS)", "`touch WITNESS`", "; touch WITNESS", "x' && touch WITNESS && '"]
)
def test_nothing_of_a_value_is_run(value: str, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    line = tagged(
        render("printf %s {who}", [WHO], {"who": value.replace("WITNESS", str(witness))}), new_tag()
    )
    subprocess.run(["/bin/sh", "-c", line], check=True, capture_output=True, timeout=10)  # noqa: S603 -- what is tried
    assert not witness.exists()
