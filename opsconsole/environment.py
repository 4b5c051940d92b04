"""What the console takes from its environment, checked before anything starts.

A refusal is one sentence on stderr and a non-zero exit: `StartRefusedError` is a `SystemExit`, so no traceback hides it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Mode = Literal["production", "demo", "test"]

HEROKU_API = "https://api.heroku.com"
RENDEZVOUS = "rendezvous.runtime.heroku.com:5000"
MINIMUM_SECRET = 32  # characters
MINIMUM_VARIETY = 8  # different characters in a secret that somebody did not just type


LONGEST_KEPT = 3650  # days


class StartRefusedError(SystemExit):
    """The console must not start like this; the message says why in one sentence."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Environment:
    """The settings that depend on where the console runs."""

    mode: Mode
    on_heroku: bool
    secret_key: str
    encryption_keys: tuple[str, ...]
    heroku_api_key: str
    platform_api_url: str
    database_url: str
    redis_url: str
    redis_verifies_tls: bool
    allowed_hosts: list[str]
    time_zone: str
    console_name: str
    console_app_name: str
    console_app_id: str
    trusted_proxies: int
    runs_kept_days: int
    console_needs_purpose: bool
    rendezvous_ca_file: str
    rendezvous_address: str

    @property
    def production(self) -> bool:
        return self.mode == "production"


def read(environ: Mapping[str, str]) -> Environment:
    """Read and check the environment; raises StartRefusedError."""
    mode = _mode(environ)
    on_heroku = "DYNO" in environ
    environment = Environment(
        mode=mode,
        on_heroku=on_heroku,
        secret_key=environ.get("SECRET_KEY", "") or _development_secret(mode, "signing"),
        encryption_keys=_list(
            environ.get("TOKEN_ENCRYPTION_KEYS", "") or _development_secret(mode, "encrypting")
        ),
        heroku_api_key=environ.get("HEROKU_API_KEY", "").strip(),
        platform_api_url=environ.get("PLATFORM_API_URL", "").strip().rstrip("/") or HEROKU_API,
        database_url=environ.get("DATABASE_URL", ""),
        redis_url=environ.get("REDIS_URL", ""),
        redis_verifies_tls=_redis_verifies_tls(environ),
        allowed_hosts=_allowed_hosts(environ, mode=mode, on_heroku=on_heroku),
        time_zone=_time_zone(environ),
        console_name=environ.get("CONSOLE_NAME", "").strip() or "Console",
        console_app_name=environ.get("CONSOLE_APP_NAME", "") or environ.get("HEROKU_APP_NAME", ""),
        console_app_id=environ.get("HEROKU_APP_ID", ""),
        trusted_proxies=_trusted_proxies(environ, mode=mode, on_heroku=on_heroku),
        runs_kept_days=_runs_kept_days(environ),
        console_needs_purpose=_console_needs_purpose(environ),
        rendezvous_address=environ.get("RENDEZVOUS_ADDRESS", "").strip() or RENDEZVOUS,
        rendezvous_ca_file="" if mode == "production" else environ.get("RENDEZVOUS_CA_FILE", ""),
    )
    _check_alone(environment, environ)
    if environment.production:
        _check_production(environment, environ)
    return environment


def _mode(environ: Mapping[str, str]) -> Mode:
    mode = environ.get("OPSCONSOLE_MODE", "") or "production"
    if mode == "production":
        return "production"
    if mode not in {"demo", "test"}:
        raise StartRefusedError(f"OPSCONSOLE_MODE vaut « {mode} » : il faut production, demo ou test.")
    if "DYNO" in environ:
        raise StartRefusedError(
            f"OPSCONSOLE_MODE={mode} est refusé sur Heroku : ce mode est réservé à un poste local."
        )
    return "demo" if mode == "demo" else "test"


def _development_secret(mode: Mode, purpose: str) -> str:
    return "" if mode == "production" else f"only-for-{mode}-on-this-machine-{purpose}-0123456789"


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _allowed_hosts(environ: Mapping[str, str], *, mode: Mode, on_heroku: bool) -> list[str]:
    hosts = list(_list(environ.get("ALLOWED_HOSTS", "")))
    if not hosts and mode != "production":
        return ["127.0.0.1", "localhost", "[::1]", "testserver"]
    # Heroku's router only hands us requests for our own domains, so its suffix is a safe default there.
    return hosts or ([environ.get("HEROKU_APP_DEFAULT_DOMAIN_NAME") or ".herokuapp.com"] if on_heroku else [])


