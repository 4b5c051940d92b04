"""Common failures of the app itself, as Django, gunicorn and Python tell them."""

from django.utils.translation import gettext_lazy as _

from opsconsole.ops.logs.explanations import Explanation

APPS = {
    "django:OperationalError": Explanation(
        title=_("La base de données n’a pas répondu comme il faut"),
        visitors=_("Les pages qui en ont besoin affichent une erreur ou attendent."),
        you=_("Si cela dure plus de quelques minutes, prévenez le développeur."),
    ),
    "django:ProgrammingError": Explanation(
        title=_("Le programme et la base de données ne s’accordent pas"),
        visitors=_("Certaines pages affichent une erreur."),
        you=_("Prévenez le développeur : une migration manque sans doute depuis la dernière mise en ligne."),
    ),
    "django:IntegrityError": Explanation(
        title=_("Une donnée en contredit une autre"),
        visitors=_("Un enregistrement a été refusé ; la personne a vu une erreur."),
        you=_("Prévenez le développeur, avec l’heure."),
    ),
    "django:DisallowedHost": Explanation(
        title=_("Quelqu’un est venu par une adresse inconnue du site"),
        visitors=_("Ce visiteur seul est refusé ; c’est souvent un robot."),
        you=_("Rien, si c’est rare. Si c’est votre vraie adresse, prévenez le développeur."),
        severity="warn",
    ),
    "django:ImproperlyConfigured": Explanation(
        title=_("Un réglage du site manque ou est faux"),
        visitors=_("Le site ne démarre pas, ou des pages affichent une erreur."),
        you=_("Prévenez le développeur : un réglage est à corriger."),
    ),
    "django:TemplateDoesNotExist": Explanation(
        title=_("Le modèle d’une page manque ou est mal écrit"),
        visitors=_("La page concernée affiche une erreur."),
        you=_("Prévenez le développeur."),
    ),
    "django:NoReverseMatch": Explanation(
        title=_("Une page contient un lien qui ne mène nulle part"),
        visitors=_("La page concernée affiche une erreur."),
        you=_("Prévenez le développeur."),
    ),
    "django:migrations": Explanation(
        title=_("La base de données attend une mise à jour"),
        visitors=_("Des pages peuvent afficher une erreur."),
        you=_("Prévenez le développeur : des migrations restent à appliquer."),
        severity="warn",
    ),
    "python:ModuleNotFoundError": Explanation(
        title=_("Il manque un morceau au programme"),
        visitors=_("Le site ne démarre pas, ou une page affiche une erreur."),
        you=_("Prévenez le développeur : un paquet n’a pas été installé avec cette version."),
    ),
    "python:SyntaxError": Explanation(
        title=_("Le programme contient une faute d’écriture"),
        visitors=_("Le site ne démarre pas, ou une page affiche une erreur."),
        you=_("Prévenez le développeur : il peut revenir à la version d’avant."),
    ),
    "python:MemoryError": Explanation(
        title=_("Le programme n’a plus de mémoire"),
        visitors=_("La page demandée a échoué ; les suivantes peuvent échouer aussi."),
        you=_("Redémarrez le site, et prévenez le développeur."),
        act="restart",
    ),
    "python:RecursionError": Explanation(
        title=_("Le programme tourne en rond"),
        visitors=_("La page concernée affiche une erreur."),
        you=_("Prévenez le développeur."),
    ),
    "mail:SMTP": Explanation(
        title=_("Un courriel n’a pas pu partir"),
        visitors=_("La personne n’a pas reçu le message attendu."),
        you=_("Prévenez le développeur : le service d’envoi refuse ou ne répond pas."),
    ),
    "net:refused": Explanation(
        title=_("Un service dont le site a besoin refuse la liaison"),
        visitors=_("Ce qui dépend de ce service ne marche pas."),
        you=_("Attendez quelques minutes ; si cela dure, prévenez le développeur."),
    ),
    "net:timeout": Explanation(
        title=_("Un service dont le site a besoin tarde à répondre"),
        visitors=_("Ce qui dépend de ce service attend ou échoue."),
        you=_("Attendez quelques minutes ; si cela dure, prévenez le développeur."),
    ),
    "os:disk": Explanation(
        title=_("Le disque du dyno est plein"),
        visitors=_("Ce qui doit écrire un fichier échoue."),
        you=_("Redémarrer rend un disque vide. Prévenez le développeur."),
    ),
    "db:too_many": Explanation(
        title=_("Trop de liaisons vers la base de données"),
        visitors=_("Des pages échouent, au hasard."),
        you=_("Redémarrer libère les liaisons. Prévenez le développeur si cela revient."),
    ),
    "redis:refused": Explanation(
        title=_("Redis ne répond pas"),
        visitors=_("Ce qui passe par lui, comme les tâches de fond, est arrêté."),
        you=_("Attendez quelques minutes ; si cela dure, prévenez le développeur."),
    ),
    "gunicorn:worker_timeout": Explanation(
        title=_("Une page a pris trop de temps, le serveur l’a abandonnée"),
        visitors=_("Ceux qui l’ont demandée lisent une erreur."),
        you=_("Prévenez le développeur : la page est trop lente."),
    ),
    "gunicorn:boot": Explanation(
        title=_("Le serveur du site n’a pas pu démarrer"),
        visitors=_("Le site est injoignable."),
        you=_("Lisez les lignes juste avant. Redémarrez une fois, puis prévenez le développeur."),
        act="restart",
    ),
    "gunicorn:memory": Explanation(
        title=_("Une partie du serveur a été arrêtée, sans doute faute de mémoire"),
        visitors=_("Les pages en cours ont échoué."),
        you=_("Une taille plus grande peut aider. Prévenez le développeur."),
        act="scaling",
    ),
}
