"""The key directory as a person may see it: how far it was followed, proofs, and evidence.

A proof is made from tiles that the server gives out and is verified before it is handed on, so
it can be shown to anybody, who needs neither this program nor this server to check it.
"""

from contextlib import suppress

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.refusals import errors_for_people
from teamchat.engine import evidence
from teamchat.engine.engine import Engine
from teamchat.engine.key_log import KeyLogState, Pin
from teamchat.engine.key_reading import begun
from teamchat.engine.key_records import FindingRecord, WitnessRecord
from teamchat.engine.model import (
    LogDevice,
    LogEvidence,
    LogFinding,
    LogRefusal,
    LogStatus,
    LogWitnesses,
)
from teamchat.engine.view import name_of
from teamchat.engine.witnesses import GRACE_SECONDS, Standing, in_order_until
from teamchat.identity import statements
from teamchat.identity.key_directory import Listed
from teamchat.ids import DeviceId, UserId
from teamchat.transparency import (
    EntryBundle,
    Policy,
    TiledTree,
    TLogProof,
    TransparencyError,
    VerifierKey,
    decode_bundle,
    leaf_hash,
    tiles_for_inclusion,
)
from teamchat.transparency.tiles import TILE_WIDTH


class KeyLogBook:
    """What one account can say of the key directory.

    Args:
        engine: Follows it.
        http: Fetches what a proof takes.
    """

    def __init__(self, engine: Engine, http: Http) -> None:
        self._engine = engine
        self._http = http

    def status(self) -> LogStatus:
        """Return how far it was followed, and what was found."""
        keys = self._keys
        pin = keys.pin
        names = () if pin is None else tuple(each.name for each in pin.note.signatures)
        return LogStatus(
            origin="" if pin is None else pin.key.name,
            key="" if pin is None else pin.key.vkey,
            size=0 if pin is None else pin.head.size,
            root=b"" if pin is None else pin.head.root,
            checked=keys.checked,
            cosigners=tuple(name for name in names if pin is not None and name != pin.key.name),
            checkpoint=b"" if pin is None else pin.note.encode(),
            findings=tuple(map(self._shown, keys.findings)),
            refused=tuple(
                LogRefusal(index, self._name(UserId(user)), why)
                for index, user, why in keys.refused
            ),
            required=None if keys.witnesses is None else _required(keys.witnesses),
            own=self._own(),
        )

    async def proof(self, device: DeviceId | None = None) -> str:
        """Return a proof file (c2sp.org/tlog-proof) that a device of one's own is listed.

        Its extra data are the entry itself, so that a checker needs nothing but the log's key.

        Args:
            device: Which one; this one if None.

        Raises:
            AccountError: The log lists no such device, the server did not answer, or what it
                gave proves nothing.
        """
        pin, listed = self._listed(device or self._engine.desk.account.device)
        try:
            entry = await self._entry(pin, listed.index)
        except TransparencyError as error:
            raise AccountError("error-log-proof") from error
        return await self._proved(pin, listed.index, entry)

    async def evidence(self) -> tuple[LogEvidence, ...]:
        """Return what was found, each with the proof of its entry if the server gives it out."""
        found = []
        for each in self._keys.findings:
            proof, pin = "", self._keys.pin
            if each.entry and pin is not None and pin.key.vkey == each.log_key:
                with suppress(AccountError):  # the rest of it is evidence all the same
                    proof = await self._proved(pin, each.index, each.entry)
            digest = evidence.digest_of(each).hex()
            found.append(LogEvidence(self._shown(each), evidence.files_of(each), digest, proof))
        return tuple(found)

    # --- inside ---------------------------------------------------------------------------

    @property
    def _keys(self) -> KeyLogState:
        return self._engine.desk.keys

    def _own(self) -> tuple[LogDevice, ...]:
        own = self._keys.directory.people.get(self._engine.desk.account.user)
        listed = own.devices.items() if own else ()
        found = (LogDevice(name, each.index, each.by, each.ended) for name, each in listed)
        return tuple(sorted(found, key=lambda device: device.index))

    def _listed(self, device: DeviceId) -> tuple[Pin, Listed]:
        pin = self._keys.pin
        own = self._keys.directory.people.get(self._engine.desk.account.user)
        listed = own.devices.get(device) if own else None
        if pin is None or listed is None:
            raise AccountError("error-log-not-listed")
        return pin, listed

    async def _proved(self, pin: Pin, index: int, entry: bytes) -> str:
        """Return the proof file of an entry, verified."""
        tiles = {}
        try:
            for tile in tiles_for_inclusion(index, pin.head.size):
                tiles[tile] = await self._fetch(pin, tile.path)
            tree = TiledTree.authenticate(pin.head, tiles)
            proof = TLogProof(index, tree.inclusion_proof(index), pin.note, entry)
            proof.verify(leaf_hash(entry), Policy(pin.key))
        except TransparencyError as error:
            raise AccountError("error-log-proof") from error
        return proof.encode().decode()

    async def _entry(self, pin: Pin, index: int) -> bytes:
        first = index - index % TILE_WIDTH
        bundle = EntryBundle(index // TILE_WIDTH, min(TILE_WIDTH, pin.head.size - first))
        data = await self._fetch(pin, bundle.path)
        return decode_bundle(data, bundle.width)[index - first]

    async def _fetch(self, pin: Pin, path: str) -> bytes:
        with errors_for_people():
            try:
                return await self._http.fetch("GET", f"/keys/{begun(pin.key)}/{path}")
            except RefusedError as error:
                raise AccountError("error-log-proof") from error

    def _shown(self, found: FindingRecord) -> LogFinding:
        return LogFinding(
            key=found.kind,
            time_ms=found.time_ms,
            ours=found.ours,
            theirs=found.theirs,
            claim=found.claim,
            who=self._name(found.who),
            conversation=found.conversation or None,
            certificate=found.certificate,
            entry=found.entry,
            index=found.index,
            day=statements.decode(found.entry).day if found.entry else "",
            log_key=found.log_key,
        )

    def _name(self, user: UserId) -> str:
        return name_of(user, self._engine.people) if user else ""


def _required(record: WitnessRecord) -> LogWitnesses:
    return LogWitnesses(
        names=tuple(VerifierKey.parse(each).name for each in record.witnesses),
        quorum=record.quorum,
        maximum_age=record.maximum_age,
        late=record.told == Standing.LATE,
        missing=record.told == Standing.MISSING,
        met=record.met,
        until=in_order_until(record),
        stops=in_order_until(record) + GRACE_SECONDS,
    )
