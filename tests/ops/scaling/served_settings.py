"""The settings of a console in a process of its own: those of the tests, with the database and the Heroku it is given."""

import os

from tests.settings import *  # noqa: F403

HEROKU_API_KEY = os.environ["SERVED_HEROKU_API_KEY"]
PLATFORM_API_URL = os.environ["SERVED_PLATFORM_API_URL"]
RENDEZVOUS_CA_FILE = os.environ["SERVED_CA_FILE"]
CONSOLE_LOOK_SECONDS = 0.2
SCALING_CALL_SECONDS = float(os.environ["SERVED_CALL_SECONDS"])
# Twenty launches in a minute, each looked for, are more than a console makes beside its owners' own tools.
MORE_CALLS_A_MINUTE = 500
