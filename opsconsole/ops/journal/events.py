"""Each entry and each outcome as one line of JSON on stdout, once it is committed: what is rolled back was never said."""

import logging
from functools import partial

from django.db import transaction

from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.journal.records import entry_record, outcome_record

logger = logging.getLogger("opsconsole.journal")


def tell_entry(entry: Entry) -> None:
    _tell("entry", entry_record(entry))


def tell_outcome(outcome: Outcome) -> None:
    """The detail stays in the database: it quotes what Heroku said."""
    record = outcome_record(outcome)
    del record["detail"]
    _tell("outcome", {"entry": str(outcome.entry_id), **record})


def _tell(event: str, record: dict[str, object]) -> None:
    # A log that cannot be written is no reason to give up a change that is in the journal.
    transaction.on_commit(partial(logger.info, event, extra={"event": record}), robust=True)
