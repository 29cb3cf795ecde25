"""What can go wrong, and whose fault it is.

Every failure of this package is an `MlsError`. The kind says who is to blame, the
message carries evidence but never a secret.
"""

from teamchat.mls.rules import Rule


class MlsError(Exception):
    """Something about an MLS message, state or call is not right."""


class DecodeError(MlsError):
    """Their bytes are not the message they claim to be."""


class ValidationError(MlsError):
    """Their message breaks a rule of the protocol.

    Attributes:
        rule: The rule that was broken.
    """

    def __init__(self, rule: Rule, detail: str = "") -> None:
        super().__init__(_describe(rule, detail))
        self.rule = rule


class CryptoError(MlsError):
    """A signature, tag or ciphertext of theirs does not verify.

    Attributes:
        rule: The rule that asks for the check, when one does.
    """

    def __init__(self, rule: Rule | None = None, detail: str = "") -> None:
        super().__init__(detail if rule is None else _describe(rule, detail))
        self.rule = rule


class UsageError(MlsError):
    """The caller asked for something that cannot be done: a bug outside this package."""


class InternalError(MlsError):
    """An impossible state: a bug in this package. The caller's state is unchanged."""


def _describe(rule: Rule, detail: str) -> str:
    text = f"RFC 9420 §{rule.section}: {rule.text}"
    return f"{text} ({detail})" if detail else text
