"""Keeps secrets out of what libraries log by Python's own logging, wherever they send it."""

import logging
import traceback
from typing import Any

from core import masking

_FORMER = logging.getLogRecordFactory()


def mask_all() -> None:
    """From now on the message and the trace of every record of a warning or worse are masked before anybody gets it."""
    logging.setLogRecordFactory(_masked)


def _masked(*arguments: Any, **named: Any) -> logging.LogRecord:
    record = _FORMER(*arguments, **named)
    if record.levelno >= logging.WARNING:
        record.msg, record.args = masking.masked(_message(record)), None
        if record.exc_info and record.exc_info[1] is not None:
            # Whoever formats the record takes this text where it is there.
            record.exc_text = masking.masked("".join(traceback.format_exception(record.exc_info[1])).rstrip())
    return record


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # a record whose arguments do not fit; logging would complain and go on
        return str(record.msg)
