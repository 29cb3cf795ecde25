"""Invitation links: what stands in them, and what is refused."""

import pytest

from teamchat.client.errors import AccountError
from teamchat.client.invitation import read_invitation
from teamchat.server.services.invitations import _pin
from teamchat.server.storage.queries.key_log import Pin
from teamchat.transparency import Checkpoint, LogKey, TreeHead

KEY = LogKey("chat.example:8443/v1/keys/1790000000", b"k" * 32)
HEAD = TreeHead(3, bytes(range(32)))


def link() -> str:
    """A link as the server writes it."""
    checkpoint = Checkpoint(KEY.verifier.name, HEAD.size, HEAD.root)
    pin = Pin(1_790_000_000, KEY.verifier.public, checkpoint)
    return f"https://chat.example:8443/join#geheim{_pin(pin)}"


def test_a_link_says_what_to_pin() -> None:
    invitation = read_invitation(f" {link()}\n")
    assert (invitation.server, invitation.secret) == ("https://chat.example:8443", "geheim")
    assert invitation.promise is not None
    assert invitation.promise.key == KEY.verifier
    assert invitation.promise.head == HEAD
    assert "geheim" not in repr(invitation)


def test_a_link_of_an_older_server_says_nothing_of_it() -> None:
    assert read_invitation("https://chat.example/join#geheim").promise is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda link: link[:-1],
        lambda link: link[:-43],
        lambda link: link + ".",
        lambda link: link.replace(".3.", ".03."),
        lambda link: link.replace(".3.", ".-3."),
        lambda link: link.replace(".3.", ".٣."),
        lambda link: link.replace("/join", "/"),
        lambda link: link.replace("#geheim", "#"),
        lambda link: link.replace("geheim", ""),
        lambda link: link[:-1] + "B",
    ],
)
def test_half_a_link_is_none(damage: object) -> None:
    with pytest.raises(AccountError, match="error-invitation-link"):
        read_invitation(damage(link()))  # type: ignore[operator]  # a function of a link
