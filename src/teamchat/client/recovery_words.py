"""What a person is told about recovery words that they typed wrong: which word, and what to do."""

from teamchat.client.errors import AccountError
from teamchat.identity.errors import Slip, WrongRecoveryKeyError
from teamchat.identity.recovery import WORDS, RecoveryKey


def slip_of(typed: str) -> AccountError | None:
    """Say what is wrong with the words, as far as the words alone tell; None if nothing is."""
    try:
        RecoveryKey.read(typed)
    except WrongRecoveryKeyError as error:
        return told(error)
    return None


def told(error: WrongRecoveryKeyError) -> AccountError:
    """Return what to say about a recovery key that is not right."""
    match error.slip:
        case Slip.COUNT:
            return AccountError("error-recovery-count", count=str(error.count), wanted=str(WORDS))
        case Slip.UNKNOWN if error.meant:
            meant = ", ".join(error.meant)
            return AccountError("error-recovery-word", place=str(error.place), meant=meant)
        case Slip.UNKNOWN:
            return AccountError("error-recovery-word-strange", place=str(error.place))
        case Slip.MIXED:
            return AccountError("error-recovery-mixed")
        case Slip.OTHER:
            return AccountError("error-wrong-recovery-key")
