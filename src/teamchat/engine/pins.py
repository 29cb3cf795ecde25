"""Which keys are a person's: the one pinned, and those before it."""

from teamchat.engine.records import PersonRecord


def is_theirs(person: PersonRecord | None, key: bytes) -> bool:
    """Whether the owner of this account has accepted a key as a person's."""
    return person is not None and key in {person.identity_key, *person.former_keys}
