"""ONE list of everything in the product that reads bytes or text somebody else may have made.

Whoever adds a decoder adds it here: what it reads, which errors it may raise, good samples of
its input, and how its values are written again where there is one way to do that. A test of
the architecture finds modules that read and are not named here.
"""

# ruff: noqa: E501 - a table, one row for each decoder

import functools
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
from hypothesis import strategies as st

from teamchat import cbor
from teamchat.client import http, web_build
from teamchat.client import settings as client_settings
from teamchat.client.errors import AccountError
from teamchat.client.invitation import read_invitation
from teamchat.content import archive, blobs, codec, derived, envelope, given, profile
from teamchat.content.archive_file import Unframer, framed
from teamchat.content.errors import ContentError
from teamchat.content.fallback import plain_text
from teamchat.content.model import ExternalPart, Message, MessageId
from teamchat.content.model import parts as parts_of
from teamchat.content.profile import Author
from teamchat.engine import groups, records
from teamchat.engine.history import entries
from teamchat.engine.history.coverage import Coverage
from teamchat.engine.history.manifest import Manifest, ManifestError
from teamchat.engine.model import MessageKind
from teamchat.engine.record import Record
from teamchat.identity import certificate, device_box, safety_number, sealing, statements, vault
from teamchat.identity.errors import Fault, IdentityError, LinkingError, WrongRecoveryKeyError
from teamchat.identity.keys import DeviceKey, IdentityKey
from teamchat.identity.linking import messages
from teamchat.identity.linking.channel import FROM_EXISTING, Channel
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.recovery import Kept, RecoveryKey
from teamchat.ids import BlobId, ConversationId, DeviceId, UserId, identifier, identifier_bytes
from teamchat.mls import delivery
from teamchat.mls.codec import Struct
from teamchat.mls.errors import CryptoError, DecodeError, UsageError, ValidationError
from teamchat.mls.framing.message import MLSMessage, unwrap, wrap
from teamchat.mls.group import encrypt, join, process
from teamchat.mls.group.info import group_info
from teamchat.mls.group.snapshot import restore, snapshot
from teamchat.mls.key_package import KeyPackage, validate_key_package
from teamchat.mls.messages.proposals import Add, CustomProposal
from teamchat.mls.public_group import PublicGroup
from teamchat.mls.tree import RatchetTree
from teamchat.mls.tree.validation import LeafRules
from teamchat.server.services.group_changes import GroupError
from teamchat.server.services.groups import Groups
from teamchat.server.settings import load
from teamchat.server.settings_values import SettingsError
from teamchat.transparency import (
    Checkpoint,
    FormatError,
    LogKey,
    Monitor,
    SignedNote,
    Tile,
    TLogProof,
    TransparencyError,
    VerifierKey,
    decode_bundle,
    encode_bundle,
    leaf_hash,
)
from teamchat.transparency.encoding import decode_base64, decode_decimal, decode_text
from teamchat.transparency.tiles import decode_tile
from teamchat.wire import bodies, frames, room_policy
from teamchat.wire.problems import Problem
from teamchat.witness.request import AddCheckpoint
from tests.support import web_client
from tests.support.people import CRYPTO, NOW, REGISTRY, SUITE, by_reference, founded, person
from tests.support.strategies import mls, wire
from tests.support.tlog import ALL_WITNESSES, LOG_KEY, LOG_ONLY, log_of, witnessed
from tests.support.witnessing import asked, body

Errors = tuple[type[Exception], ...]

MLS_ERRORS: Errors = (DecodeError, ValidationError, CryptoError)
"""What others' bytes may raise; an InternalError or a UsageError would be a bug of ours."""
USER = UserId(identifier(b"u" * 16))
CONVERSATION = ConversationId(identifier(b"c" * 16))
SALT = b"s" * 16
SEED = b"k" * 32


