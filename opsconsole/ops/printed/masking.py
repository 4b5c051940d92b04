"""What a log should not show to everybody: addresses, keys, bank and health numbers, replaced where they stand."""

import re
from collections.abc import Callable, Iterator
from functools import cache

DOTS = "•••"
SHORTEST_CARD = 13
LONGEST_KEPT = 20_000  # characters of a line that are looked through; what lies behind is not shown at all

_EMAIL = r"(?P<email>[\w.%+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
_USERINFO = r"(?P<userinfo>(?<=://)[^\s/@:]{0,128}:[^\s/]{1,256}(?=@))"
_BEARER = r"(?P<bearer>\b(?:Bearer|Basic|Token)\s+[A-Za-z0-9._~+/=-]{8,})"
_KNOWN_KEY = (
    r"(?P<key>\b(?:HRKU-[\w-]{8,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|sk_(?:live|test)_\w{8,}|xox[abprs]-[\w-]{10,}"
    r"|eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?))"
)
_NAMED = (
    r"(?P<named>(?<![\w-])(?P<name>(?:[\w-]{0,32}(?:token|secret|password|passwd|passwort|mot[ _\xa0]de[ _\xa0]passe|api[_-]?key"
    r"|apikey|signature|sessionid|session_key|csrf\w{0,16}|authorization|cookie|access_key|private_key)"
    r"|pwd|sig|otp|code_verifier)[\w-]{0,16})\\?[\"']?\s{0,2}(?:[=:]|%3D)\s{0,2})"
    r"(?:\\\"(?P<in_escaped_quotes>(?:[^\"\\]|\\[^\"]){1,400})|\"(?P<in_quotes>(?:[^\"\\]|\\.){1,400})"
    r"|'(?P<in_single_quotes>(?:[^'\\]|\\.){1,400})"
    r"|[\"']?(?P<value>(?:(?:Bearer|Basic|Token)\s+)?[^\s\"'&;,<>)\]}]{3,}))"
)
_CODE = r"(?P<named_code>(?<=[?&])(?:code|state|key|hash)=)(?P<code_value>[^\s\"'&;,<>]{6,})"
_IBAN = r"(?P<iban>\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b)"
_NIR = r"(?P<nir>\b[12]\s?\d{2}\s?(?:0[1-9]|1[0-2]|[2-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}\s?\d{2}\b)"
_CARD = r"(?P<card>\b\d(?:[ -]?\d){12,18}\b)"
_FORWARDED = r"(?P<forwarded>\bfwd=\"?)(?P<addresses>[0-9a-f.:]{3,45}(?:,[ ]?[0-9a-f.:]{3,45}){0,20})"
_RULES_AND_SIGNS = (
    (_USERINFO, re.compile("://[^/ ]*@")),
    (_EMAIL, re.compile("@|%40")),
    (_BEARER, re.compile("bearer|basic|token", re.IGNORECASE)),
    (_KNOWN_KEY, re.compile("HRKU|AKIA|gh[pousr]_|sk_|xox|eyJ", re.IGNORECASE)),
    (
        _NAMED,
        re.compile(
            "token|secret|passw|passe|api|sig|session|csrf|auth|cookie|_key|pwd|otp|code_", re.IGNORECASE
        ),
    ),
    (_CODE, re.compile("[?&](?:code|state|key|hash)=", re.IGNORECASE)),
    (_FORWARDED, re.compile("fwd=")),
    (_IBAN, re.compile(r"[A-Z]{2}\d{2} ?[A-Z0-9]{4}", re.IGNORECASE)),
    (_NIR, re.compile(r"(?:\d\s?){15}")),
    (_CARD, re.compile(r"(?:\d[ -]?){13}")),
)
"""Each rule with a sign that is quickly looked for: most lines have none, and a rule without its sign is not tried."""


@cache
def _pattern(chosen: tuple[int, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_RULES_AND_SIGNS[number][0] for number in chosen), re.IGNORECASE)


