"""What Heroku’s router means by its codes, H10 to H99 (Dev Center, “Heroku Error Codes”)."""

from django.utils.translation import gettext_lazy as _

from opsconsole.ops.logs.explanations import Explanation

ROUTING = {
    "H10": Explanation(
        title=_("Le site s’est arrêté sur une erreur"),
        visitors=_("Personne n’y accède : chaque page répond par une erreur."),
        you=_(
            "Redémarrez-le. S’il retombe aussitôt, prévenez le développeur : la dernière version a peut-être un défaut."
        ),
        act="restart",
    ),
    "H11": Explanation(
        title=_("Trop de visiteurs attendent en même temps"),
        visitors=_("Des visiteurs reçoivent une erreur sans que leur page ait été préparée."),
        you=_(
            "Augmentez le nombre de copies du site, si votre profil le permet, sinon demandez-le. Prévenez aussi le développeur : des pages sont peut-être trop lentes."
        ),
        act="scaling",
    ),
    "H12": Explanation(
        title=_("Une page a mis plus de 30 secondes à répondre"),
        visitors=_("Ceux qui l’ouvrent attendent 30 secondes, puis lisent une page d’erreur."),
        you=_(
            "Prévenez le développeur : c’est le programme qui est lent. Redémarrer soulage parfois, mais coupe le site une demi-minute."
        ),
        act="restart",
    ),
    "H13": Explanation(
        title=_("Le site a raccroché sans répondre"),
        visitors=_("La page demandée affiche une erreur ; les autres peuvent aller bien."),
        you=_("Si cela se répète, redémarrez le site et prévenez le développeur."),
        act="restart",
    ),
    "H14": Explanation(
        title=_("Aucune copie du site ne tourne"),
        visitors=_("Personne n’y accède : le site est en veille ou réduit à zéro."),
        you=_("Réveillez-le, si personne ne l’a endormi exprès : le journal le dit."),
        act="wake",
    ),
    "H15": Explanation(
        title=_("Une liaison est restée muette 55 secondes"),
        visitors=_("La page concernée s’est interrompue ; les autres vont bien."),
        you=_("Rien, si c’est rare. Si cela se répète, prévenez le développeur."),
        severity="warn",
    ),
    "H16": Explanation(
        title=_("Un ancien code, que Heroku n’emploie plus"),
        visitors=_("Rien de connu."),
        you=_("Prévenez le développeur s’il apparaît : il ne devrait plus exister."),
        severity="info",
    ),
    "H17": Explanation(
        title=_("Le site a répondu quelque chose d’illisible"),
        visitors=_("La page concernée affiche une erreur."),
        you=_("Prévenez le développeur : c’est un défaut du programme."),
    ),
    "H18": Explanation(
        title=_("Le site a coupé au milieu d’une réponse"),
        visitors=_("Une page ou un téléchargement s’est arrêté en route."),
        you=_(
            "Regardez si le site vient de redémarrer ou de tomber. Si cela se répète, prévenez le développeur."
        ),
    ),
    "H19": Explanation(
        title=_("Le site est trop occupé pour accepter une visite"),
        visitors=_("Des visiteurs attendent, puis reçoivent une erreur."),
        you=_("Redémarrez-le, ou augmentez le nombre de copies. Prévenez le développeur si cela revient."),
        act="scaling",
    ),
    "H20": Explanation(
        title=_("Le site met trop longtemps à démarrer"),
        visitors=_("Les visites arrivées pendant le démarrage reçoivent une erreur."),
        you=_("Attendez une minute. S’il ne démarre pas, prévenez le développeur."),
        act="restart",
    ),
    "H21": Explanation(
        title=_("Le site refuse les visites"),
        visitors=_("Des pages affichent une erreur, souvent pendant un redémarrage."),
        you=_("Attendez une minute ; si cela dure, redémarrez le site."),
        act="restart",
    ),
    "H22": Explanation(
        title=_("Trop de visites arrivent sur une même copie du site"),
        visitors=_("Une partie des visiteurs reçoit une erreur."),
        you=_("Augmentez le nombre de copies du site, si votre profil le permet."),
        act="scaling",
    ),
    "H23": Explanation(
        title=_("Un ancien code, que Heroku n’emploie plus"),
        visitors=_("Rien de connu."),
        you=_("Prévenez le développeur s’il apparaît : il ne devrait plus exister."),
        severity="info",
    ),
    "H24": Explanation(
        title=_("Heroku a coupé une liaison avec le site"),
        visitors=_("Des pages se sont interrompues."),
        you=_(
            "Si cela se répète, redémarrez le site et prévenez le développeur : il est sans doute surchargé."
        ),
        act="restart",
    ),
    "H25": Explanation(
        title=_("Le site a envoyé une réponse que Heroku refuse"),
        visitors=_("La page concernée affiche une erreur."),
        you=_("Prévenez le développeur : un en-tête ou un cookie est trop grand ou mal formé."),
    ),
    "H26": Explanation(
        title=_("Un visiteur a envoyé une demande mal formée"),
        visitors=_("Ce visiteur seul reçoit une erreur ; c’est souvent un robot."),
        you=_("Rien, si c’est rare. Si de vraies personnes s’en plaignent, prévenez le développeur."),
        severity="warn",
    ),
    "H27": Explanation(
        title=_("Un visiteur n’a pas attendu la fin"),
        visitors=_("Il a fermé la page ou rechargé avant d’avoir la réponse."),
        you=_("Rien. Si c’est fréquent, la page est peut-être lente : dites-le au développeur."),
        severity="info",
    ),
    "H28": Explanation(
        title=_("Un visiteur est resté muet 55 secondes"),
        visitors=_("Sa liaison a été fermée ; les autres vont bien."),
        you=_("Rien."),
        severity="info",
    ),
    "H31": Explanation(
        title=_("Une adresse ne mène pas au bon site"),
        visitors=_("Ceux qui viennent par cette adresse reçoivent une erreur."),
        you=_("Prévenez le développeur : le nom de domaine ou son certificat est mal réglé."),
    ),
    "H32": Explanation(
        title=_("Le certificat du site ne correspond pas"),
        visitors=_("Les navigateurs refusent d’ouvrir le site, ou avertissent."),
        you=_("Prévenez le développeur : le certificat doit être renouvelé ou changé."),
    ),
    "H33": Explanation(
        title=_("Un échange s’est interrompu en route"),
        visitors=_("Une page a pu ne pas se charger ; la recharger suffit en général."),
        you=_("Rien, si c’est rare. Si cela se répète, prévenez le développeur."),
        severity="warn",
    ),
    "H34": Explanation(
        title=_("Heroku n’arrive plus à joindre aucune copie du site"),
        visitors=_("Personne n’y accède."),
        you=_("Redémarrez le site. S’il reste injoignable, prévenez le développeur."),
        act="restart",
    ),
    "H80": Explanation(
        title=_("La page de maintenance est affichée"),
        visitors=_("Les visiteurs lisent une page d’attente à la place du site."),
        you=_("Rouvrez le site quand les travaux sont finis."),
        act="maintenance_off",
        severity="info",
    ),
    "H81": Explanation(
        title=_("Rien n’est encore en ligne"),
        visitors=_("Les visiteurs lisent une page vide de Heroku."),
        you=_("Le développeur doit mettre une première version en ligne."),
        severity="info",
    ),
    "H82": Explanation(
        title=_("Les heures Eco du mois sont épuisées"),
        visitors=_("Le site reste endormi jusqu’au mois prochain."),
        you=_("Un responsable peut passer le site à la taille Basic, ou attendre le 1er du mois."),
        severity="warn",
    ),
    "H83": Explanation(
        title=_("Heroku a prévu une gêne passagère"),
        visitors=_("Le site peut répondre mal pendant un moment."),
        you=_("Attendez, et regardez status.heroku.com."),
        severity="warn",
    ),
    "H99": Explanation(
        title=_("Heroku a une panne"),
        visitors=_("Le site peut être injoignable, sans faute de sa part."),
        you=_("Attendez, et regardez status.heroku.com. Redémarrer n’y change rien."),
    ),
}
