"""What can go wrong for a person; interfaces show it in the person's language."""

from teamchat.errors import TeamchatError


class AccountError(TeamchatError):
    """Something a person asked for did not happen.

    Args:
        key: A key of the catalogue.
        arguments: What fills it.
    """

    def __init__(self, key: str, **arguments: str) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments


class ProfileLockedError(AccountError):
    """Another process has this profile open.

    Args:
        process: Its number, as far as it is known.
    """

    def __init__(self, process: str = "?") -> None:
        super().__init__("error-profile-locked", process=process)


class NotLoggedInError(AccountError):
    """This profile holds no account."""

    def __init__(self) -> None:
        super().__init__("error-not-logged-in")


class VaultLockedError(AccountError):
    """The vault does not open: a wrong passphrase, or a keyring without its key."""

    def __init__(self, key: str = "error-vault-locked") -> None:
        super().__init__(key)


class WipedError(AccountError):
    """This device was removed, and what it held was erased.

    Args:
        key: Says who removed it.
        day: When, as YYYY-MM-DD in UTC.
    """

    def __init__(self, key: str, day: str) -> None:
        super().__init__(key, day=day)


class NotStoredError(AccountError):
    """The disk is full, or cannot be written to now; what was to be stored was not."""

    def __init__(self) -> None:
        super().__init__("error-not-stored")
