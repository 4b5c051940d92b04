"""The first administrator comes in by a link that only the server's own console shows."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from opsconsole.ops.access.models import Invitation, Profile, User
from tests.ops.access.conftest import PASSWORD, Browser, MakePerson

pytestmark = pytest.mark.django_db


def run(*words: str, **options: Any) -> str:
    output = StringIO()
    call_command("create_administrator", *words, stdout=output, **options)
    return output.getvalue()


def path_in(output: str) -> str:
    return "/" + next(line for line in output.splitlines() if "invitation" in line).split("/", 1)[1]


def test_it_prints_a_link_that_makes_an_administrator(visitor: Browser) -> None:
    path = path_in(run("anne", "--name", "Anne Petit"))
    values = {"name": "Anne Petit", "password1": PASSWORD, "password2": PASSWORD}
    assert visitor.post(path, values).status_code == 302
    person = User.objects.get()
    assert (person.username, person.profile) == ("anne", Profile.ADMINISTRATOR)


def test_the_link_lasts_a_day() -> None:
    run()
    invitation = Invitation.objects.get()
    assert 23.9 < (invitation.expires_at - timezone.now()).total_seconds() / 3600 <= 24


def test_it_can_give_the_whole_address() -> None:
    assert "https://console.ecole.example/accounts/invitation/" in run(
        base_url="https://console.ecole.example/"
    )


def test_only_the_newest_link_is_good(visitor: Browser) -> None:
    first, second = path_in(run()), path_in(run())
    assert visitor.get(first).status_code == 410
    assert visitor.get(second).status_code == 200


def test_it_refuses_when_there_is_an_administrator(make_person: MakePerson) -> None:
    make_person("anne", profile=Profile.ADMINISTRATOR)
    with pytest.raises(CommandError, match="déjà un administrateur") as refusal:
        run()
    assert refusal.value.returncode == 1
    assert not Invitation.objects.exists()


def test_it_makes_another_when_told_to(make_person: MakePerson) -> None:
    make_person("anne", profile=Profile.ADMINISTRATOR)
    assert "/accounts/invitation/" in run("--another")


def test_a_disabled_administrator_does_not_count(make_person: MakePerson) -> None:
    make_person("anne", profile=Profile.ADMINISTRATOR)
    User.objects.update(is_active=False)
    assert "/accounts/invitation/" in run()


@pytest.mark.parametrize("username", ["avec espace", "claire", "CLAIRE"])
@pytest.mark.usefixtures("claire")
def test_a_username_that_cannot_be_is_refused_at_once(username: str) -> None:
    with pytest.raises(CommandError, match="L’identifiant"):
        run(username)
