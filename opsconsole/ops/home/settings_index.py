"""The page of settings: what an administrator, or whoever may set something, can open from there."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import get_resolver, reverse
from django.utils.translation import gettext as _

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, may


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A page of settings, and the right that opens it."""

    route: str
    right: Right
    title: str
    text: str

    @property
    def url(self) -> str:
        return reverse(self.route)


def doors_of(person: User | AnonymousUser) -> list[Door]:
    """Return the pages of settings that exist and that somebody may open, in the order of their page."""
    every = [_apps(person), *_the_console()]
    return [door for door in every if may(person, door.right) and _exists(door.route)]


def _apps(person: User | AnonymousUser) -> Door:
    text = _("Ce que chaque site peut subir, et ce qui y est à l’abri d’un geste.")
    if may(person, Right.APPS):
        text = _("Ceux que la console montre, leurs noms, leurs parties, ce qui est protégé.")
    return Door(route="settings_apps", right=Right.PROTECT, title=_("Sites"), text=text)


def _the_console() -> list[Door]:
    return [
        Door(
            route="people",
            right=Right.PEOPLE,
            title=_("Personnes"),
            text=_("Qui entre ici, ce que chacun peut faire, et sur quels sites."),
        ),
        Door(
            route="catalogue",
            right=Right.COMMANDS,
            title=_("Commandes"),
            text=_("Celles que vos collègues lancent d’un bouton : à écrire, à essayer, à retirer."),
        ),
        Door(
            route="phrases",
            right=Right.COMMANDS,
            title=_("Consoles"),
            text=_("Les phrases prêtes, pour qui tape dans une console sans tout savoir par cœur."),
        ),
        Door(
            route="token",
            right=Right.TOKEN,
            title=_("Jeton"),
            text=_("La clé par laquelle la console parle à Heroku : à renouveler ou à effacer ici."),
        ),
        Door(
            route="prices",
            right=Right.APPS,
            title=_("Prix"),
            text=_("Les prix de Heroku sont en dollars : dites ici ce que vaut un dollar en euros."),
        ),
        Door(
            route="console_health",
            right=Right.HEALTH,
            title=_("Santé de la console"),
            text=_("Ses appels à Heroku, ses erreurs, sa base, ses versions."),
        ),
        Door(
            route="journal_export",
            right=Right.EXPORT,
            title=_("Exporter le journal"),
            text=_("Un fichier de tout ce qui a été fait, pour un tableur ou pour l’archive."),
        ),
        Door(
            route="admin:index",
            right=Right.PEOPLE,
            title=_("Administration Django"),
            text=_("Les tables telles qu’elles sont : pour votre technicien."),
        ),
    ]


def _exists(route: str) -> bool:
    namespace, _colon, _name = route.rpartition(":")
    resolver = get_resolver()
    return namespace in resolver.namespace_dict if namespace else route in resolver.reverse_dict
