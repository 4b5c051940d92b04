"""What keeps the console from speaking to Heroku at all, told at the head of every page with the way out of it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.readings import TOKEN_KINDS


def token_trouble(request: HttpRequest) -> dict[str, object]:
    """Return `token_trouble` for the templates: a sentence, and a link for who may put it right; nothing while all is well."""
    person = getattr(request, "user", None)
    failure = fleet().outage
    if person is None or not person.is_authenticated or failure is None or failure.kind not in TOKEN_KINDS:
        return {}
    may_renew = may(person, Right.TOKEN)
    return {
        "token_trouble": {
            "say": sentence(failure.kind),
            "href": reverse("token") if may_renew else "",
            "label": _("Renouveler le jeton"),
            "ask": "" if may_renew else _("Prévenez la personne qui administre la console."),
        }
    }


def sentence(kind: str) -> str:
    """Return what is wrong, and what it keeps from being done."""
    return {
        "denied": _("Heroku refuse le jeton de la console : elle ne peut plus rien lire ni changer."),
        "unreadable_token": _(
            "Jeton illisible, à ressaisir : les clés qui l’ouvraient ont changé. La console ne peut rien lire ni changer."
        ),
        "no_token": _("La console n’a pas encore de jeton : elle ne peut rien demander à Heroku."),
        "suspended": _("Le compte Heroku est suspendu : Heroku ne répond plus à la console."),
        "delinquent": _(
            "Le compte Heroku a une facture en retard : Heroku refuse ce que la console demande."
        ),
    }[kind]
