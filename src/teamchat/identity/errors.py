"""What goes wrong with keys, certificates and passphrases."""

from enum import Enum

from teamchat.errors import TeamchatError


class IdentityError(TeamchatError):
    """A key, certificate or sealed secret is not what it must be."""


class WrongPassphraseError(IdentityError):
    """The passphrase or key given does not open the vault."""


class Slip(Enum):
    """What is wrong with a recovery key; what a person is told follows from it."""

    COUNT = "count"
    """There are more or fewer words."""
    UNKNOWN = "unknown"
    """One of the words is in no list."""
    MIXED = "mixed"
    """The words are words of the list, but one is another, or they stand in another order."""
    OTHER = "other"
    """It is a recovery key, but not the one that opens this box."""


class WrongRecoveryKeyError(IdentityError):
    """The recovery key is mistyped, or another than the one that is needed.

    Attributes:
        slip: What is wrong.
        place: Which word is in no list, from 1; 0 if none is.
        meant: Words that look like it, the likeliest first.
        count: How many words there are.
    """

    def __init__(
        self, slip: Slip, *, place: int = 0, meant: tuple[str, ...] = (), count: int = 0
    ) -> None:
        super().__init__(f"the recovery key is not right: {slip.value}")
        self.slip = slip
        self.place = place
        self.meant = meant
        self.count = count


class Fault(Enum):
    """Why a linking has ended; what a person is told follows from it."""

    MISTYPED = "mistyped"
    """The code is none, or has a typing error."""
    EXPIRED = "expired"
    """The time of the code, or of the comparison, is over."""
    DISTURBED = "disturbed"
    """A message that is none, too large, repeated, or not the one to come next."""
    FORGED = "forged"
    """A message that the device with the code, or the one compared with, has not made."""
    DIFFERENT = "different"
    """Somebody said that the pictures are not the same."""
    CANCELLED = "cancelled"
    """Somebody has broken it off."""


class LinkingError(IdentityError):
    """The linking of a device has ended, and nothing was changed; a new one needs a new code.

    Attributes:
        fault: Why.
    """

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
