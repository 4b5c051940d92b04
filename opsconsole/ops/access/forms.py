"""The forms of signing in, of coming in by invitation and of changing one's password."""

from typing import TYPE_CHECKING, Any, cast

from allauth.account.forms import LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.access.models import Invitation, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

USERNAME_ATTRIBUTES = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


def _password_advice() -> str:
    return " ".join(password_validators_help_texts())


def password_field(
    label: "str | _StrPromise", *, autocomplete: str, help_text: "str | _StrPromise" = ""
) -> forms.CharField:
    """Return a field that takes any character, spaces at its ends too, and that can be filled or pasted."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """allauth's form in our words; the username is looked up under the spelling that we keep."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        widget = forms.TextInput(attrs=USERNAME_ATTRIBUTES)
        self.fields["login"] = forms.CharField(label=_("Identifiant"), max_length=60, widget=widget)
        self.fields["password"] = password_field(_("Mot de passe"), autocomplete="current-password")
        self.order_fields(["login", "password"])

    def clean_login(self) -> str:
        return User.normalize_username(self.cleaned_data["login"])


class NewPasswordForm(forms.Form):
    """A password typed twice and judged by the validators of the settings."""

    password1 = password_field(
        _("Nouveau mot de passe"), autocomplete="new-password", help_text=lazy(_password_advice, str)()
    )
    password2 = password_field(_("Le même, encore une fois"), autocomplete="new-password")

    def person(self) -> User:
        """Return whom the password is for, so that it cannot be their own name."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        password = values.get("password1")
        if password and values.get("password2") and password != values["password2"]:
            self.add_error("password2", _("Les deux mots de passe ne sont pas les mêmes."))
        elif password:
            try:
                validate_password(password, self.person())
            except ValidationError as error:
                self.add_error("password1", error)
        return values


class ChangePasswordForm(NewPasswordForm):
    """What allauth's view of changing one's password expects: `user`, `oldpassword`, `save`."""

    oldpassword = password_field(_("Mot de passe actuel"), autocomplete="current-password")
    field_order = ("oldpassword", "password1", "password2")

    def __init__(self, *args: Any, user: User, **values: Any) -> None:
        super().__init__(*args, **values)
        self.user = user

    def person(self) -> User:
        return self.user

    def clean_oldpassword(self) -> str:
        password = cast("str", self.cleaned_data["oldpassword"])
        if not self.user.check_password(password):
            raise ValidationError(_("Ce n’est pas votre mot de passe actuel."))
        return password

    def save(self) -> None:
        self.user.set_password(self.cleaned_data["password1"])
        self.user.save(update_fields=["password"])


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """allauth's form of proving that one is still the person who signed in, in our words."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["password"] = password_field(_("Votre mot de passe"), autocomplete="current-password")


class InvitationForm(NewPasswordForm):
    """What a newcomer says: who they are, unless the invitation knows, and their password."""

    username = forms.CharField(
        label=_("Identifiant"),
        help_text=_("Celui que vous taperez pour vous connecter, par exemple prenom.nom."),
        max_length=60,
        validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs=USERNAME_ATTRIBUTES),
    )
    name = forms.CharField(
        label=_("Nom affiché"),
        help_text=_("Celui que les autres verront, par exemple dans le journal."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("username", "name", "password1", "password2")

    def __init__(self, *args: Any, invitation: Invitation, **values: Any) -> None:
        super().__init__(*args, **values)
        self.initial["name"] = invitation.name
        if invitation.username:
            # A password manager still needs to see for whom it keeps the password.
            self.fields["username"].disabled = True
            self.fields["username"].help_text = ""
            self.initial["username"] = invitation.username

    def clean_username(self) -> str:
        username = User.normalize_username(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("Cet identifiant est déjà pris."))
        return username

    def person(self) -> User:
        values = self.cleaned_data
        return User(username=values.get("username", ""), name=values.get("name", ""))
