"""The draft of a command from its help text: what an app prints is read, never trusted."""

import io
import re
from argparse import ArgumentParser
from contextlib import redirect_stdout

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.ops.commands.help_text import draft_of
from opsconsole.ops.commands.parameters import problem_of
from opsconsole.ops.commands.template import check
from opsconsole.simulator.scripts import script_of

REMINDERS = "\n".join(script_of("python manage.py sendreminders --help").lines)


def test_options_become_values_and_django_s_own_are_left_out() -> None:
    draft = draft_of(REMINDERS)
    assert draft.template == "python manage.py sendreminders --date {date} --course {course} {dry_run}"
    assert [(each.name, each.kind, each.required) for each in draft.parameters] == [
        ("date", "text", False),
        ("course", "choice", False),
        ("dry_run", "flag", False),
    ]
    assert draft.parameters[1].choices == (("musique", "musique"), ("danse", "danse"), ("theatre", "theatre"))
    assert draft.parameters[2].flag_text == "--dry-run"
    assert draft.purpose == "Sends an e-mail to each family whose file is not complete."
    assert draft.parameters[0].help == "files opened before this day (YYYY-MM-DD)"


def help_of(*arguments: tuple[str, dict[str, object]]) -> str:
    parser = ArgumentParser(prog="manage.py export", description="Exports.")
    for name, wishes in arguments:
        parser.add_argument(name, **wishes)  # type: ignore[arg-type]
    return parser.format_help()


def test_a_positional_argument_is_asked_for() -> None:
    draft = draft_of(help_of(("course", {"help": "which one"}), ("--limit", {"type": int})))
    assert draft.template == "python manage.py export {course} --limit {limit}"
    assert [each.required for each in draft.parameters] == [True, False]


def test_a_default_is_proposed() -> None:
    draft = draft_of(help_of(("--days", {"help": "how many (default: 30)"})))
    assert draft.parameters[0].default == "30"


def test_what_takes_several_values_is_named_and_left_out() -> None:
    draft = draft_of(help_of(("--to", {"nargs": "+"})))
    assert draft.parameters == ()
    assert draft.left_out != ()


def test_a_wrapped_help_is_read_whole() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    assert draft_of(help_of(("--x", {"help": words}))).parameters[0].help == words


@pytest.mark.parametrize("name", ["migrate", "clearsessions", "sendtestemail", "dumpdata"])
def test_the_help_of_django_s_own_commands_gives_a_draft_that_is_nearly_right(name: str) -> None:
    printed = io.StringIO()
    with redirect_stdout(printed), pytest.raises(SystemExit):
        call_command(name, "--help")
    draft = draft_of(re.sub(r"usage:\s+", "usage: manage.py ", printed.getvalue()))
    assert draft.template.startswith("python ")
    assert [problem_of(each) for each in draft.parameters if problem_of(each)] == []
    assert check(draft.template, draft.parameters) == []


@pytest.mark.parametrize(
    "text", ["", "hello", "usage:", "usage: manage.py", "Traceback (most recent call last):"]
)
def test_what_is_no_help_text_gives_nothing(text: str) -> None:
    assert draft_of(text).template == ""


def test_colours_of_a_terminal_are_no_obstacle() -> None:
    coloured = REMINDERS.replace("usage:", "\x1b[1musage:\x1b[0m").replace(
        "--date", "\x1b[32m--date\x1b[0m", 2
    )
    assert draft_of(coloured).template == draft_of(REMINDERS).template


@given(st.text(max_size=3000))
def test_whatever_an_app_prints_is_read_without_failing(text: str) -> None:
    draft = draft_of(f"usage: manage.py x [-h]\n\noptions:\n{text}")
    assert check(draft.template, draft.parameters) == []