@dataclass(frozen=True)
class Decoder:
    """Something that reads.

    Attributes:
        name: What a failing test is called.
        read: Reads; a mutated input is handed in.
        errors: What it may raise; anything else is a bug.
        samples: Good input, to be mutated.
        write: How a value is written again, if there is exactly one way to do that.
        modules: Which modules of the product it stands for.
    """

    name: str
    read: Callable[[bytes], object]
    errors: Errors
    samples: st.SearchStrategy[bytes]
    write: Callable[[object], bytes] | None = None
    modules: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return self.name


def text_of(data: bytes) -> str:
    """Any text, from any bytes."""
    return data.decode("utf-8", "replace")


# --- mls ----------------------------------------------------------------------------------------


@functools.cache
def crew_messages() -> Mapping[str, bytes]:
    """Real messages of a real group, and who reads them."""
    crew = founded("alice", "bob", "carol")
    dave = person("dave").bundle()
    added = crew.commit("alice", Add(dave.key_package))
    assert added.welcome is not None
    assert added.ratchet_tree is not None
    state, application = encrypt(CRYPTO, crew["alice"], b"words", authenticated_data=b"id")
    renewed = crew.commit("carol")
    CREW["bob"], CREW["alice"], CREW["dave"] = crew["bob"], state, dave
    return {
        "application": application,
        "commit": added.message,
        "update": renewed.message,
        "welcome": added.welcome,
        "tree": added.ratchet_tree,
        "info": group_info(CRYPTO, crew["bob"]),
        "own tree": crew["bob"].tree.encode(),
        "key package": dave.key_package.encode(),
    }


CREW: dict[str, object] = {}


def one_of(*names: str) -> st.SearchStrategy[bytes]:
    return st.deferred(lambda: st.sampled_from([crew_messages()[name] for name in names]))


def _process(data: bytes) -> object:
    crew_messages()
    return process(CRYPTO, CREW["bob"], data, authentication=REGISTRY, now=NOW)  # type: ignore[arg-type]  # the crew's state


def _join(data: bytes) -> object:
    tree = crew_messages()["tree"]
    bundles = by_reference(CREW["dave"])  # type: ignore[arg-type]  # the crew's bundle
    return join(CRYPTO, data, bundles, ratchet_tree=tree, authentication=REGISTRY, now=NOW)


def _join_tree(data: bytes) -> object:
    welcome = crew_messages()["welcome"]
    bundles = by_reference(CREW["dave"])  # type: ignore[arg-type]  # the crew's bundle
    return join(CRYPTO, welcome, bundles, ratchet_tree=data, authentication=REGISTRY, now=NOW)


@functools.cache
def followed() -> PublicGroup:
    crew = crew_messages()
    return PublicGroup.from_group_info(
        CRYPTO, crew["info"], crew["own tree"], authentication=REGISTRY, now=NOW
    )


def _follow(data: bytes) -> object:
    return followed().receive(CRYPTO, data, authentication=REGISTRY, now=NOW)


def _begin_to_follow(data: bytes) -> object:
    return PublicGroup.from_group_info(
        CRYPTO, data, crew_messages()["own tree"], authentication=REGISTRY, now=NOW
    )


def _check_key_package(data: bytes) -> object:
    package = KeyPackage.decode(data)
    rules = LeafRules.of(SUITE, ())
    validate_key_package(CRYPTO, package, rules=rules, authentication=REGISTRY, now=NOW)
    return package


@functools.cache
def parts() -> dict[str, bytes]:
    crew_messages()
    return snapshot(CREW["alice"])  # type: ignore[arg-type]  # the crew's state


def _packed(stored: Mapping[str, bytes]) -> bytes:
    return msgspec.msgpack.encode(dict(stored))


def _restore(data: bytes) -> object:
    """Names and values of the parts are damaged alike; how they are packed here is no matter."""
    try:
        stored = msgspec.msgpack.decode(data, type=dict[str, bytes])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None
    return restore(stored)


