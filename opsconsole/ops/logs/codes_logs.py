"""What Logplex means: L10 to L15."""

from django.utils.translation import gettext_lazy as _

from opsconsole.ops.logs.explanations import Explanation

LOGS = {
    "L10": Explanation(
        title=_("Des journaux envoyés ailleurs ont été perdus"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Prévenez le développeur : le service qui reçoit ces journaux est trop lent."),
        severity="warn",
    ),
    "L11": Explanation(
        title=_("Des lignes ont été perdues avant d’arriver ici"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Sachez qu’il manque des lignes à cet endroit : le site écrivait trop vite."),
        severity="warn",
    ),
    "L12": Explanation(
        title=_("Le site écrit trop de journaux à la fois"),
        visitors=_("Rien de visible ; des lignes manquent."),
        you=_("Dites-le au développeur."),
        severity="warn",
    ),
    "L13": Explanation(
        title=_("Des journaux n’ont pas pu être livrés"),
        visitors=_("Rien de visible ; des lignes manquent."),
        you=_("Attendez ; si cela dure, dites-le au développeur."),
    ),
    "L14": Explanation(
        title=_("Le service qui reçoit les journaux a un mauvais certificat"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Prévenez le développeur : les journaux n’y arrivent plus."),
        severity="warn",
    ),
    "L15": Explanation(
        title=_("Les journaux en direct sont momentanément indisponibles"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Attendez : la console se relie de nouveau d’elle-même."),
        severity="warn",
    ),
}
