import io
import json
import logging
from collections.abc import Iterator

import pytest

from teamchat.server import logs
from tests.support.clock import FakeClock


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    into, root = io.StringIO(), logging.getLogger()
    level = root.level
    handler = logs.start(FakeClock(), stream=into)
    yield into
    root.removeHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_a_line_has_the_fields_that_we_gave(stream: io.StringIO) -> None:
    logging.getLogger("teamchat.x").info("request", extra={"fields": {"status": 200}})
    assert json.loads(stream.getvalue()) == {
        "time_ms": 1_767_225_600_000,
        "level": "info",
        "logger": "teamchat.x",
        "event": "request",
        "status": 200,
    }


def test_what_a_library_wants_to_say_about_somebody_is_left_out(stream: io.StringIO) -> None:
    logging.getLogger("aiohttp").warning("peer %s did %s", "192.0.2.7", "alice")
    assert "192.0.2.7" not in stream.getvalue()
    assert "alice" not in stream.getvalue()


def fail(message: str) -> None:
    raise RuntimeError(message)


def test_of_an_exception_only_kind_and_place_are_written(stream: io.StringIO) -> None:
    try:
        fail("token=abcdef")
    except RuntimeError:
        logging.getLogger("teamchat.x").exception("internal")
    line = json.loads(stream.getvalue())
    assert "abcdef" not in stream.getvalue()
    assert line["error"] == "RuntimeError"
    assert "test_logs.py" in line["at"][-1]