def _struct(kind: type[Struct]) -> Decoder:
    # Nothing decodes a CustomProposal by itself: `Proposal` reads known types as what they are.
    alone: Errors = (UsageError,) if kind is CustomProposal else ()
    return Decoder(
        f"mls {kind.__name__}",
        kind.decode,
        (DecodeError, *alone),
        mls.structures(kind).map(lambda value: value.encode()),
        lambda value: value.encode(),  # type: ignore[attr-defined]  # a Struct
        (kind.__module__, "teamchat.mls.codec.struct", "teamchat.mls.codec.varint"),
    )


def _mls() -> list[Decoder]:
    real = one_of("application", "commit", "welcome", "info")
    messages = real | mls.structures(MLSMessage).map(lambda value: wrap(value.body))  # type: ignore[attr-defined]  # a message
    encoded = one_of("application", "commit", "update")
    key_packages = one_of("key package")
    group = st.deferred(lambda: st.just(followed().encode()))
    return [
        *map(_struct, mls.all_structures()),
        Decoder("mls message", unwrap, MLS_ERRORS, messages, wrap, ("teamchat.mls.framing.message",)),  # type: ignore[arg-type]  # what was unwrapped
        Decoder("mls header", delivery.peek, MLS_ERRORS, encoded, None, ("teamchat.mls.delivery",)),
        Decoder("mls welcomed", delivery.welcomed, MLS_ERRORS, one_of("welcome")),
        Decoder("mls process", _process, MLS_ERRORS, encoded, None,
                ("teamchat.mls.framing.private", "teamchat.mls.framing.content",
                 "teamchat.mls.framing.public", "teamchat.mls.tree.treekem")),
        Decoder("mls join", _join, MLS_ERRORS, one_of("welcome"), None,
                ("teamchat.mls.group.welcome", "teamchat.mls.crypto.labels")),
        Decoder("mls join with tree", _join_tree, MLS_ERRORS, one_of("tree")),
        Decoder("mls tree", RatchetTree.decode, MLS_ERRORS, one_of("tree"),
                lambda tree: tree.encode(), ("teamchat.mls.tree.ratchet_tree",)),  # type: ignore[attr-defined]  # a tree
        Decoder("mls key package", _check_key_package, MLS_ERRORS, key_packages),
        Decoder("mls public group", PublicGroup.decode, MLS_ERRORS, group,
                lambda value: value.encode(), ("teamchat.mls.public_group",)),  # type: ignore[attr-defined]  # a group
        Decoder("mls public group receives", _follow, MLS_ERRORS, one_of("commit", "update")),
        Decoder("mls public group begins", _begin_to_follow, MLS_ERRORS, one_of("info")),
        Decoder("mls snapshot", _restore, MLS_ERRORS,
                st.deferred(lambda: st.just(_packed(parts()))), None,
                ("teamchat.mls.group.snapshot", "teamchat.engine.groups")),
    ]  # fmt: skip


# --- content and identity ---------------------------------------------------------------------


AUTHOR = Author(USER, CONVERSATION)
BLOB_KEY, BLOB_HEADER = b"K" * 32, b"H" * 24


@functools.cache
def encrypted_file() -> tuple[bytes, blobs.Blob]:
    encryptor = blobs.Encryptor(BLOB_KEY, BLOB_HEADER)
    data = encryptor.update(b"words " * 100)
    rest, blob = encryptor.finish()
    return data + rest, blob


def _decrypt_file(data: bytes) -> bytes:
    decryptor = blobs.Decryptor(encrypted_file()[1])
    return decryptor.update(data) + decryptor.finish()


def _files() -> Message:
    part = blobs.external_part(
        encrypted_file()[1], BlobId(identifier(b"b" * 16)), content_type="image/png",
        filename="map.png",
    )  # fmt: skip
    return AUTHOR.files(part, text="the map", salt=SALT)


