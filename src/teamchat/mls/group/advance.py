"""From a signed commit to the next epoch's keys (RFC 9420 §12.4.1, §12.4.2).

The committer and every receiver go through here, so that they agree or fail.
"""

from dataclasses import dataclass, replace

from teamchat.mls.crypto import CipherSuite, CryptoProvider, Secret
from teamchat.mls.framing.content import AuthenticatedContent
from teamchat.mls.schedule.context import GroupContext
from teamchat.mls.schedule.epoch import EpochSecrets, confirmation_tag, joiner_secret, start_epoch
from teamchat.mls.schedule.secret_tree import SecretTree
from teamchat.mls.schedule.transcript import confirmed_transcript_hash, interim_transcript_hash


@dataclass(frozen=True, slots=True)
class Inputs:
    """The secrets that a commit brings together."""

    init_secret: Secret
    commit_secret: Secret
    psk_secret: Secret


@dataclass(frozen=True, slots=True)
class Advanced:
    """A new epoch. `joiner_secret` is for Welcomes and is dropped with this value."""

    context: GroupContext
    joiner_secret: Secret
    secrets: EpochSecrets
    secret_tree: SecretTree
    confirmation_tag: bytes
    interim_transcript_hash: bytes


def confirmed_input(message: AuthenticatedContent) -> bytes:
    """Return ConfirmedTranscriptHashInput: a commit up to and including its signature (§8.2)."""
    untagged = replace(message, auth=replace(message.auth, confirmation_tag=None))
    return untagged.encode()


def advance(
    crypto: CryptoProvider,
    suite: CipherSuite,
    message: AuthenticatedContent,
    interim: bytes,
    provisional: GroupContext,
    inputs: Inputs,
    leaf_count: int,
) -> Advanced:
    """Derive the epoch that a commit begins.

    `interim` is the interim transcript hash of the epoch before, `provisional` the new
    context with the confirmed transcript hash of the old one, `leaf_count` the number of
    leaves of the new tree.
    """
    confirmed = confirmed_transcript_hash(crypto, suite, interim, confirmed_input(message))
    context = replace(provisional, confirmed_transcript_hash=confirmed)
    joiner = joiner_secret(crypto, suite, inputs.init_secret, inputs.commit_secret, context)
    start = start_epoch(crypto, suite, joiner, inputs.psk_secret, context)
    tag = confirmation_tag(crypto, suite, start.secrets, confirmed)
    return Advanced(
        context,
        joiner,
        start.secrets,
        SecretTree.of(start.encryption_secret, leaf_count),
        tag,
        interim_transcript_hash(crypto, suite, confirmed, tag),
    )
