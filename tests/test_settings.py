"""The production settings, as Django's own deployment check and we judge them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.test_environment import PRODUCTION

ROOT = Path(__file__).parent.parent
SHOWN = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


def run(*words: str, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "opsconsole.settings",
        **PRODUCTION,
        **changes,
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_production(*names: str, **changes: str) -> dict[str, Any]:
    result = run("-c", SHOWN % (names,), **changes)
    assert result.returncode == 0, result.stderr
    values: dict[str, Any] = json.loads(result.stdout)
    return values


def test_djangos_deployment_check_finds_nothing() -> None:
    result = run("manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert result.returncode == 0, result.stderr
    assert "no issues (0 silenced)" in result.stdout


def test_production_speaks_https_only_and_says_so_for_a_year() -> None:
    assert in_production(
        "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG"
    ) == {
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "DEBUG": False,
    }


def test_forwarded_headers_are_believed_only_where_a_proxy_is_declared() -> None:
    names = ("SECURE_PROXY_SSL_HEADER", "USE_X_FORWARDED_HOST", "ALLAUTH_TRUSTED_PROXY_COUNT")
    assert in_production(*names) == {
        "SECURE_PROXY_SSL_HEADER": None,
        "USE_X_FORWARDED_HOST": False,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 0,
    }
    assert in_production(*names, DYNO="web.1") == {
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"],
        "USE_X_FORWARDED_HOST": False,
        "ALLAUTH_TRUSTED_PROXY_COUNT": 1,
    }


def test_no_other_origin_may_post() -> None:
    assert in_production("CSRF_TRUSTED_ORIGINS") == {"CSRF_TRUSTED_ORIGINS": []}


@pytest.mark.parametrize("name", ["SESSION", "CSRF", "LANGUAGE"])
def test_cookies_are_bound_to_the_host(name: str) -> None:
    parts = ("NAME", "SECURE", "HTTPONLY", "DOMAIN", "PATH")
    found = in_production(*(f"{name}_COOKIE_{part}" for part in parts))
    assert found.pop(f"{name}_COOKIE_NAME").startswith("__Host-")
    assert list(found.values()) == [True, True, None, "/"]


def test_passwords_are_hashed_by_djangos_default() -> None:
    hashers = in_production("PASSWORD_HASHERS")["PASSWORD_HASHERS"]
    assert hashers[0] == "django.contrib.auth.hashers.PBKDF2PasswordHasher"


TOLD = """
import django, logging
django.setup()
logging.getLogger("opsconsole.journal").info("entry", extra={"event": {"actor_name": "Anne\\nRoy"}})
logging.getLogger("opsconsole").info("other")
"""


def test_stdout_carries_the_events_of_the_journal_and_nothing_else() -> None:
    result = run("-c", TOLD)
    assert json.loads(result.stdout) == {"event": "entry", "actor_name": "Anne\nRoy"}
    assert result.stdout.count("\n") == 1
    assert result.stderr.splitlines() == ["INFO opsconsole other"]


def test_a_test_keeps_its_output_to_itself() -> None:
    assert run("-c", TOLD, OPSCONSOLE_MODE="test").stdout == ""