def content_samples() -> st.SearchStrategy[bytes]:
    messages = [
        AUTHOR.text("Grüße nach Shanghai", salt=SALT),
        AUTHOR.markdown("**a** <b>b</b>", salt=SALT),
        AUTHOR.room_title("Werk 2", salt=SALT),
        AUTHOR.reaction(MessageId(b"\x01" * 32), "👍", salt=SALT),
        _files(),
    ]
    return st.sampled_from([codec.encode(each) for each in messages])


def _understand(data: bytes) -> object:
    """Everything that is done with an arriving message."""
    message = envelope.unpack(data).message
    plain_text(message)
    meaning = profile.meaning(message)
    profile.check_origin(message, USER, CONVERSATION)
    for part in parts_of(message.part):
        if isinstance(part, ExternalPart):
            blobs.blob_in(part)
    return meaning


def _derived() -> bytes:
    return derived.MessageDerivedValues(
        MessageId(b"\x01" * 32), 1_790_000_000_000, b"g" * 16, 3, "mimi://a/d/1",
        profile.user_uri(USER), profile.room_uri(CONVERSATION),
    ).encode()  # fmt: skip


CBOR = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.binary(max_size=9)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 300), inner, max_size=4)
    ),
    max_leaves=12,
).map(cbor.encode)  # type: ignore[arg-type]  # it takes more kinds


def _content() -> list[Decoder]:
    packed = content_samples().map(lambda data: b"\x01" + data)
    return [
        Decoder("cbor", cbor.decode, (cbor.CborError,), CBOR, cbor.encode, ("teamchat.cbor",)),  # type: ignore[arg-type]  # what was decoded
        Decoder("content", codec.decode, (ContentError,), content_samples(), codec.encode,  # type: ignore[arg-type]  # a message
                ("teamchat.content.codec",)),
        Decoder("content envelope", _understand, (ContentError,), packed, None,
                ("teamchat.content.envelope", "teamchat.content.profile")),
        Decoder("content derived", derived.decode, (ContentError,), st.deferred(lambda: st.just(_derived())),
                lambda value: value.encode(), ("teamchat.content.derived",)),  # type: ignore[attr-defined]  # derived values
        Decoder("blob", _decrypt_file, (ContentError,),
                st.deferred(lambda: st.just(encrypted_file()[0])), None, ("teamchat.content.blobs",)),
        Decoder("blob uri", lambda data: profile.blob_of(text_of(data)), (ContentError,),
                st.just(profile.blob_uri(BlobId(identifier(SALT))).encode())),
    ]  # fmt: skip


IDENTITY, RECOVERY, VAULT = IdentityKey(SEED), RecoveryKey(b"r" * 20), vault.VaultKey(SEED)


@functools.cache
def issued() -> bytes:
    return certificate.issue(
        IDENTITY, user=USER, device=DeviceId(identifier(b"d" * 16)),
        device_key=DeviceKey(b"e" * 32).public, created=1_790_000_000,
    )  # fmt: skip


@functools.cache
def vouched() -> bytes:
    return certificate.vouch(
        DeviceKey(b"e" * 32), by=DeviceId(identifier(b"d" * 16)), user=USER, created=1_790_000_000,
        identity_key=IDENTITY.public, device=DeviceId(identifier(b"t" * 16)),
        device_key=DeviceKey(b"p" * 32).public,
    )  # fmt: skip


