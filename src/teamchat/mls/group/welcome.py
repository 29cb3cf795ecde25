"""Sealing and opening Welcomes (RFC 9420 §12.4.3.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.crypto.labels import (
    decrypt_with_label,
    encrypt_with_label,
    expand_with_label,
)
from teamchat.mls.errors import CryptoError, ValidationError
from teamchat.mls.key_package import KeyPackage, KeyPackageBundle
from teamchat.mls.messages.group_info import GroupInfo
from teamchat.mls.messages.welcome import (
    EncryptedGroupSecrets,
    GroupSecrets,
    PathSecret,
    Welcome,
)
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.epoch import welcome_secret
from teamchat.mls.schedule.key_names import PreSharedKeyID


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Someone a commit adds, and the path secret it may know."""

    key_package: KeyPackage
    path_secret: Secret | None


def seal_group_info(
    crypto: CryptoProvider, suite: CipherSuite, info: GroupInfo, welcome: Secret
) -> bytes:
    """Encrypt a GroupInfo with the keys of a welcome_secret."""
    key, nonce = _keys(crypto, suite, welcome)
    return crypto.aead_seal(suite, key, nonce.reveal(), b"", info.encode())


def seal_secrets(
    crypto: CryptoProvider,
    suite: CipherSuite,
    newcomer: Newcomer,
    joiner: Secret,
    psks: Sequence[PreSharedKeyID],
    encrypted_group_info: bytes,
) -> EncryptedGroupSecrets:
    """Encrypt to one newcomer what it starts from."""
    path = newcomer.path_secret
    secrets = GroupSecrets(
        joiner.reveal(), None if path is None else PathSecret(path.reveal()), tuple(psks)
    )
    sealed = encrypt_with_label(
        crypto,
        suite,
        newcomer.key_package.init_key,
        "Welcome",
        encrypted_group_info,
        Secret(secrets.encode()),
    )
    return EncryptedGroupSecrets(newcomer.key_package.reference(crypto, suite), sealed)


def find_bundle(
    welcome: Welcome, bundles: Mapping[bytes, KeyPackageBundle]
) -> tuple[KeyPackageBundle, EncryptedGroupSecrets]:
    """Return our KeyPackage that a Welcome is for, and what is in it for us.

    Raises:
        ValidationError: It is for none of ours, or for one of another suite.
    """
    for secrets in welcome.secrets:
        bundle = bundles.get(secrets.new_member)
        if bundle is not None:
            if bundle.key_package.cipher_suite != welcome.cipher_suite:
                raise ValidationError(Rule.WELCOME_SUITE)
            return bundle, secrets
    raise ValidationError(Rule.WELCOME_FOR_US)


def open_secrets(
    crypto: CryptoProvider,
    suite: CipherSuite,
    welcome: Welcome,
    bundle: KeyPackageBundle,
    secrets: EncryptedGroupSecrets,
) -> GroupSecrets:
    """Decrypt what is in a Welcome for us.

    Raises:
        CryptoError: It does not decrypt with our init key.
        DecodeError: It is malformed.
    """
    try:
        opened = decrypt_with_label(
            crypto,
            suite,
            bundle.init_private_key,
            "Welcome",
            welcome.encrypted_group_info,
            secrets.encrypted_group_secrets,
        )
    except CryptoError as error:
        raise CryptoError(Rule.WELCOME_DECRYPTS) from error
    return GroupSecrets.decode(opened.reveal())


def open_group_info(
    crypto: CryptoProvider, suite: CipherSuite, welcome: Welcome, joiner: Secret, psk: Secret
) -> GroupInfo:
    """Decrypt the GroupInfo of a Welcome. Its signature is still to be verified.

    Raises:
        CryptoError: It does not decrypt: a key is another than the committer's.
        DecodeError: It is malformed.
    """
    key, nonce = _keys(crypto, suite, welcome_secret(crypto, suite, joiner, psk))
    try:
        data = crypto.aead_open(suite, key, nonce.reveal(), b"", welcome.encrypted_group_info)
    except CryptoError as error:
        raise CryptoError(Rule.WELCOME_DECRYPTS) from error
    return GroupInfo.decode(data)


def _keys(crypto: CryptoProvider, suite: CipherSuite, welcome: Secret) -> tuple[Secret, Secret]:
    key = expand_with_label(crypto, suite, welcome, "key", b"", suite.aead_key_length)
    nonce = expand_with_label(crypto, suite, welcome, "nonce", b"", suite.aead_nonce_length)
    return key, nonce
