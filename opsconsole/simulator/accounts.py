"""Whose token it is: account, rate limits, Eco quota, capabilities (Platform API: account, rate-limit,
capability).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .answer import Answer, RefusedError, invalid, not_found
from .clock import format_time

if TYPE_CHECKING:
    from .call import Call
    from .world import Account


def describe_account(account: Account, *, variant: str) -> dict[str, object]:
    created = format_time(account.created_at)
    body: dict[str, object] = {
        "allow_tracking": True,
        "beta": False,
        "country_of_residence": "FR",
        "created_at": created,
        "default_organization": None,
        "default_team": None,
        "delinquent_at": created if account.delinquent else None,
        "email": account.email,
        "federated": False,
        "id": account.id,
        "identity_provider": None,
        "last_login": created,
        "name": account.name,
        "sms_number": None,
        "suspended_at": created if account.suspended else None,
        "two_factor_authentication": True,
        "updated_at": created,
        "verified": True,
    }
    if variant:
        body |= _describe_sdk_fields(account, since=created)
    return body


def _describe_sdk_fields(account: Account, *, since: str) -> dict[str, object]:
    return {
        "acknowledged_msa": True,
        "acknowledged_msa_at": since,
        "eco_dynos_enabled": account.quota is not None,
        "eco_dynos_shutdown_at": None,
        "italian_customer_terms": None,
        "italian_partner_terms": None,
        "mfa_enabled": True,
        "mfa_exemption": False,
        "mfa_exemption_reason": None,
        "mfa_experience": "vaas",
        "pipeline_cost_consent_at": None,
    }


def show_account(call: Call) -> Answer:
    identity = call.path.get("account", "~")
    if identity not in ("~", call.account.id, call.account.email):
        raise not_found("account")
    return Answer(body=describe_account(call.account, variant=call.variant))


def show_rate_limits(call: Call) -> Answer:
    return Answer(body={"remaining": call.remaining})


def show_quota(call: Call) -> Answer:
    """Only under its own Accept, only for the token's own account, in the three shapes seen."""
    if call.variant != "account-quotas":
        raise unknown_endpoint()
    if call.path["account"] not in ("~", call.account.id, call.account.email):
        raise RefusedError(403, "forbidden", "You do not have access to this account's quota.")
    quota = call.account.quota
    if quota is None or quota.shape == "missing":
        raise not_found("account quota")
    if quota.shape == "not_found":
        return Answer(body={"id": "not_found"})
    apps = [{"app_uuid": app_id, "quota_used": int(used)} for app_id, used in quota.apps.items()]
    return Answer(body={"account_quota": int(quota.total), "quota_used": int(quota.used), "apps": apps})


def show_capabilities(call: Call) -> Answer:
    asked = call.body.get("capabilities")
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise invalid("Invalid value for capabilities: an array of objects is expected.")
    return Answer(body={"capabilities": [_describe_capability(call, each) for each in asked]})


def _describe_capability(call: Call, asked: dict[str, object]) -> dict[str, object]:
    resource = str(asked.get("resource_id", ""))
    app = call.world.find_app(resource)
    return {
        "capability": str(asked.get("capability", "")),
        "capable": app is not None and not app.forbidden,
        "requires_second_factor": False,
        "resource_canonical_id": app.id if app else str(uuid5(NAMESPACE_URL, resource)),
        "resource_id": resource,
        "resource_type": str(asked.get("resource_type", "")),
    }


def unknown_endpoint() -> RefusedError:
    return RefusedError(
        404,
        "not_found",
        "The requested API endpoint was not found. Are you using the right HTTP verb "
        "(i.e. `GET` vs. `POST`), and did you specify your intended version with the `Accept` header?",
    )