def _history_archive() -> list[Decoder]:
    head = archive.Head(
        archive=b"a" * 16,
        origin=archive.Origin.DEVICE,
        user=USER,
        device=DeviceId(USER),
        created=NOW,
        since_ms=0,
        lines=1,
    )
    key, place = archive.ArchiveKey(SEED), archive.Place.first(head)
    body = entries.write([
        entries.PersonEntry(USER, "anna", "Anna", "", ""),
        entries.RoomEntry(CONVERSATION, direct=False, title="Werk", peer=USER, left=False, log_epoch=1, shift=0),
        entries.LineEntry("x.1", 1, MessageKind.TEXT, USER, 1, "Moin"),
    ])  # fmt: skip
    part = archive.seal(key, head, place, body, last=True, nonce=b"n" * 24)
    wrong: Errors = (archive.ArchiveError,)
    return [
        Decoder("history archive head", archive.Head.read, wrong, st.just(head.encode()), lambda value: value.encode(), ("teamchat.content.archive",)),  # type: ignore[attr-defined]  # a head
        Decoder("history archive part", lambda data: archive.open_part(key, head, place, data), wrong, st.just(part), None, ("teamchat.content.archive",)),
        Decoder("history backup manifest", lambda data: Manifest.open(SEED, USER, 1, data), (ManifestError,), st.just(Manifest((), Coverage()).seal(SEED, USER, 1, b"n" * 24)), None, ("teamchat.engine.history.manifest",)),
        Decoder("history archive content", entries.read, wrong, st.just(body), None, ("teamchat.engine.history.entries",)),
    ]  # fmt: skip


def _device_box() -> list[Decoder]:
    anna = device_box.Party(user=USER, device=DeviceId(USER))
    key = DeviceKey(SEED)
    slot_key = device_box.SlotKey.make(CRYPTO, key, purpose="history", receiver=anna, now=NOW)
    slot = slot_key.slot
    box = device_box.seal(CRYPTO, slot, b"sealed", key=key, sender=anna, context=b"fuzz")
    where = ("teamchat.identity.device_box",)
    wrong: Errors = (IdentityError,)
    return [
        Decoder("device box slot", device_box.Slot.read, wrong, st.just(slot.encode()), lambda value: value.encode(), where),  # type: ignore[attr-defined]  # a slot
        Decoder("device box", device_box.Box.read, wrong, st.just(box.encode()), lambda value: value.encode(), where),  # type: ignore[attr-defined]  # a box
        Decoder("device box, opened", lambda data: slot_key.open(CRYPTO, device_box.Box.read(data), key.public, b"fuzz"), wrong, st.just(box.encode()), None, where),
    ]  # fmt: skip


def _linking() -> list[Decoder]:
    key, code = bytes(32), LinkingCode(b"s" * 16, b"c" * 32)
    revealed = messages.Revealed(key, DeviceId(identifier(b"t" * 16)), key, "Annas Telefon")
    channel = Channel(key, code, (b"1", b"2", b"3"))
    handover = messages.Handover(
        USER, vouched(), key, key, messages.LogPin("origin", "key", "checkpoint\n"),
        messages.Account("https://chat.example", "anna", "Anna", "Werk"), b"grant",
        messages.Witnesses(("council.example+1+key",), 1, 86_400, 0),
    )  # fmt: skip
    sealed = channel.seal(FROM_EXISTING, b"handed over", b"n" * 24)
    said = [
        messages.encode(each)
        for each in (
            messages.Committed(key), revealed, messages.HandedOver(sealed),
            messages.Ended(Fault.DIFFERENT),
        )
    ]  # fmt: skip
    added = statements.Added(USER, DeviceId(identifier(b"t" * 16)), vouched(), "2026-11-21")
    wrong = (LinkingError,)
    return [
        Decoder("linking code", lambda data: LinkingCode.read(text_of(data)), wrong,
                st.sampled_from([code, LinkingCode(b"typed")]).map(lambda each: each.written().encode()),
                None, ("teamchat.identity.linking.code",)),
        Decoder("linking message", messages.decode, wrong, st.sampled_from(said),
                messages.encode, ("teamchat.identity.linking.messages",)),  # type: ignore[arg-type]  # a message
        Decoder("linking handover", messages.decode_handover, wrong, st.just(messages.encode_handover(handover)),
                messages.encode_handover),  # type: ignore[arg-type]  # a handover
        Decoder("linking channel", lambda data: channel.open(FROM_EXISTING, data), wrong, st.just(sealed),
                None, ("teamchat.identity.linking.channel",)),
        Decoder("key directory entry", statements.decode, (IdentityError,), st.just(statements.encode(added)),
                statements.encode, ("teamchat.identity.statements",)),  # type: ignore[arg-type]  # a statement
    ]  # fmt: skip


