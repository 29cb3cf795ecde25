"""Where pre-shared keys come from (RFC 9420 §8.4).

A key that is not there is an error, never a default: a group that cannot find a key that
its commit names must not go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from teamchat.mls.crypto import Secret
from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule
from teamchat.mls.schedule.key_names import ExternalPSKID, PreSharedKeyID


class PSKStore(Protocol):
    """Looks pre-shared keys up. Returns None for a key it does not hold."""

    def external(self, psk_id: bytes) -> Secret | None:
        """Return a key that the application was given."""

    def resumption(self, group_id: bytes, epoch: int) -> Secret | None:
        """Return the `resumption_psk` of an epoch of another group."""


@dataclass(frozen=True, slots=True)
class PSKs:
    """Pre-shared keys in two mappings; without arguments it holds none."""

    externals: Mapping[bytes, Secret] = field(default_factory=dict)
    resumptions: Mapping[tuple[bytes, int], Secret] = field(default_factory=dict)

    def external(self, psk_id: bytes) -> Secret | None:
        """Return a key that the application was given."""
        return self.externals.get(psk_id)

    def resumption(self, group_id: bytes, epoch: int) -> Secret | None:
        """Return the `resumption_psk` of an epoch of another group."""
        return self.resumptions.get((group_id, epoch))


NO_PSKS = PSKs()
"""A store that holds no key."""


def gather(
    psks: Sequence[PreSharedKeyID],
    own: Mapping[tuple[bytes, int], Secret],
    store: PSKStore,
) -> list[tuple[PreSharedKeyID, Secret]]:
    """Return each key beside its name, in order.

    `own` holds the resumption keys of this group, by group id and epoch.

    Raises:
        ValidationError: A key is not available.
    """
    return [(psk, _find(psk, own, store)) for psk in psks]


def _find(psk: PreSharedKeyID, own: Mapping[tuple[bytes, int], Secret], store: PSKStore) -> Secret:
    if isinstance(psk, ExternalPSKID):
        found = store.external(psk.psk_id)
    else:
        group_id, epoch = psk.psk_group_id, psk.psk_epoch
        found = own.get((group_id, epoch)) or store.resumption(group_id, epoch)
    if found is None:
        raise ValidationError(Rule.PSK_AVAILABLE)
    return found
