"""People with a browser each, over a database that is rolled back."""

import pytest

from opsconsole.ops.access.models import Profile
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser


@pytest.fixture
def operator(db: None) -> Browser:  # noqa: ARG001
    return make_browser("claire", Profile.OPERATOR, "Claire Morel")


@pytest.fixture
def reader(db: None) -> Browser:  # noqa: ARG001
    return make_browser("hugo", Profile.READER, "Hugo Petit")


@pytest.fixture
def technician(db: None) -> Browser:  # noqa: ARG001
    browser = make_browser("amelie", Profile.ADMINISTRATOR, "Amélie Roux")
    browser.prove_password()
    return browser
