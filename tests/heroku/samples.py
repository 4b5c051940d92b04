"""Answers in the shape of the Platform API's published schema, written for these tests."""

from __future__ import annotations

from typing import Any

ACCOUNT_ID = "01234567-89ab-cdef-0123-456789abcdef"
APP_ID = "11111111-2222-3333-4444-555555555555"
MOMENT = "2026-11-20T08:30:00Z"


def account(**changes: Any) -> dict[str, Any]:
    return {
        "id": ACCOUNT_ID,
        "email": "technique@example.org",
        "name": "Camille",
        "two_factor_authentication": False,
        "mfa_enabled": True,
        "suspended_at": None,
        "delinquent_at": None,
        "created_at": MOMENT,
        **changes,
    }


def app(**changes: Any) -> dict[str, Any]:
    return {
        "id": APP_ID,
        "name": "site-vitrine",
        "web_url": "https://site-vitrine-0123456789ab.herokuapp.com/",
        "maintenance": False,
        "process_tier": "production",
        "generation": "cedar",
        "owner": {"id": ACCOUNT_ID, "email": "technique@example.org"},
        "team": None,
        "space": None,
        "region": {"id": APP_ID, "name": "eu"},
        "stack": {"id": APP_ID, "name": "heroku-24"},
        "released_at": MOMENT,
        "archived_at": None,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **changes,
    }


def dyno(**changes: Any) -> dict[str, Any]:
    return {
        "id": APP_ID,
        "name": "web.1",
        "type": "web",
        "state": "up",
        "size": "Standard-1X",
        "command": "gunicorn site",
        "release": {"id": APP_ID, "version": 7},
        "attach_url": None,
        "created_at": MOMENT,
        "updated_at": "2026-11-20T09:31:02+01:00",
        **changes,
    }


def formation(**changes: Any) -> dict[str, Any]:
    return {
        "id": APP_ID,
        "type": "web",
        "command": "gunicorn site",
        "quantity": 2,
        "size": "standard-1X",
        "dyno_size": {"id": APP_ID, "name": "Standard-1X"},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **changes,
    }


def dyno_size(**changes: Any) -> dict[str, Any]:
    return {
        "id": APP_ID,
        "name": "Standard-1X",
        "cost": {"cents": 2500, "unit": "month"},
        "memory": 0.5,
        "compute": 1,
        "dedicated": False,
        "private_space_only": False,
        "architecture": "amd64",
        "generation": {"id": APP_ID, "name": "cedar"},
        "product_dyno_tier": "standard",
        **changes,
    }


def quota(**changes: Any) -> dict[str, Any]:
    return {
        "account_quota": 3_600_000,
        "quota_used": 178_200,
        "apps": [{"app_uuid": APP_ID, "quota_used": 170_000}],
        **changes,
    }


def release(**changes: Any) -> dict[str, Any]:
    return {
        "id": APP_ID,
        "version": 7,
        "description": "Deploy 1a2b3c4",
        "status": "succeeded",
        "current": True,
        "user": {"id": ACCOUNT_ID, "email": "technique@example.org"},
        "created_at": MOMENT,
        "updated_at": MOMENT,
        **changes,
    }


def addon(**changes: Any) -> dict[str, Any]:
    return {
        "name": "postgresql-rond-12345",
        "addon_service": {"id": APP_ID, "name": "heroku-postgresql"},
        "plan": {"id": APP_ID, "name": "heroku-postgresql:essential-0"},
        **changes,
    }
