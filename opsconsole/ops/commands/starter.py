"""The commands that a Django app can use from the first day, as plain data; they can be changed and switched off.

Written into the catalogue once, by a migration. What nobody has changed is shown in the reader's language (`words.said`).
"""

from typing import Any, Final

from django.utils.translation import gettext_noop

from opsconsole.ops.access.models import Profile

MINUTE: Final = 60
ADDRESS: Final[dict[str, Any]] = {
    "name": "adresse",
    "kind": "email",
    "label": gettext_noop("Adresse qui recevra l’essai"),
    "help": gettext_noop("La vôtre, par exemple : vous verrez tout de suite si le message arrive."),
}

STARTER: Final[tuple[dict[str, Any], ...]] = (
    {
        "key": "check",
        "title": gettext_noop("Vérifier le site"),
        "purpose": gettext_noop(
            "Relit la configuration du site et signale ce qui n’est pas cohérent. Ne change rien."
        ),
        "when": gettext_noop("Après une mise à jour, ou quand quelque chose se comporte bizarrement."),
        "template": "python manage.py check",
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Le site n’a rien trouvé d’incohérent."),
        "failure": gettext_noop(
            "Le site a trouvé un problème : il est décrit ci-dessous, montrez-le à votre développeur."
        ),
    },
    {
        "key": "check-deploy",
        "title": gettext_noop("Vérifier les réglages de sécurité"),
        "purpose": gettext_noop(
            "Passe en revue les réglages qui protègent le site en ligne. Ne change rien."
        ),
        "when": gettext_noop("De temps en temps, ou avant d’ouvrir le site au public."),
        "template": "python manage.py check --deploy",
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Vérification faite : les remarques, s’il y en a, sont ci-dessous."),
        "failure": gettext_noop(
            "La vérification s’est arrêtée sur une erreur : montrez-la à votre développeur."
        ),
    },
    {
        "key": "showmigrations",
        "title": gettext_noop("Voir l’état de la base de données"),
        "purpose": gettext_noop(
            "Dresse la liste des évolutions de la base : une croix marque celles qui sont faites."
        ),
        "when": gettext_noop("Pour savoir si une mise à jour attend encore d’être appliquée à la base."),
        "template": "python manage.py showmigrations",
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Voici la liste : une case vide marque ce qui reste à faire."),
        "failure": gettext_noop("La base n’a pas pu être lue."),
    },
    {
        "key": "migrate-plan",
        "title": gettext_noop("Voir ce que changerait la mise à jour de la base"),
        "purpose": gettext_noop("Annonce les changements en attente, sans les faire."),
        "when": gettext_noop("Juste avant de mettre la base à jour."),
        "template": "python manage.py migrate --plan",
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Voici ce qui serait fait ; rien n’a été changé."),
        "failure": gettext_noop("Les changements en attente n’ont pas pu être lus."),
    },
    {
        "key": "migrate",
        "title": gettext_noop("Mettre la base de données à jour"),
        "purpose": gettext_noop("Applique à la base les changements que la dernière version du site attend."),
        "when": gettext_noop(
            "Quand votre développeur le demande. Une sauvegarde juste avant est une bonne idée."
        ),
        "template": "python manage.py migrate --noinput",
        "risk": "sensitive",
        "profile": Profile.MANAGER.value,
        "time_to_live": 60 * MINUTE,
        "confirmation": gettext_noop(
            "La base de données du site va changer de forme. Cela ne s’annule pas d’un clic."
        ),
        "success": gettext_noop("La base est à jour."),
        "failure": gettext_noop(
            "La mise à jour s’est arrêtée : prévenez votre développeur avant de recommencer."
        ),
    },
    {
        "key": "clearsessions",
        "title": gettext_noop("Nettoyer les sessions"),
        "purpose": gettext_noop("Retire de la base les visites terminées. Personne n’est déconnecté."),
        "when": gettext_noop("Une fois par mois, pour que la base reste légère."),
        "template": "python manage.py clearsessions",
        "risk": "safe",
        "time_to_live": 30 * MINUTE,
        "success": gettext_noop("Les sessions périmées sont effacées."),
        "failure": gettext_noop("Les sessions n’ont pas pu être effacées."),
    },
    {
        "key": "sendtestemail",
        "title": gettext_noop("Envoyer un courriel d’essai"),
        "purpose": gettext_noop("Le site envoie un court message à l’adresse que vous donnez."),
        "when": gettext_noop("Quand des personnes disent ne plus recevoir les courriels du site."),
        "template": "python manage.py sendtestemail {adresse}",
        "parameters": [ADDRESS],
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Le message est parti. S’il n’arrive pas, regardez aussi les indésirables."),
        "failure": gettext_noop("Le site n’a pas pu envoyer le message : la raison est ci-dessous."),
    },
    {
        "key": "collectstatic",
        "title": gettext_noop("Rassembler les images et les feuilles de style"),
        "purpose": gettext_noop(
            "Refait, dans une copie temporaire, ce que Heroku fait à chaque mise en ligne."
        ),
        "when": gettext_noop(
            "Seulement pour voir si cela réussit : ce qui est fabriqué ici disparaît avec la copie."
        ),
        "template": "python manage.py collectstatic --noinput",
        "risk": "safe",
        "time_to_live": 30 * MINUTE,
        "success": gettext_noop("Tout a été rassemblé, dans la copie temporaire seulement."),
        "failure": gettext_noop(
            "Un fichier manque ou ne se lit pas : la prochaine mise en ligne échouerait aussi."
        ),
    },
    {
        "key": "createcachetable",
        "title": gettext_noop("Préparer la table du cache"),
        "purpose": gettext_noop(
            "Crée dans la base la table où le site garde des calculs, si elle n’existe pas encore."
        ),
        "when": gettext_noop("Une seule fois, quand votre développeur le demande."),
        "template": "python manage.py createcachetable",
        "risk": "sensitive",
        "profile": Profile.MANAGER.value,
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("La table du cache est prête."),
        "failure": gettext_noop("La table n’a pas pu être créée."),
    },
    {
        "key": "versions",
        "title": gettext_noop("Voir les versions installées"),
        "purpose": gettext_noop(
            "Donne la version de Python et celle de chaque bibliothèque du site. Ne change rien."
        ),
        "when": gettext_noop("Quand votre développeur demande avec quoi le site tourne."),
        "template": "python --version && python -m pip list",
        "risk": "safe",
        "time_to_live": 10 * MINUTE,
        "success": gettext_noop("Voici les versions."),
        "failure": gettext_noop("Les versions n’ont pas pu être lues."),
    },
)


def rows() -> list[dict[str, Any]]:
    """Return the values of each, in their order, as the catalogue's table wants them."""
    common = {"profile": Profile.OPERATOR.value, "alone": True, "confirmation": "", "parameters": []}
    return [{**common, **each, "position": 10 * number} for number, each in enumerate(STARTER, start=1)]