def _number(data: bytes) -> object:
    user, key = UserId(text_of(data[:26])), data[26:]
    return safety_number.safety_number(USER, IDENTITY.public, user, key)


def _identity() -> list[Decoder]:
    box = RECOVERY.seal(Kept(IDENTITY, SEED), USER, b"n" * 24)
    by_key = VAULT.wrapped_by_key(b"w" * 32, nonce=b"n" * 24)
    cheap = vault.Cost(passes=1, memory_kib=8)
    by_passphrase = VAULT.wrapped_by_passphrase("words", salt=SALT, nonce=b"n" * 24, cost=cheap)
    row = VAULT.seal(b"a stored row", b"place", b"n" * 24)
    other = identifier(b"v" * 16).encode() + IdentityKey(b"o" * 32).public
    wrong = (IdentityError,)
    return [
        Decoder("certificate", certificate.read, wrong, st.deferred(lambda: st.just(issued())), None,
                ("teamchat.identity.certificate",)),
        Decoder("certificate of either version", certificate.read_any, wrong,
                st.deferred(lambda: st.sampled_from([issued(), vouched()]))),
        Decoder("recovery key", lambda data: RecoveryKey.read(text_of(data)), (WrongRecoveryKeyError,),
                st.just(RECOVERY.written("de").encode()), None, ("teamchat.identity.recovery",)),
        Decoder("recovery box", lambda data: RECOVERY.open(data, USER, IDENTITY.public), wrong, st.just(box)),
        Decoder("vault file under a key", lambda data: vault.unlock_with_key(data, b"w" * 32), wrong,
                st.just(by_key), None, ("teamchat.identity.vault",)),
        # Unlocking would stretch a passphrase at the cost the file asks for; its reading is this.
        Decoder("vault file under a passphrase", vault.method, wrong, st.just(by_passphrase)),
        Decoder("sealed", lambda data: sealing.unseal(SEED, data, b""), wrong,
                st.just(sealing.seal(SEED, b"words", b"", b"n" * 24)), None, ("teamchat.identity.sealing",)),
        Decoder("store row", lambda data: VAULT.open(data, b"place"), wrong, st.just(row), None,
                ("teamchat.client.sqlite_store",)),
        Decoder("safety number of", _number, wrong, st.just(other), None, ("teamchat.identity.safety_number",)),
        Decoder("safety number typed", lambda data: safety_number.same(text_of(data), "1" * 60), (),
                st.just(b"12345 " * 12)),
        Decoder("safety number read", lambda data: safety_number.read(text_of(data)), wrong,
                st.just(b"TEAMCHAT-VERIFY:1:" + b"12345" * 12)),
        Decoder("identifier", lambda data: identifier_bytes(text_of(data)), (ValueError,),
                st.just(USER.encode()), lambda value: identifier(value).encode(), ("teamchat.ids",)),  # type: ignore[arg-type]  # bytes
    ]  # fmt: skip


# --- transparency -----------------------------------------------------------------------------


@functools.cache
def logged() -> dict[str, bytes]:
    """A signed and cosigned log, and a proof from it."""
    log = log_of(5)
    log.publish()
    return {
        "note": witnessed(log.published[0]).encode(),
        "text": log.published[0].text,
        "proof": log.proof_file(2).encode(),
        "bundle": encode_bundle(log.entries),
        "tile": log.tiles[Tile(0, 0, 5)],
    }


def _from_log(name: str) -> st.SearchStrategy[bytes]:
    return st.deferred(lambda: st.just(logged()[name]))


