"""Failures of an app that are common enough to be explained: found in what Django, gunicorn or Python wrote."""

import re

_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|DoesNotExist|DisallowedHost|Misconfigured|ImproperlyConfigured|Timeout|Exit))(?::|$)"
)
KNOWN = {
    "OperationalError": "django:OperationalError",
    "InterfaceError": "django:OperationalError",
    "ProgrammingError": "django:ProgrammingError",
    "IntegrityError": "django:IntegrityError",
    "DisallowedHost": "django:DisallowedHost",
    "ImproperlyConfigured": "django:ImproperlyConfigured",
    "TemplateDoesNotExist": "django:TemplateDoesNotExist",
    "TemplateSyntaxError": "django:TemplateDoesNotExist",
    "NoReverseMatch": "django:NoReverseMatch",
    "ModuleNotFoundError": "python:ModuleNotFoundError",
    "ImportError": "python:ModuleNotFoundError",
    "SyntaxError": "python:SyntaxError",
    "IndentationError": "python:SyntaxError",
    "MemoryError": "python:MemoryError",
    "RecursionError": "python:RecursionError",
    "SMTPException": "mail:SMTP",
    "SMTPAuthenticationError": "mail:SMTP",
    "SMTPServerDisconnected": "mail:SMTP",
    "SMTPRecipientsRefused": "mail:SMTP",
    "ConnectionRefusedError": "net:refused",
    "ReadTimeout": "net:timeout",
    "ConnectTimeout": "net:timeout",
    "TimeoutError": "net:timeout",
    "NoSpaceLeftError": "os:disk",
}
_PHRASES = (
    ("WORKER TIMEOUT", "gunicorn:worker_timeout"),
    ("Worker failed to boot", "gunicorn:boot"),
    ("Perhaps out of memory", "gunicorn:memory"),
    ("too many connections", "db:too_many"),
    ("remaining connection slots", "db:too_many"),
    ("No space left on device", "os:disk"),
    ("Invalid HTTP_HOST header", "django:DisallowedHost"),
    ("You have", "django:migrations"),
    ("Error 111 connecting to", "redis:refused"),
)
_SIGNS = re.compile("|".join(re.escape(phrase) for phrase, _key in _PHRASES))
_KEYS = dict(_PHRASES)


def failure_in(text: str) -> str:
    """Return the key of a common failure that a line of an app tells, "" for any other line."""
    match = _SIGNS.search(text)
    if match:
        key = _KEYS[match[0]]
        if key != "django:migrations" or "unapplied migration" in text:
            return key
    match = _EXCEPTION.match(text)
    return KNOWN.get(match[1], "") if match else ""