_COUNT = re.compile("tokens|count|max|limit|length", re.IGNORECASE)
"""What a name says that stands before a number and no secret: `max_tokens=512`."""
_AT = re.compile("@|%40")

Piece = tuple[str, bool]


def mask(text: str) -> list[Piece]:
    """Return the text in pieces; True marks those that stand for something that is not shown."""
    if len(text) > LONGEST_KEPT:
        return [*mask(text[:LONGEST_KEPT]), ("…", True)]
    chosen = tuple(number for number, (_rule, sign) in enumerate(_RULES_AND_SIGNS) if sign.search(text))
    return list(_pieces(text, _pattern(chosen))) if chosen else [(text, False)]


def masked(text: str) -> str:
    """Return the text with what is not shown replaced."""
    return "".join(piece for piece, _hidden in mask(text))


def _pieces(text: str, pattern: re.Pattern[str]) -> Iterator[Piece]:
    at = 0
    for match in pattern.finditer(text):
        for piece, hidden, start, end in _replace(match):
            if start > at:
                yield text[at:start], False
            yield piece, hidden
            at = end
    if at < len(text) or not text:
        yield text[at:], False


def _replace(match: re.Match[str]) -> Iterator[tuple[str, bool, int, int]]:
    """What stands for a match: (text, whether it hides, where it begins and ends)."""
    kind = match.lastgroup or ""
    whole = (match.start(), match.end())
    if kind == "value" and match["value"].isdecimal() and _COUNT.search(match["name"]):
        yield match[0], False, *whole
    elif kind in {"value", "code_value", "in_quotes", "in_single_quotes", "in_escaped_quotes"}:
        yield DOTS, True, *match.span(kind)
    elif kind == "addresses":
        yield _hide_addresses(match["addresses"]), True, *match.span("addresses")
    elif kind in _RULES:
        shown = _RULES[kind](match[0])
        yield (shown or match[0]), shown is not None, *whole


def _hide_email(text: str) -> str:
    return f"{text[0]}{DOTS}@{_AT.split(text)[-1]}"


def _hide_bearer(text: str) -> str:
    return f"{text.split(maxsplit=1)[0]} {DOTS}"


def _hide_all(_text: str) -> str:
    return DOTS


def _hide_iban(text: str) -> str | None:
    """By its checksum (ISO 13616); None for what only looks like one."""
    digits = text.replace(" ", "").upper()
    if not 15 <= len(digits) <= 34:  # noqa: PLR2004
        return None
    turned = "".join(str(int(each, 36)) for each in digits[4:] + digits[:4])
    return f"{digits[:2]}{DOTS}{digits[-2:]}" if int(turned) % 97 == 1 else None


def _hide_nir(text: str) -> str | None:
    """By its key: the French social security number ends with 97 less the rest of the division by 97."""
    digits = re.sub(r"\s", "", text).upper().replace("2A", "19").replace("2B", "18")
    return DOTS if 97 - int(digits[:13]) % 97 == int(digits[13:]) else None


def _hide_card(text: str) -> str | None:
    """By Luhn's formula (ISO 7812)."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (
        f"{DOTS}{text[-4:]}"
        if len(digits) >= SHORTEST_CARD and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
        else None
    )  # noqa: PLR2004


def _hide_addresses(text: str) -> str:
    return ", ".join(_hide_address(each.strip()) for each in text.split(",") if each.strip())


def _hide_address(address: str) -> str:
    if "." in address:
        return f"{address.rpartition('.')[0]}.•"
    return f"{':'.join(address.split(':')[:2])}:•"


_RULES: dict[str, Callable[[str], str | None]] = {
    "email": _hide_email,
    "userinfo": _hide_all,
    "bearer": _hide_bearer,
    "key": _hide_all,
    "iban": _hide_iban,
    "nir": _hide_nir,
    "card": _hide_card,
}
