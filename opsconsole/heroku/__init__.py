"""Plain Python client of the Heroku Platform API; knows nothing of Django."""

from opsconsole.heroku.account import Account
from opsconsole.heroku.addons import AddOn
from opsconsole.heroku.answers import Answer
from opsconsole.heroku.apps import App
from opsconsole.heroku.authorizations import Authorization
from opsconsole.heroku.client import Client
from opsconsole.heroku.dyno_sizes import DynoSize
from opsconsole.heroku.dynos import Dyno
from opsconsole.heroku.errors import (
    AnswerTimeoutError,
    AnswerTooLargeError,
    ApiMaintenanceError,
    BadRequestError,
    CannotRunAboveLimitError,
    CannotUpdateAboveLimitError,
    ConfirmationRequiredError,
    ConflictError,
    ConnectionCutError,
    DelinquentError,
    ForbiddenError,
    GoneError,
    HerokuError,
    InvalidNameError,
    InvalidParamsError,
    LostAnswerError,
    MalformedAnswerError,
    NotAcceptableError,
    NotFoundError,
    NotSentError,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    RateLimitedError,
    RedirectRefusedError,
    RefusedError,
    ServerError,
    SuspendedError,
    TwoFactorRequiredError,
    UnauthorizedError,
    VerificationNeededError,
)
from opsconsole.heroku.formation import Formation, FormationUpdate
from opsconsole.heroku.limits import Limits
from opsconsole.heroku.log_events import Beat, Gap, HistoryEnd, Lines, LogEvent, Silence, Trouble
from opsconsole.heroku.log_hosts import AddressRefusedError, LogHosts
from opsconsole.heroku.log_lines import LogLine, parse_line
from opsconsole.heroku.log_reading import LogHistory, read_history
from opsconsole.heroku.log_sessions import LogSession
from opsconsole.heroku.log_tail import LogTail
from opsconsole.heroku.measures import Measured, MeasuredCall
from opsconsole.heroku.quota import EcoQuota
from opsconsole.heroku.releases import Release
from opsconsole.heroku.rendezvous import (
    Rendezvous,
    RendezvousCutError,
    open_rendezvous,
    try_rendezvous,
)
from opsconsole.heroku.rendezvous_hosts import RendezvousError, RendezvousHosts, RendezvousPlace

__all__ = [
    "Account",
    "AddOn",
    "AddressRefusedError",
    "Answer",
    "AnswerTimeoutError",
    "AnswerTooLargeError",
    "ApiMaintenanceError",
    "App",
    "Authorization",
    "BadRequestError",
    "Beat",
    "CannotRunAboveLimitError",
    "CannotUpdateAboveLimitError",
    "Client",
    "ConfirmationRequiredError",
    "ConflictError",
    "ConnectionCutError",
    "DelinquentError",
    "Dyno",
    "DynoSize",
    "EcoQuota",
    "ForbiddenError",
    "Formation",
    "FormationUpdate",
    "Gap",
    "GoneError",
    "HerokuError",
    "HistoryEnd",
    "InvalidNameError",
    "InvalidParamsError",
    "Limits",
    "Lines",
    "LogEvent",
    "LogHistory",
    "LogHosts",
    "LogLine",
    "LogSession",
    "LogTail",
    "LostAnswerError",
    "MalformedAnswerError",
    "Measured",
    "MeasuredCall",
    "NotAcceptableError",
    "NotFoundError",
    "NotSentError",
    "PreconditionFailedError",
    "RangeNotSatisfiableError",
    "RateLimitedError",
    "RedirectRefusedError",
    "RefusedError",
    "Release",
    "ServerError",
    "Silence",
    "Rendezvous",
    "RendezvousCutError",
    "RendezvousError",
    "RendezvousHosts",
    "RendezvousPlace",
    "SuspendedError",
    "Trouble",
    "TwoFactorRequiredError",
    "UnauthorizedError",
    "VerificationNeededError",
    "open_rendezvous",
    "parse_line",
    "read_history",
    "try_rendezvous",
]
