"""What goes wrong with keys, certificates and passphrases."""

from teamchat.errors import TeamchatError


class IdentityError(TeamchatError):
    """A key, certificate or sealed secret is not what it must be."""


class WrongPassphraseError(IdentityError):
    """The passphrase or key given does not open the vault."""


class WrongRecoveryKeyError(IdentityError):
    """The recovery key is mistyped, or belongs to somebody else."""
