"""What is said of an error: a title, what it means for visitors, what can be done here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Act = Literal["", "wake", "restart", "scaling", "maintenance_off"]
Severity = Literal["bad", "warn", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`act` names the button of the console that may help, for who has the right to it."""

    title: "_StrPromise"
    visitors: "_StrPromise"
    you: "_StrPromise"
    act: Act = ""
    severity: Severity = "bad"
