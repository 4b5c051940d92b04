"""The mark of a launch changes nothing of what it runs; and what no shell can read is refused."""

import subprocess

import pytest

from opsconsole.ops.oneoffs.tag import LineError, carries, check, new_tag, tagged, without_mark

LINES = [
    "echo bonjour",
    "echo a; echo b",
    "false",
    "exit 3",
    "true && echo yes || echo no",
    "echo 'a # b' # a comment",
    "printf '%s\\n' a b | sort -r",
    "X=1 sh -c 'echo $X'",
    "cd / && pwd",
    "(exit 4)",
    "if true; then echo so; fi",
    "sh -c 'exit 5'",
    "echo $0",
    'echo "$@" "$#"',
    "! true",
    "kill -TERM $$",
    "cat <<X",
    "echo é 😀",
    "echo \\",
]


def run(line: str) -> tuple[int, str, str]:
    ended = subprocess.run(  # noqa: S603 -- our own lines
        ["/bin/sh", "-c", line],
        capture_output=True,
        text=True,
        timeout=10,
        check=False,
        stdin=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )
    return ended.returncode, ended.stdout, ended.stderr


@pytest.mark.parametrize("line", LINES)
def test_a_mark_changes_neither_output_nor_status(line: str) -> None:
    assert run(tagged(line, new_tag())) == run(line)


def test_a_mark_is_found_in_a_dyno_s_command_and_in_the_log_s_line() -> None:
    tag = new_tag()
    line = tagged("python manage.py check", tag)
    assert carries(line, tag)
    assert carries(f"Starting process with command `{line}`", tag)
    assert not carries(line, new_tag())
    assert not carries(f"python manage.py {tag}", tag)


def test_people_see_a_command_without_its_mark() -> None:
    assert without_mark(tagged("python manage.py check", new_tag())) == "python manage.py check"
    assert without_mark("echo : oc-1 ; x") == "echo : oc-1 ; x"


def test_each_launch_has_a_mark_of_its_own() -> None:
    assert len({new_tag() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("tag", ["", "oc-1", "x; rm -rf /", "oc-0123456789ABCDEF"])
def test_a_mark_is_one_of_ours(tag: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011 -- its text is the mark itself
        tagged("true", tag)
    assert str(told.value) == tag


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("echo a\necho b", "control"),
        ("echo a\rb", "control"),
        ("echo \x1b[0m", "control"),
        ("echo a\u2028b", "control"),
        ("echo \x00", "control"),
        ("echo \ud800", "control"),
        ("echo " + "é" * 4096, "long"),
        ("echo 'a", "shell"),
        ('echo "a', "shell"),
        ("( echo a", "shell"),
        ("echo a )", "shell"),
        ("if true", "shell"),
        ("&& true", "shell"),
    ],
)
def test_what_is_not_one_line_for_a_shell_is_refused(line: str, code: str) -> None:
    with pytest.raises(LineError) as told:
        check(line)
    assert told.value.code == code


def test_reading_a_line_runs_nothing_of_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    witness = tmp_path_factory.mktemp("tag") / "witness"
    check(f"touch {witness}; $(touch {witness})")
    assert not witness.exists()
