"""What goes wrong with the content of a message."""

from teamchat.errors import TeamchatError


class ContentError(TeamchatError):
    """The content is malformed, or says something its sender may not say."""


class NewerContentError(ContentError):
    """The content has a version that this program does not know: a newer client wrote it."""
