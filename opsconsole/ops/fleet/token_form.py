"""The form into which an administrator pastes a token; what was typed is never sent back."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LONGEST = 500


class TokenForm(forms.Form):
    token = forms.CharField(
        label=gettext_lazy("Nouveau jeton"),
        help_text=gettext_lazy(
            "Collez-le ici. Il sera vérifié auprès de Heroku, chiffré, et ne sera plus jamais affiché."
        ),
        max_length=LONGEST,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={"required": gettext_lazy("Collez le jeton que Heroku vous a donné.")},
    )


def refusal(reason: str) -> str:
    """Return why a token was not kept."""
    why = {
        "malformed": _("Ce n’est pas un jeton de Heroku : il ne doit contenir ni espace ni accent."),
        "denied": _("Heroku ne connaît pas ce jeton : il est mal copié, expiré ou révoqué."),
        "no_identity": _(
            "Ce jeton n’a pas la portée « identity » : la console ne pourrait pas savoir de quel compte il est."
        ),
        "no_read": _("Ce jeton n’a pas la portée « read » : la console ne verrait aucun site."),
        "two_factor": _("Heroku veut un second facteur pour ce compte, que la console ne peut pas donner."),
        "suspended": _("Le compte de ce jeton est suspendu."),
        "delinquent": _("Le compte de ce jeton a une facture en retard."),
        "rate_limited": _("Heroku nous fait patienter : réessayez dans quelques minutes."),
    }.get(reason, _("Heroku n’a pas répondu : le jeton n’a pas pu être vérifié."))
    return _("%(why)s Rien n’a été changé.") % {"why": why}


def verdict(scopes: tuple[str, ...]) -> tuple[str, str]:
    """Return (kind of notice, sentence) on what a token may do, as far as Heroku told."""
    if not scopes:
        return "info", _("Heroku n’a pas dit ce que ce jeton permet : il se verra à l’usage.")
    if "global" in scopes:
        return "warn", _(
            "Ce jeton est trop puissant : il peut aussi supprimer des sites, lire les secrets et gérer le compte. "
            "Un jeton limité à identity, read et write suffit."
        )
    if not {"write", "write-protected"} & set(scopes):
        return "warn", _("Ce jeton est trop faible : il peut lire, mais ni mettre en veille ni réveiller.")
    if {"read-protected", "write-protected"} & set(scopes):
        return "warn", _(
            "Ce jeton peut aussi lire les secrets des sites (config vars) : ce n’est pas utile ici."
        )
    return "ok", _("Ce jeton permet juste ce qu’il faut.")
