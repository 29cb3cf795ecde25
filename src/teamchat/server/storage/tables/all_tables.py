"""Importing this puts every table into `metadata`."""

from teamchat.server.storage.tables import (
    conversations,
    custody,
    governance,
    history,
    identities,
    inboxes,
    key_log,
    key_packages,
    linking,
    messages,
    metadata,
    people,
    push,
)

__all__ = [
    "conversations",
    "custody",
    "governance",
    "history",
    "identities",
    "inboxes",
    "key_log",
    "key_packages",
    "linking",
    "messages",
    "metadata",
    "people",
    "push",
]
