"""The settings of the tests: OPSCONSOLE_MODE=test and nothing else of the caller's environment."""

import os
import tempfile
from pathlib import Path

for _name in (
    *(
        "DATABASE_URL",
        "HEROKU_API_KEY",
        "PLATFORM_API_URL",
        "SECRET_KEY",
        "TOKEN_ENCRYPTION_KEYS",
    ),
    *(
        "DYNO",
        "ALLOWED_HOSTS",
        "TIME_ZONE",
        "CONSOLE_NAME",
        "TRUSTED_PROXY_COUNT",
        "HEROKU_APP_ID",
        "HEROKU_APP_NAME",
        "RUNS_KEPT_DAYS",
    ),
):
    os.environ.pop(_name, None)
os.environ["OPSCONSOLE_MODE"] = "test"
os.environ["DATABASE_URL"] = os.environ.get("OPSCONSOLE_TEST_DATABASE_URL", "")
_redis = os.environ.get("OPSCONSOLE_TEST_REDIS_URL", "")
# Tests that run side by side each empty a cache of their own.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
os.environ["REDIS_URL"] = f"{_redis}/{_worker}" if _redis else ""
os.environ["CONSOLE_APP_NAME"] = "console-de-l-ecole"

from opsconsole.settings import *  # noqa: E402, F403
from opsconsole.settings import DATABASES, TEMPLATES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Followers are threads with connections of their own: a database in memory would not let them wait for each other.
    DATABASES["default"]["TEST"] = {
        "NAME": Path(tempfile.gettempdir()) / f"opsconsole-test-{os.getpid()}.sqlite3"
    }

TEMPLATES[0]["OPTIONS"]["debug"] = True  # coverage of templates
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is served from here: WhiteNoise would look through the collected files for each test's browser.
STATIC_ROOT = Path(tempfile.gettempdir()) / "opsconsole-test-has-no-static-files"
SCALING_LOOK_SECONDS = 4.0
SCALING_CALL_SECONDS = 3.0
SCALING_SETTLE_SECONDS = 0.4
ONE_OFF_SETTLE_SECONDS = 0.4
ONE_OFF_LOOK_SECONDS = 0.3
ONE_OFF_GONE_SECONDS = 0.3