def _pinned(data: bytes) -> object:
    """Everything that is done with an arriving checkpoint; a good one is the one that is pinned."""
    monitor = Monitor(LOG_ONLY.check(SignedNote.decode(logged()["note"])))
    return monitor.advance(ALL_WITNESSES.check(SignedNote.decode(data)), ())


def _transparency() -> list[Decoder]:
    wrong, room = (FormatError,), "teamchat.transparency"
    key = LOG_KEY.verifier.vkey.encode()
    return [
        Decoder("note", SignedNote.decode, wrong, _from_log("note"),
                lambda value: value.encode(), (f"{room}.note",)),  # type: ignore[attr-defined]  # a note
        Decoder("note pinned", _pinned, (TransparencyError,), _from_log("note"), None,
                (f"{room}.monitor", f"{room}.witness", f"{room}.keys")),
        Decoder("checkpoint", Checkpoint.decode, wrong, _from_log("text"),
                lambda value: value.encode(), (f"{room}.checkpoint",)),  # type: ignore[attr-defined]  # a checkpoint
        Decoder("proof file", TLogProof.decode, wrong, _from_log("proof"),
                lambda value: value.encode(), (f"{room}.tlog_proof",)),  # type: ignore[attr-defined]  # a proof
        Decoder("proof file verified",
                lambda data: TLogProof.decode(data).verify(leaf_hash(log_of(3).entries[2]), ALL_WITNESSES),
                (TransparencyError,), _from_log("proof")),
        Decoder("verifier key", lambda data: VerifierKey.parse(text_of(data)), wrong, st.just(key),
                lambda value: value.vkey.encode()),  # type: ignore[attr-defined]  # a key
        Decoder("tile path", lambda data: Tile.parse(text_of(data)), wrong,
                st.just(b"tile/1/x001/067.p/8"), lambda value: value.path.encode()),  # type: ignore[attr-defined]  # a tile
        Decoder("tile", lambda data: decode_tile(data, 5), wrong, _from_log("tile"), None, (f"{room}.tiles",)),
        Decoder("entry bundle", lambda data: decode_bundle(data, 5), wrong, _from_log("bundle"),
                encode_bundle),  # type: ignore[arg-type]  # entries
        Decoder("canonical text", lambda data: decode_base64(decode_text(data)), wrong, st.just(b"Zm9v"),
                None, (f"{room}.encoding",)),
        Decoder("witness's request", AddCheckpoint.decode, wrong, st.deferred(lambda: st.just(asked(log_of(300), 5))),
                lambda value: body(value.old, value.proof, value.note), ("teamchat.witness.request",)),  # type: ignore[attr-defined]  # a request
        Decoder("canonical number", lambda data: decode_decimal(text_of(data)), wrong, st.just(b"1790000000"),
                lambda value: str(value).encode()),
    ]  # fmt: skip


# --- wire, client and settings --------------------------------------------------------------------


def _frames(base: object) -> st.SearchStrategy[bytes]:
    return wire.values(base).map(frames.encode)  # type: ignore[arg-type]  # a frame


def _body(kind: type[msgspec.Struct]) -> Decoder:
    """Bodies as the client reads them; the server's routes read as it does (`exchange.read`)."""
    return Decoder(
        f"body {kind.__name__}",
        lambda data: http.decoded(data, kind),
        (http.OfflineError,),
        wire.values(kind).map(msgspec.json.encode),
        None,
        ("teamchat.client.http", "teamchat.server.routes.exchange"),
    )


def _record(kind: type[msgspec.Struct]) -> Decoder:
    return Decoder(
        f"record {kind.__name__}",
        lambda data: msgspec.msgpack.decode(data, type=kind),
        (msgspec.DecodeError, RecursionError, UnicodeDecodeError),
        wire.values(kind).map(msgspec.msgpack.encode),
        None,
        ("teamchat.engine.records", "teamchat.engine.engine"),
    )


