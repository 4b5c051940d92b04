"""« Que peut faire … ? »: the table of rights, read for one person, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet.models import App

OF_THE_CONSOLE = (Right.PEOPLE, Right.APPS, Right.COMMANDS, Right.TOKEN, Right.EXPORT, Right.HEALTH)
OF_AN_APP = tuple(right for right in Right if right not in OF_THE_CONSOLE)
# The table has them already; the pages come later.
NOT_YET = frozenset({Right.SCHEDULE})
KEPT_FROM_PROTECTED = frozenset({Right.SLEEP, Right.WAKE, Right.RESTART, Right.SCALE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody may and may not do to some sites that are alike for them, or to the console itself."""

    about: tuple[str, ...]
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    note: str = ""


def of_the_console(person: User) -> Answer:
    return _answer(person, OF_THE_CONSOLE, about=())


def of_the_apps(person: User, apps: Iterable[App]) -> list[Answer]:
    """Return one answer for all the sites for which it is the same, in the order of the sites."""
    alike: dict[tuple[bool, frozenset[Right]], list[App]] = {}
    for app in apps:
        rights = frozenset(right for right in OF_AN_APP if may(person, right, str(app.heroku_id)))
        alike.setdefault((app.protected and bool(rights & KEPT_FROM_PROTECTED), rights), []).append(app)
    return [_about(person, group, protected=protected) for (protected, _rights), group in alike.items()]


def _about(person: User, apps: list[App], *, protected: bool) -> Answer:
    note = (
        _(
            "Protégé : tant qu’il l’est, personne ne peut le mettre en veille, le redémarrer ni changer sa taille."
        )
        if protected
        else ""
    )
    about = tuple(app.title for app in apps)
    return _answer(person, OF_AN_APP, about=about, app_id=str(apps[0].heroku_id), note=note)


def _answer(
    person: User,
    rights: Iterable[Right],
    *,
    about: tuple[str, ...],
    app_id: str | None = None,
    note: str = "",
) -> Answer:
    told = [(right, may(person, right, app_id)) for right in rights]
    return Answer(
        about=about,
        may=tuple(sentence(right) for right, has in told if has),
        may_not=tuple(sentence(right) for right, has in told if not has),
        note=note,
    )


def sentence(right: Right) -> str:
    """What a right lets one do, after « peut »; what no page offers yet says so."""
    said = {
        Right.SEE: _("voir son état, ce qui tourne et son journal"),
        Right.SLEEP: _("le mettre en veille"),
        Right.WAKE: _("le réveiller et le rouvrir aux visiteurs"),
        Right.RESTART: _("redémarrer ce qui tourne, arrêter une copie temporaire"),
        Right.RUN: _("lancer une commande du catalogue"),
        Right.SCALE: _("changer la quantité et la taille, donc le prix"),
        Right.PROTECT: _("le protéger, ou lever sa protection"),
        Right.SCHEDULE: _("programmer une veille ou un réveil"),
        Right.FREE_COMMAND: _("lancer n’importe quelle commande"),
        Right.COMMANDS: _("écrire les commandes que chacun peut lancer"),
        Right.CONSOLE: _("ouvrir une console dans le site"),
        Right.RECORDINGS: _("revoir ce que les consoles ont affiché"),
        Right.REVEAL: _("lire ses journaux en clair, adresses et numéros compris"),
        Right.PEOPLE: _("inviter des personnes, changer leur profil, fermer leur compte"),
        Right.APPS: _("choisir les sites montrés, leurs noms et qui les voit"),
        Right.TOKEN: _("enregistrer, remplacer ou effacer le jeton de Heroku"),
        Right.EXPORT: _("exporter le journal"),
        Right.HEALTH: _("voir la santé de la console"),
    }[right]
    return _("%(what)s (la console ne le propose pas encore)") % {"what": said} if right in NOT_YET else said
