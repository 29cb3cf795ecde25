"""What goes wrong with keys, certificates and passphrases."""

from enum import Enum

from teamchat.errors import TeamchatError


class IdentityError(TeamchatError):
    """A key, certificate or sealed secret is not what it must be."""


class WrongPassphraseError(IdentityError):
    """The passphrase or key given does not open the vault."""


class WrongRecoveryKeyError(IdentityError):
    """The recovery key is mistyped, or belongs to somebody else."""


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
