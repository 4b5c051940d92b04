"""People of each profile, and commands of the catalogue."""

from typing import Any

import pytest
from django.utils import timezone

from opsconsole.ops.access.models import Profile
from opsconsole.ops.commands.models import Command
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser


@pytest.fixture
def manager(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("marc", Profile.MANAGER, "Marc Delaunay")


@pytest.fixture
def admin(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")


def make_command(title: str = "Contrôler le site", **values: Any) -> Command:
    """A safe one for operators unless `values` say otherwise."""
    shown = {"purpose": "Ne change rien.", "template": "python manage.py check", "risk": "safe", **values}
    return Command.objects.create(title=title, changed_at=timezone.now(), **shown)


@pytest.fixture
def check_site(transactional_db: None) -> Command:  # noqa: ARG001
    return make_command()
