"""Invitation links: what stands in them, and what is refused."""

from collections.abc import Callable

import pytest

from teamchat.client.errors import AccountError
from teamchat.client.invitation import read_invitation
from teamchat.server.auth.tokens import token
from teamchat.server.services.invitations import _pin
from teamchat.server.storage.queries.key_log import Pin
from teamchat.transparency import Checkpoint, LogKey, TreeHead

KEY = LogKey("chat.example:8443/v1/keys/1790000000", b"k" * 32)
HEAD = TreeHead(3, bytes(range(32)))
SECRET = token(bytes(range(32)))


def link() -> str:
    """A link as the server writes it."""
    checkpoint = Checkpoint(KEY.verifier.name, HEAD.size, HEAD.root)
    pin = Pin(1_790_000_000, KEY.verifier.public, checkpoint)
    return f"https://chat.example:8443/join#{SECRET}{_pin(pin)}"


def test_a_link_says_what_to_pin() -> None:
    invitation = read_invitation(f" {link()}\n")
    assert (invitation.server, invitation.secret) == ("https://chat.example:8443", SECRET)
    assert invitation.promise is not None
    assert invitation.promise.key == KEY.verifier
    assert invitation.promise.head == HEAD
    assert SECRET not in repr(invitation)


def test_a_link_of_an_older_server_says_nothing_of_it() -> None:
    assert read_invitation(f"https://chat.example/join#{SECRET}").promise is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda link: link[:-1],
        lambda link: link[:-13],
        lambda link: link[:-43],
        lambda link: link + "A",
        lambda link: link + ".",
        lambda link: link.replace(".3.", ".03."),
        lambda link: link.replace(".3.", ".-3."),
        lambda link: link.replace(".3.", ".٣."),
        lambda link: link.replace(".3.", "."),
        lambda link: link.replace(SECRET, ""),
        lambda link: link.replace(SECRET, SECRET[:-13]),
        lambda link: link.replace(SECRET, SECRET + "A"),
        lambda link: link.replace(SECRET, SECRET[:20] + " " + SECRET[20:]),
        lambda link: link.replace(SECRET, SECRET[:20] + "=\n" + SECRET[20:]),
        lambda link: link.partition("#")[0],
        lambda link: link.partition(".1790000000")[0] + ".",
        lambda link: link[:-1] + "B",
    ],
)
def test_what_is_missing_or_came_into_a_link_is_said(damage: Callable[[str], str]) -> None:
    with pytest.raises(AccountError, match="error-invitation-incomplete"):
        read_invitation(damage(link()))


@pytest.mark.parametrize(
    "written",
    ["", "Hallo", "https://chat.example/", "https://[::1/join#x", f"/join#{SECRET}", SECRET],
)
def test_something_else_is_no_link(written: str) -> None:
    with pytest.raises(AccountError, match="error-invitation-link"):
        read_invitation(written)
