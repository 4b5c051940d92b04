"""The console refuses to start, in one sentence, where it would not be safe."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from opsconsole.environment import HEROKU_API, StartRefusedError, is_real_secret, read

ROOT = Path(__file__).parent.parent
SECRET = "kX2-vQ9_mB7+tR4=zL6!wN1?cF8*hJ3%yD5-gP0_sA8+uE2=oT6"
KEY = "pS8-gT2_uW6+eA9=oC3!iM7?rK1*nV4%xB5"
PRODUCTION = {
    "SECRET_KEY": SECRET,
    "TOKEN_ENCRYPTION_KEYS": KEY,
    "DATABASE_URL": "postgres://console@db.example/console",
    "ALLOWED_HOSTS": "console.ecole.example",
}
REFUSED = {
    "no signing secret": {"SECRET_KEY": ""},
    "a short signing secret": {"SECRET_KEY": "kX2-vQ9_mB7+tR4=zL6!wN1?cF8*hJ3"},
    "a monotonous signing secret": {"SECRET_KEY": "ab" * 32},
    "the signing secret of a tutorial": {"SECRET_KEY": f"django-insecure-{SECRET}"},
    "a signing secret to be changed": {"SECRET_KEY": f"ChangeMe-{SECRET}"},
    "the signing secret of the demo": {"SECRET_KEY": "only-for-demo-on-this-machine-signing-0123456789"},
    "no encryption key": {"TOKEN_ENCRYPTION_KEYS": ""},
    "commas for encryption keys": {"TOKEN_ENCRYPTION_KEYS": " , ,"},
    "one short encryption key of two": {"TOKEN_ENCRYPTION_KEYS": f"{KEY},court"},
    "the same secret twice": {"TOKEN_ENCRYPTION_KEYS": f"{KEY},{SECRET}"},
    "debug": {"DEBUG": "1"},
    "debug, in a word": {"DEBUG": "True"},
    "debug, in a word that nobody expected": {"DEBUG": "oui"},
    "SQLite on Heroku": {"DYNO": "web.1", "DATABASE_URL": "sqlite:///console.sqlite3"},
    "no database on Heroku": {"DYNO": "web.1", "DATABASE_URL": ""},
    "no host": {"ALLOWED_HOSTS": ""},
    "every host": {"ALLOWED_HOSTS": "*"},
    "every host among others": {"ALLOWED_HOSTS": "console.ecole.example, *"},
    "a Platform API on this machine": {"PLATFORM_API_URL": "https://127.0.0.1:5099"},
    "a Platform API on this machine by name": {"PLATFORM_API_URL": "https://localhost"},
    "a Platform API on this machine by a longer name": {"PLATFORM_API_URL": "https://api.localhost/"},
    "a Platform API on this machine in IPv6": {"PLATFORM_API_URL": "https://[::1]:5099"},
    "a Platform API on this machine with a dot": {"PLATFORM_API_URL": "https://localhost./"},
    "a Platform API on any address": {"PLATFORM_API_URL": "https://0.0.0.0:5099"},
    "a Platform API in clear": {"PLATFORM_API_URL": "http://api.heroku.com"},
    "a Platform API without a host": {"PLATFORM_API_URL": "https://"},
    "a Platform API that cannot be read": {"PLATFORM_API_URL": "https://[::1"},
    "a mode that does not exist": {"OPSCONSOLE_MODE": "staging"},
    "the demo on Heroku": {"OPSCONSOLE_MODE": "demo", "DYNO": "web.1"},
    "the tests on Heroku": {"OPSCONSOLE_MODE": "test", "DYNO": ""},
    "runs that are kept for no day": {"RUNS_KEPT_DAYS": "0"},
    "runs that are kept for ever": {"RUNS_KEPT_DAYS": "always"},
    "runs that are kept for longer than a console lives": {"RUNS_KEPT_DAYS": "3651"},
    "a number of proxies that is none": {"TRUSTED_PROXY_COUNT": "un"},
    "a negative number of proxies": {"TRUSTED_PROXY_COUNT": "-1"},
    "a number of proxies in another script": {"TRUSTED_PROXY_COUNT": "²"},
    "a Redis whose certificate is verified somehow": {"REDIS_TLS_VERIFY": "maybe"},
    "a second web dyno without a Redis": {"DYNO": "web.2"},
    "a time zone that does not exist": {"TIME_ZONE": "Europe/Lutece"},
}


def production(**changes: str) -> dict[str, str]:
    return {**PRODUCTION, **changes}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses_in_one_sentence(changes: dict[str, str]) -> None:
    with pytest.raises(StartRefusedError) as refusal:
        read(production(**changes))
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert SECRET not in sentence
    assert KEY not in sentence


def test_it_starts_in_production_with_real_secrets() -> None:
    environment = read(production())
    assert environment.production
    assert environment.platform_api_url == HEROKU_API
    assert environment.encryption_keys == (KEY,)
    assert environment.trusted_proxies == 0


def test_what_commands_print_is_kept_for_ninety_days_or_as_long_as_one_says() -> None:
    assert read(production()).runs_kept_days == 90
    assert read(production(RUNS_KEPT_DAYS="30")).runs_kept_days == 30


def test_production_is_what_one_gets_without_asking() -> None:
    with pytest.raises(StartRefusedError, match="SECRET_KEY"):
        read({})


def test_on_heroku_it_believes_one_proxy_and_answers_for_its_own_domain() -> None:
    environment = read(
        production(DYNO="web.1", ALLOWED_HOSTS="", HEROKU_APP_DEFAULT_DOMAIN_NAME="console-123.herokuapp.com")
    )
    assert environment.trusted_proxies == 1
    assert environment.allowed_hosts == ["console-123.herokuapp.com"]


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_the_local_modes_answer_on_this_machine_only(mode: str) -> None:
    environment = read({"OPSCONSOLE_MODE": mode, "PLATFORM_API_URL": "http://127.0.0.1:5099"})
    assert environment.allowed_hosts == ["127.0.0.1", "localhost", "[::1]", "testserver"]
    assert not environment.production


@pytest.mark.parametrize("keys", [f"{KEY},{KEY}x", f" {KEY} , {KEY}x ", f"{KEY},,{KEY}x"])
def test_several_encryption_keys_are_told_apart(keys: str) -> None:
    assert read(production(TOKEN_ENCRYPTION_KEYS=keys)).encryption_keys == (KEY, f"{KEY}x")


def test_the_secrets_that_herokus_button_generates_are_real() -> None:
    assert is_real_secret("9f8d3c0b6a51e7420fedc98b7a6543210ab4d7e6f1c2835967d0e8b1a4f3c2d5")


@pytest.mark.parametrize("module", ["opsconsole.settings", "opsconsole.asgi"])
def test_a_refused_start_is_a_sentence_and_an_exit_status_but_no_traceback(module: str) -> None:
    result = subprocess.run(  # noqa: S603
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            **production(SECRET_KEY="court", DJANGO_SETTINGS_MODULE="opsconsole.settings"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert result.stderr.strip() == "SECRET_KEY doit être un vrai secret d’au moins 32 caractères."


def test_a_second_web_dyno_may_share_its_work_through_redis() -> None:
    assert read(production(DYNO="web.2", REDIS_URL="rediss://redis.example:6380")).redis_verifies_tls


def test_a_redis_that_signed_its_certificate_itself_is_accepted_only_when_asked_for() -> None:
    assert not read(
        production(REDIS_URL="rediss://redis.example", REDIS_TLS_VERIFY="none")
    ).redis_verifies_tls