def _time_zone(environ: Mapping[str, str]) -> str:
    name = environ.get("TIME_ZONE", "") or "Europe/Paris"
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as error:
        raise StartRefusedError(f"TIME_ZONE vaut « {name} » : il faut un nom comme Europe/Paris.") from error


def _redis_verifies_tls(environ: Mapping[str, str]) -> bool:
    """Heroku's Redis has a certificate that it signed itself: the one case in which it may go unverified, when asked for."""
    chosen = environ.get("REDIS_TLS_VERIFY", "").strip().lower()
    if chosen not in {"", "none"}:
        raise StartRefusedError(
            f"REDIS_TLS_VERIFY vaut « {chosen} » : laissez-le vide, ou mettez none pour le certificat que Heroku signe lui-même."
        )
    return chosen != "none"


def _trusted_proxies(environ: Mapping[str, str], *, mode: Mode, on_heroku: bool) -> int:
    """Return how many proxies in front of us are ours: their X-Forwarded-* headers are believed."""
    text = environ.get("TRUSTED_PROXY_COUNT", "")
    if not text:
        return 1 if on_heroku or mode != "production" else 0
    if not (text.isascii() and text.isdigit()):
        raise StartRefusedError("TRUSTED_PROXY_COUNT doit être un nombre de relais, par exemple 1.")
    return int(text)


def _runs_kept_days(environ: Mapping[str, str]) -> int:
    text = environ.get("RUNS_KEPT_DAYS", "") or "90"
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= LONGEST_KEPT):
        raise StartRefusedError(
            f"RUNS_KEPT_DAYS doit être un nombre de jours de 1 à {LONGEST_KEPT}, par exemple 90."
        )
    return int(text)


def _console_needs_purpose(environ: Mapping[str, str]) -> bool:
    chosen = environ.get("CONSOLE_PURPOSE", "").strip().lower() or "required"
    if chosen not in {"required", "optional"}:
        raise StartRefusedError(f"CONSOLE_PURPOSE vaut « {chosen} » : il faut required ou optional.")
    return chosen == "required"


def _check_alone(environment: Environment, environ: Mapping[str, str]) -> None:
    """A second web dyno would have topics and a call budget of its own."""
    kind, _dot, number = environ.get("DYNO", "").partition(".")
    if kind == "web" and number.isdigit() and int(number) > 1 and not environment.redis_url:
        raise StartRefusedError(
            "Plusieurs dynos web partagent leur travail par Redis : ajoutez REDIS_URL, ou gardez un seul dyno web."
        )


def _check_production(environment: Environment, environ: Mapping[str, str]) -> None:
    if environ.get("DEBUG", "").lower() not in {"", "0", "false", "no", "off"}:
        raise StartRefusedError("DEBUG est allumé : la console refuse de démarrer ainsi en production.")
    if not is_real_secret(environment.secret_key):
        raise StartRefusedError(
            f"SECRET_KEY doit être un vrai secret d’au moins {MINIMUM_SECRET} caractères."
        )
    keys = environment.encryption_keys
    if not keys or not all(is_real_secret(key) for key in keys):
        raise StartRefusedError(
            f"TOKEN_ENCRYPTION_KEYS doit donner de vrais secrets d’au moins {MINIMUM_SECRET} caractères, "
            "séparés par des virgules."
        )
    if environment.secret_key in keys:
        raise StartRefusedError("SECRET_KEY et TOKEN_ENCRYPTION_KEYS doivent être des secrets différents.")
    if environment.on_heroku and not environment.database_url.startswith(("postgres://", "postgresql://")):
        raise StartRefusedError(
            "Sur Heroku le disque s’efface : DATABASE_URL doit désigner une base PostgreSQL."
        )
    if not environment.allowed_hosts:
        raise StartRefusedError("ALLOWED_HOSTS doit donner le nom sous lequel on ouvre la console.")
    if "*" in environment.allowed_hosts:
        raise StartRefusedError(
            "ALLOWED_HOSTS doit nommer la console : « * » la ferait répondre à tous les noms."
        )
    _check_api_url(environment.platform_api_url)


def _check_api_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and parts.hostname and not _is_this_machine(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise StartRefusedError(
            "PLATFORM_API_URL doit être une adresse https qui ne désigne pas cette machine."
        )


def _is_this_machine(host: str) -> bool:
    host = host.rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def is_real_secret(secret: str) -> bool:
    """Tell whether a secret is long and varied enough, and is not a sample from a tutorial."""
    lowered = secret.lower()
    sample = lowered.startswith(("django-insecure", "only-for-", "changeme", "change-me"))
    return len(secret) >= MINIMUM_SECRET and len(set(secret)) >= MINIMUM_VARIETY and not sample
