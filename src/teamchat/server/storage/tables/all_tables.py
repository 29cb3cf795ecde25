"""Importing this puts every table into `metadata`."""

from teamchat.server.storage.tables import (
    conversations,
    governance,
    history,
    inboxes,
    key_log,
    key_packages,
    messages,
    metadata,
    people,
)

__all__ = [
    "conversations",
    "governance",
    "history",
    "inboxes",
    "key_log",
    "key_packages",
    "messages",
    "metadata",
    "people",
]
