"""Somebody went back in the middle of something that the server was waiting for."""

from teamchat.errors import TeamchatError


class BrokenOffError(TeamchatError):
    """The person pressed Esc; nothing was changed."""

    key = "tui-enter-broken-off"
