"""What tests print and log, without secrets, where no report tells it: under `pytest -s`, in a live log or a file."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any

from automation.machine.masking import Masking, masked


class CleanOutput:
    """Cleans the log of this process and, where `streams` says so, its stdout and stderr."""

    def __init__(self, masking: Masking, *, streams: bool) -> None:
        self._masking = masking
        self._records = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)
        self._streams = {name: getattr(sys, name) for name in ("stdout", "stderr")} if streams else {}
        for name, stream in self._streams.items():
            setattr(sys, name, masked(stream, masking))

    def end(self) -> None:
        """Leave what is printed and logged from now on as it is."""
        logging.setLogRecordFactory(self._records)
        for name, stream in self._streams.items():
            setattr(sys, name, stream)

    def _record(self, *arguments: Any, **options: Any) -> logging.LogRecord:
        record = self._records(*arguments, **options)
        with suppress(TypeError, ValueError, KeyError):  # its arguments do not fit, and logging says so
            said = record.getMessage()
            if (text := self._masking.text(said)) != said:
                record.msg, record.args = text, None
        if record.exc_info:
            record.exc_text = self._masking.text(logging.Formatter().formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = self._masking.text(record.stack_info)
        return record
