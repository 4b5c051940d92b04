"""What the token in use may do (Platform API: oauth-authorization). Only `~`, the caller's own, is answered here.

Which scopes may ask is documented nowhere: here, those that may ask for the account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .answer import Answer, not_found
from .clock import format_time

if TYPE_CHECKING:
    from .call import Call


def show_authorization(call: Call) -> Answer:
    if call.path["authorization"] != "~":
        raise not_found("authorization")
    made = format_time(call.account.created_at)
    key = str(uuid5(NAMESPACE_URL, f"authorization/{call.token.value}"))
    return Answer(
        body={
            "access_token": {
                "expires_in": None,
                "id": str(uuid5(NAMESPACE_URL, f"token/{key}")),
                "token": call.token.value,
                "version": 0,
            },
            "client": None,
            "created_at": made,
            "description": "Console",
            "grant": None,
            "id": key,
            "refresh_token": None,
            "scope": call.token.scope.split(),
            "session": None,
            "updated_at": made,
            "user": {"email": call.account.email, "full_name": call.account.name, "id": call.account.id},
        }
    )
