"""Why a change was refused, failed or is not known, in words for the person who asked."""

from typing import Any

from django.utils.translation import gettext as _


def sentence(reason: str) -> str:
    """Return what a reason of the journal means; "" for one that needs no words."""
    return {
        "right": _("Ce profil ne permet pas ce geste."),
        "own_account": _(
            "C’est votre propre compte : seule une autre personne qui administre peut le changer."
        ),
        "last_administrator": _(
            "Il n’y aurait plus personne pour administrer la console : rien n’a été changé."
        ),
        "own_app": _("La console tourne dans ce site : elle ne peut pas l’arrêter sans s’arrêter elle-même."),
        "own_app_run": _(
            "La console tourne dans ce site : une commande y lirait ses secrets. Rien n’a été lancé."
        ),
        "own_app_unknown": _(
            "La console ne sait pas dans quel site elle tourne : par prudence elle ne touche à aucun. "
            "Votre technicien doit renseigner CONSOLE_APP_NAME."
        ),
        "protected": _("Ce site est protégé : votre technicien l’a mis à l’abri de ce geste."),
        "protected_type": protected_types(""),
        "too_many": _(
            "Plus de vingt gestes en une minute : par prudence, attendez un instant avant de recommencer."
        ),
        "only_restarts": _(
            "Heroku relance aussitôt ce dyno-là : l’arrêter ne ferait que le redémarrer. Rien n’a été demandé."
        ),
        "dyno_gone": _("Ce dyno n’existe déjà plus : Heroku l’avait remplacé ou arrêté entre-temps."),
        "not_read": _(
            "Heroku n’a pas dit à temps ce qui tourne : rien ne lui a été demandé, rien n’a changé."
        ),
        "nothing_remembered": _(
            "La console ne sait pas ce qui tournait dans ce site : rien n’a été demandé. "
            "Votre technicien peut dire combien de dynos il lui faut."
        ),
        "heroku_refused": _("Heroku a refusé : rien n’a changé."),
        "not_sent": _("La demande n’a pas pu partir : rien n’a changé."),
        "lost": _("Heroku n’a pas répondu. La console vérifie ce qu’il a fait ; elle ne redemande rien."),
        "interrupted": _(
            "La console s’est arrêtée en chemin. Elle vérifie ce que Heroku a fait ; elle ne redemande rien."
        ),
        "not_applied": _(
            "Vérification faite auprès de Heroku : la demande n’a pas eu d’effet, rien n’a changé."
        ),
        "silent": _(
            "Pendant une heure, Heroku n’a pas pu dire ce qu’il a fait. La console ne redemande rien : regardez le site."
        ),
        "gone": _("Heroku ne connaît plus ce site : la console ne peut pas vérifier ce qu’il a fait."),
        "resized_crashed": _(
            "Heroku a bien changé la taille, mais un dyno s’arrête au démarrage : votre développeur doit regarder."
        ),
        "resized_not_up": _(
            "Heroku a bien changé la taille, mais tout n’est pas en marche après cinq minutes."
        ),
        "resized_still_running": _(
            "Heroku a accepté, mais un dyno de trop tourne toujours après cinq minutes."
        ),
        "crashed": _(
            "Heroku a bien relancé le site, mais il s’arrête au démarrage : votre développeur doit regarder."
        ),
        "not_up": _("Heroku a bien relancé le site, mais tout n’est pas en marche après cinq minutes."),
        "interrupted_before": _("La console s’est arrêtée juste avant de demander : rien n’a été lancé."),
        "launch_lost": _(
            "Heroku n’a pas répondu, et la commande n’est ni parmi ce qui tourne ni dans les journaux. "
            "Il se peut qu’elle ait été lancée : la console ne la relance pas d’elle-même."
        ),
        "run_failed": _("La commande s’est terminée par une erreur."),
        "run_stopped": _("La commande a été arrêtée avant sa fin."),
        "run_expired": _("La commande a duré trop longtemps : Heroku l’a arrêtée."),
        "run_lost": _("La commande est finie, mais Heroku n’a pas dit comment."),
        "already_over": _("Elle était déjà finie."),
        "too_many_consoles": _("Vous avez déjà deux consoles ouvertes : fermez-en une d’abord."),
        "too_many_consoles_here": _(
            "Trop de consoles sont ouvertes en même temps : attendez qu’une se ferme."
        ),
        "console_closed": _("Quelqu’un l’a fermée."),
        "console_idle": _("Plus personne n’y tapait : la console l’a fermée."),
        "console_away": _("Plus aucun navigateur ne la regardait : la console l’a fermée."),
        "console_over": _("Sa durée était écoulée."),
        "console_unrecorded": _("L’enregistrement n’a pas pu être écrit : la console l’a fermée."),
        "console_cut": _("La liaison avec Heroku a été coupée."),
        "console_interrupted": _("La console a redémarré : la liaison s’est arrêtée avec elle."),
        "console_lost": _(
            "Heroku n’a pas répondu, et la façon d’entrer s’est perdue : la copie temporaire a été arrêtée."
        ),
        "console_still_there": _(
            "Heroku montre toujours la copie temporaire deux minutes après la fin : arrêtez-la dans « Ce qui tourne »."
        ),
        "console_broken": _("La console n’a pas pu la tenir ouverte."),
        "console_refused": _(
            "La connexion au port 5000 est refusée : votre technicien doit ouvrir ce port vers l’extérieur."
        ),
        "console_timed_out": _(
            "Le port 5000 ne répond pas : votre technicien doit ouvrir ce port vers l’extérieur."
        ),
        "console_unreachable": _(
            "Le serveur des consoles de Heroku est introuvable : votre technicien doit vérifier le réseau de la console."
        ),
        "console_not_tls": _(
            "Quelque chose répond en clair à la place de Heroku : rien n’a été envoyé. Votre technicien doit regarder le réseau."
        ),
        "console_certificate": _(
            "Le certificat présenté n’est pas celui de Heroku : rien n’a été envoyé. Votre technicien doit regarder le réseau."
        ),
        "console_not_greeted": _(
            "Heroku a ouvert la liaison, mais la copie temporaire n’a pas répondu à temps."
        ),
        "console_not_begun": _("Heroku a fermé la liaison avant que la copie temporaire réponde."),
        "console_address": _(
            "L’adresse donnée par Heroku n’est pas une adresse de Heroku : par prudence rien n’a été envoyé."
        ),
        "console_unsupported": _(
            "Ce site est dans un espace privé : Heroku n’y permet pas de console d’ici. Une commande, elle, reste possible."
        ),
        "still_running": _("Heroku a accepté, mais un dyno tourne toujours après cinq minutes."),
    }.get(reason, "")


