"""Errors that nobody foresaw, told to whoever runs the program, and without a word of content.

The text of an exception may quote what was said, and so may a traceback's lines: only the kind of
the error and the places in the code are logged.
"""

import logging
import traceback

LOG = logging.getLogger(__name__)


def log(error: BaseException) -> None:
    """Log what kind of error it is, and where it was raised; the innermost place stands last."""
    places = " > ".join(
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    )
    LOG.error("an item could not be read: %s at %s", type(error).__name__, places)