def _settings(data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "teamchat.toml"
        path.write_bytes(data)
        return load(path, {})


SETTINGS = Path(__file__).resolve().parents[2] / "config" / "server.example.toml"


@functools.cache
def _groups() -> Groups:
    return Groups(CRYPTO, (1,))


def _surface() -> list[Decoder]:
    link = f"https://chat.example:8443/join#{'s' * 43}".encode()
    invalid = (AccountError,)
    answers = wire.structs(bodies, bodies.Answer) + wire.structs(bodies, bodies.Request)
    stored = wire.structs(records, Record)
    problem = wire.values(Problem).map(msgspec.json.encode)
    return [
        Decoder("frame of a client", frames.decode_client, (frames.FrameError,),
                _frames(frames.ClientFrame), None, ("teamchat.wire.frames",)),
        Decoder("frame of a server", frames.decode_server, (frames.FrameError,), _frames(frames.ServerFrame)),
        *map(_body, answers),
        *map(_record, stored),
        Decoder("problem", lambda data: http.refusal(500, data), (), problem),
        Decoder("server peeks", lambda data: _groups().peek(data), (GroupError,),
                one_of("application", "commit"), None, ("teamchat.server.services.groups",)),
        Decoder("invitation link", lambda data: read_invitation(text_of(data)), invalid, st.just(link), None,
                ("teamchat.client.invitation",)),
        Decoder("server address", lambda data: http.ServerAddress(text_of(data)), invalid,
                st.just(b"https://chat.example:8443")),
        Decoder("profile name", lambda data: client_settings.profile_directory(text_of(data), {}), invalid,
                st.just(b"work"), None, ("teamchat.client.settings",)),
        Decoder("settings", _settings, (SettingsError,),
                st.deferred(lambda: st.just(SETTINGS.read_bytes())), None, ("teamchat.server.settings",)),
        Decoder("claimed key package", _claimed, (), one_of("key package")),
        Decoder("group info compared", lambda data: groups.is_of(CREW["bob"], data), (),  # type: ignore[arg-type]  # the crew's state
                one_of("info")),
        Decoder("epoch of", groups.epoch_of, (), one_of("commit")),
        Decoder("history given", lambda data: given.given_in(envelope.unpack(data).message), (ContentError,),
                st.deferred(lambda: st.just(_gift())), None, ("teamchat.content.given",)),
        Decoder("archive in a file", lambda data: Unframer().add(data), (archive.ArchiveError,),
                st.just(framed(b"head") + framed(b"part")), None, ("teamchat.content.archive_file",)),
        Decoder("manifest of a web client", web_build.read_manifest, invalid,
                st.just(json.dumps(web_client.manifest()).encode()), None, ("teamchat.client.web_build",)),
        Decoder("key of a log", lambda data: web_build.read_key(text_of(data)), invalid,
                st.just(LogKey("chat.example/v1/keys/1", bytes(32)).verifier.vkey.encode())),
        Decoder("room policy", room_policy.decode, (room_policy.RoomPolicyError,),
                st.just(room_policy.encode(room_policy.RoomPolicy(30, {"later": (1, b"x")}))),
                room_policy.encode, ("teamchat.wire.room_policy",)),  # type: ignore[arg-type]  # a policy
    ]  # fmt: skip


def _gift() -> bytes:
    gift = given.Given(
        blob=BlobId(identifier(b"b" * 16)), key=bytes(32), size=9, digest=bytes(32), epoch=1,
        users=(USER,), since_ms=1, until_ms=2, count=1,
    )  # fmt: skip
    author = Author(USER, ConversationId(identifier(b"r" * 16)))
    return envelope.pack(given.message(author, gift, salt=bytes(16)))


def _claimed(data: bytes) -> object:
    return groups.certified(bodies.ClaimedKeyPackage(USER, DeviceId(identifier(b"d" * 16)), data))


DECODERS: tuple[Decoder, ...] = (
    *_mls(),
    *_content(),
    *_identity(),
    *_linking(),
    *_device_box(),
    *_history_archive(),
    *_transparency(),
    *_surface(),
)
