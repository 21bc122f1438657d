"""The number of an incident before its line in the log, as the page of the error shows it."""

from __future__ import annotations

import logging


class Incident(logging.Filter):
    """Puts it before what Django logs of a request that failed by a bug."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every line passes."""
        number = getattr(getattr(record, "request", None), "incident", "")
        if number:
            record.msg = f"{number} {record.msg}"
        return True
