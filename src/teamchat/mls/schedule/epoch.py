"""The key schedule: from one epoch's init secret to the next epoch's keys (RFC 9420 §8).

What comes in (init, commit, joiner, epoch secret) is consumed here and kept nowhere: the
functions return only what the epoch goes on to need.
"""

from dataclasses import dataclass

from teamchat.mls.crypto import CipherSuite, CryptoProvider, KeyPair, Secret
from teamchat.mls.crypto.labels import derive_secret, expand_with_label
from teamchat.mls.schedule.context import GroupContext

_EXTERNAL_INIT = b"MLS 1.0 external init secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochSecrets:
    """The secrets of one epoch (§8, table 4)."""

    sender_data_secret: Secret
    exporter_secret: Secret
    external_secret: Secret
    confirmation_key: Secret
    membership_key: Secret
    resumption_psk: Secret
    epoch_authenticator: Secret
    init_secret: Secret


@dataclass(frozen=True, slots=True)
class EpochStart:
    """A new epoch: its secrets, and the root of its secret tree, to be consumed at once."""

    secrets: EpochSecrets
    encryption_secret: Secret


def joiner_secret(
    crypto: CryptoProvider,
    suite: CipherSuite,
    init_secret: Secret,
    commit_secret: Secret,
    context: GroupContext,
) -> Secret:
    """Derive what both members and newcomers start the epoch of `context` from."""
    extracted = crypto.extract(suite, init_secret, commit_secret)
    return expand_with_label(
        crypto, suite, extracted, "joiner", context.encode(), suite.hash_length
    )


def welcome_secret(
    crypto: CryptoProvider, suite: CipherSuite, joiner: Secret, psk: Secret
) -> Secret:
    """Derive the key material of a Welcome's encrypted GroupInfo."""
    return derive_secret(crypto, suite, crypto.extract(suite, joiner, psk), "welcome")


def start_epoch(
    crypto: CryptoProvider, suite: CipherSuite, joiner: Secret, psk: Secret, context: GroupContext
) -> EpochStart:
    """Derive the secrets of the epoch of `context`."""
    member = crypto.extract(suite, joiner, psk)
    epoch = expand_with_label(crypto, suite, member, "epoch", context.encode(), suite.hash_length)
    return expand_epoch_secret(crypto, suite, epoch)


def expand_epoch_secret(
    crypto: CryptoProvider, suite: CipherSuite, epoch_secret: Secret
) -> EpochStart:
    """Derive every secret of an epoch from its epoch_secret."""

    def derived(label: str) -> Secret:
        return derive_secret(crypto, suite, epoch_secret, label)

    secrets = EpochSecrets(
        sender_data_secret=derived("sender data"),
        exporter_secret=derived("exporter"),
        external_secret=derived("external"),
        confirmation_key=derived("confirm"),
        membership_key=derived("membership"),
        resumption_psk=derived("resumption"),
        epoch_authenticator=derived("authentication"),
        init_secret=derived("init"),
    )
    return EpochStart(secrets, derived("encryption"))


def confirmation_tag(
    crypto: CryptoProvider, suite: CipherSuite, secrets: EpochSecrets, confirmed: bytes
) -> bytes:
    """Return the MAC by which a commit's sender shows the epoch it arrived at (§6.1)."""
    return crypto.mac(suite, secrets.confirmation_key, confirmed)


def external_key_pair(crypto: CryptoProvider, suite: CipherSuite, secrets: EpochSecrets) -> KeyPair:
    """Derive the key pair that external joiners encrypt to (§8)."""
    return crypto.hpke_derive_key_pair(suite, secrets.external_secret)


def export_to_external(
    crypto: CryptoProvider, suite: CipherSuite, external_pub: bytes
) -> tuple[bytes, Secret]:
    """Make a kem_output and the init secret it carries (§8.3)."""
    return crypto.hpke_export_to(suite, external_pub, b"", _EXTERNAL_INIT, suite.hash_length)


def export_from_external(
    crypto: CryptoProvider, suite: CipherSuite, secrets: EpochSecrets, kem_output: bytes
) -> Secret:
    """Return the init secret that an external joiner chose (§8.3).

    Raises:
        CryptoError: The kem_output is not an encapsulation.
    """
    pair = external_key_pair(crypto, suite, secrets)
    return crypto.hpke_export_from(
        suite, pair.private_key, kem_output, b"", _EXTERNAL_INIT, suite.hash_length
    )