def protected_types(names: str) -> str:
    """« Protégé par votre technicien, à l’abri de ce geste : les tâches de fond. »"""
    if not names:
        return _("Une partie de ce site est protégée : votre technicien l’a mise à l’abri de ce geste.")
    return _("Protégé par votre technicien, à l’abri de ce geste : %(names)s.") % {"names": names}


def heroku_said(detail: dict[str, Any]) -> str:
    """Return Heroku's refusal in French, "" where the reason alone says it."""
    error = str(detail.get("error", ""))
    return {
        "UnauthorizedError": _("Heroku refuse notre jeton : il est à renouveler."),
        "ForbiddenError": _("Le jeton de la console n’a pas ce droit chez Heroku."),
        "TwoFactorRequiredError": _("Heroku demande un second facteur, que la console ne peut pas donner."),
        "SuspendedError": _("Le compte Heroku est suspendu."),
        "DelinquentError": _("Le compte Heroku a une facture en retard."),
        "VerificationNeededError": _("Le compte Heroku doit d’abord être vérifié (moyen de paiement)."),
        "NotFoundError": _("Heroku ne trouve plus ce site."),
        "CannotRunAboveLimitError": _("Heroku n’en laisse pas tourner autant de cette taille."),
        "CannotUpdateAboveLimitError": _("Heroku n’accepte pas autant de dynos de cette taille."),
        "InvalidParamsError": _("Heroku n’accepte pas cette demande."),
        "RateLimitedError": _("Heroku nous fait patienter : trop d’appels en une heure."),
        "ConflictError": _("Heroku est occupé avec ce site ; réessayez dans un instant."),
        "ApiMaintenanceError": _("Heroku est en maintenance."),
    }.get(error, "")
