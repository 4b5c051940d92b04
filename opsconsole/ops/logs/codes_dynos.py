"""What the dyno manager means: R10 to R99, and the statuses with which processes end."""

from django.utils.translation import gettext_lazy as _

from opsconsole.ops.logs.explanations import Explanation

DYNOS = {
    "R10": Explanation(
        title=_("Le site n’a pas démarré à temps"),
        visitors=_("Il est injoignable tant qu’il n’a pas démarré."),
        you=_("Redémarrez-le une fois. Si cela recommence, prévenez le développeur."),
        act="restart",
    ),
    "R12": Explanation(
        title=_("Un dyno a tardé à s’arrêter"),
        visitors=_("Quelques pages ont pu être coupées."),
        you=_("Rien, si c’est rare. Sinon, dites-le au développeur."),
        severity="warn",
    ),
    "R13": Explanation(
        title=_("Personne ne s’est relié à la console ouverte"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Recommencez. Si cela se répète, le port 5000 est sans doute fermé dans votre réseau."),
        severity="warn",
    ),
    "R14": Explanation(
        title=_("La mémoire ne suffit plus"),
        visitors=_("Le site ralentit, parfois beaucoup."),
        you=_(
            "Redémarrer soulage un moment. Une taille plus grande, ou un programme plus sobre, règle la question."
        ),
        act="scaling",
    ),
    "R15": Explanation(
        title=_("Arrêté par Heroku : bien trop de mémoire"),
        visitors=_("Les visites en cours ont été coupées ; Heroku relance le site."),
        you=_("Prévenez le développeur. En attendant, une taille plus grande peut aider."),
        act="restart",
    ),
    "R16": Explanation(
        title=_("Une copie temporaire tourne encore sans personne"),
        visitors=_("Rien : le site n’est pas concerné."),
        you=_("Arrêtez-la dans « Ce qui tourne » : elle coûte tant qu’elle tourne."),
        severity="warn",
    ),
    "R17": Explanation(
        title=_("La version mise en ligne est abîmée"),
        visitors=_("Le dyno concerné ne démarre pas."),
        you=_("Prévenez le développeur : il faut remettre la version en ligne."),
    ),
    "R99": Explanation(
        title=_("Heroku a une panne"),
        visitors=_("Le site peut être gêné, sans faute de sa part."),
        you=_("Attendez, et regardez status.heroku.com."),
        severity="warn",
    ),
    "crashed": Explanation(
        title=_("Un dyno s’est arrêté de lui-même"),
        visitors=_(
            "Si c’est le site, des visiteurs lisent une erreur ; Heroku le relance, de moins en moins souvent."
        ),
        you=_("Redémarrez-le : cela force un nouvel essai. S’il retombe, prévenez le développeur."),
        act="restart",
    ),
    "exit:1": Explanation(
        title=_("Le programme s’est arrêté sur une erreur"),
        visitors=_("Si c’est le site, il est injoignable le temps d’être relancé."),
        you=_("Lisez les lignes juste avant : elles disent l’erreur. Prévenez le développeur."),
        act="restart",
    ),
    "exit:2": Explanation(
        title=_("La commande a été mal écrite, ou a échoué"),
        visitors=_("Rien en général : c’est une commande, pas le site."),
        you=_("Vérifiez la commande, ou demandez au développeur."),
    ),
    "exit:126": Explanation(
        title=_("La commande ne peut pas être exécutée"),
        visitors=_("Ce qui devait être lancé ne tourne pas."),
        you=_("Prévenez le développeur : il manque un droit à un fichier."),
    ),
    "exit:127": Explanation(
        title=_("La commande est introuvable"),
        visitors=_("Ce qui devait être lancé ne tourne pas."),
        you=_("Vérifiez comment elle est écrite, ou prévenez le développeur."),
    ),
    "exit:134": Explanation(
        title=_("Le programme s’est interrompu brutalement"),
        visitors=_("Si c’est le site, des pages ont été coupées."),
        you=_("Prévenez le développeur si cela se répète."),
    ),
    "exit:137": Explanation(
        title=_("Arrêté de force"),
        visitors=_("Ce qu’il faisait à cet instant est perdu."),
        you=_(
            "C’est souvent faute de mémoire, ou pour avoir tardé à s’arrêter. Si cela se répète, prévenez le développeur."
        ),
    ),
    "exit:139": Explanation(
        title=_("Le programme s’est interrompu brutalement"),
        visitors=_("Si c’est le site, des pages ont été coupées."),
        you=_("Prévenez le développeur : une bibliothèque du programme est en cause."),
    ),
    "exit:other": Explanation(
        title=_("Le programme s’est arrêté sur une erreur"),
        visitors=_("Si c’est le site, il est injoignable le temps d’être relancé."),
        you=_("Lisez les lignes juste avant : elles disent l’erreur. Prévenez le développeur."),
    ),
}
