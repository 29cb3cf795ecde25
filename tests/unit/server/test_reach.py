"""An address for people behind which nobody listens is noticed; everything else is left alone."""

import pytest

from teamchat.server.reach import unreachable
from teamchat.server.settings import load


@pytest.mark.parametrize(
    ("given", "warned"),
    [
        ({}, False),
        ({"server_public_url": "http://localhost:8420"}, False),
        ({"server_public_url": "https://127.0.0.1:8420"}, False),
        ({"server_public_url": "https://chat.example"}, True),
        ({"server_public_url": "https://chat.example", "server_host": "::1"}, True),
        ({"server_public_url": "https://chat.example", "server_host": "localhost"}, True),
        ({"server_public_url": "https://chat.example", "server_host": "0.0.0.0"}, False),  # noqa: S104 - the address under test
        ({"server_public_url": "https://chat.example", "server_host": "192.0.2.7"}, False),
        (
            {"server_public_url": "https://chat.example", "server_trusted_proxies": ["127.0.0.1"]},
            False,
        ),
    ],
)  # fmt: skip
def test_what_only_this_machine_reaches(given: dict[str, object], *, warned: bool) -> None:
    words = unreachable(load(None, {}, **given))
    assert bool(words) is warned
    assert ("trusted_proxies" in words) is warned
