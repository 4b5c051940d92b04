"""Django's settings; what depends on the machine comes checked from `environment.py`."""

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from opsconsole import database, environment

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = environment.read(os.environ)

DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
ROOT_URLCONF = "opsconsole.urls"
WSGI_APPLICATION = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 100

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",  # ours is in ops/admin.py and says itself what it shows
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "opsconsole.ops",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "opsconsole.ops.access.headers.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "opsconsole.ops.ui.language.language_from_cookie",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "opsconsole.ops.access.sessions.limit_sessions",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opsconsole.ops.access.sessions.SignInRequired",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opsconsole.ops.ui.context.page",
                "opsconsole.ops.fleet.trouble.token_trouble",
                "opsconsole.ops.home.navigation.navigation",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "opsconsole.ops.ui.templatetags.ui",
            ],
        },
    }
]

# ── Data ──
DATABASES = {
    "default": database.configure(
        ENVIRONMENT.database_url, base_dir=BASE_DIR, on_heroku=ENVIRONMENT.on_heroku
    )
}
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": ENVIRONMENT.redis_url,
            "OPTIONS": {}
            if ENVIRONMENT.redis_verifies_tls or not ENVIRONMENT.redis_url.startswith("rediss://")
            else {"ssl_cert_reqs": None},
        }
        if ENVIRONMENT.redis_url
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    )
}

# ── Signing in ──
AUTH_USER_MODEL = "ops.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "opsconsole.ops.people.adapter.JournalingAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_FORMS = {
    "login": "opsconsole.ops.access.forms.SignInForm",
    "change_password": "opsconsole.ops.access.forms.ChangePasswordForm",
    "reauthenticate": "opsconsole.ops.access.forms.ConfirmPasswordForm",
}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# The address first: one that is refused must not go on locking the accounts of others. Only failures count.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.trusted_proxies

SESSION_IDLE_SECONDS = 30 * 60
SESSION_ABSOLUTE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "opsconsole.ops.access.views.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"

# ── Transport and headers ──
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
SECURE_SSL_REDIRECT = ENVIRONMENT.production
SECURE_HSTS_SECONDS = 365 * 24 * 3600  # sent over https only
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],  # only where a page reads it: the terminal's own styles
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# ── Static files: hashed, compressed, immutable ──
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "opsconsole" / "ops" / "ui" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 60

# ── Words and time ──
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

# ── Ours ──
CONSOLE_NAME = ENVIRONMENT.console_name
HEROKU_API_KEY = ENVIRONMENT.heroku_api_key
PLATFORM_API_URL = ENVIRONMENT.platform_api_url
# Besides the 25 of a minute (35 while something changes) that leave the account to its owners' own tools.
MORE_CALLS_A_MINUTE = 0
# What the calls left in the minute are spread over while a change is watched: 35 of them are a look every 0.6 s.
SCALING_LOOK_SECONDS = 20.0
# For the one call that changes something: a slow yes is better than an unknown.
SCALING_CALL_SECONDS = 20.0
# After a lost answer: how long Heroku may take before what it does not show did not happen.
SCALING_SETTLE_SECONDS = 20.0
# A launch is looked for longer than a change of size: nobody can ask Heroku whether it still means to do it.
ONE_OFF_SETTLE_SECONDS = 40.0
ONE_OFF_LOOK_SECONDS = 8.0
# How long the log may take to tell the end of a dyno that is gone.
ONE_OFF_GONE_SECONDS = 10.0
# What a run printed, and with which values it was launched, may be personal; that it was launched stays in the journal.
RUNS_KEPT_DAYS = ENVIRONMENT.runs_kept_days

# Consoles: how long one waits without a key, without a browser, and how long before Heroku would end it it is closed.
CONSOLE_IDLE_SECONDS = 900.0
CONSOLE_AWAY_SECONDS = 300.0
CONSOLE_ENDS_BEFORE_SECONDS = 5.0
CONSOLE_LOOK_SECONDS = 2.0
CONSOLE_CONNECT_SECONDS, CONSOLE_GREETING_SECONDS = 10.0, 60.0
CONSOLES_OF_A_PERSON, CONSOLES_IN_ALL = 2, 10
CONSOLE_RECORDED_CHARACTERS = 5_000_000
CONSOLE_NEEDS_PURPOSE = ENVIRONMENT.console_needs_purpose
# Of the demo's and the tests' Heroku; the system's own authorities otherwise.
RENDEZVOUS_ADDRESS = ENVIRONMENT.rendezvous_address  # only to see whether it can be reached
RENDEZVOUS_CA_FILE = ENVIRONMENT.rendezvous_ca_file

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "opsconsole.logformat.OneLineFormatter"},
        "event": {"()": "opsconsole.logformat.JsonLineFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "event"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # What the journal keeps, for whoever gathers logs; tests have their output to themselves.
        "opsconsole.journal": {
            "handlers": [] if ENVIRONMENT.mode == "test" else ["stdout"],
            "level": "INFO",
            "propagate": False,
        },
    },
}
