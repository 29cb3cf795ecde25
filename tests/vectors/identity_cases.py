"""What is read of certificates, entries, messages and texts that are wrong, by this package.

Good ones are changed in every byte and cut off at every length; others are made by hand.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from teamchat import cbor
from teamchat.identity import certificate, crockford, safety_number, sealing, statements, vault
from teamchat.identity.certificate import VouchedCertificate
from teamchat.identity.device_box import Box, Party, Slot
from teamchat.identity.errors import IdentityError, WrongRecoveryKeyError
from teamchat.identity.keys import DeviceKey, IdentityKey, verify
from teamchat.identity.linking import messages
from teamchat.identity.linking.code import LinkingCode
from teamchat.identity.recovery import Kept, RecoveryKey
from teamchat.ids import DeviceId, UserId, identifier, identifier_bytes
from tests.vectors.verdicts import verdict, verdicts

DATA = Path(__file__).parent / "data"
Case = dict[str, object]
NOW, DAY = 1_795_000_000, "2026-11-21"


def run(first: int, count: int) -> bytes:
    """Return bytes that count upwards."""
    return bytes((first + at) % 256 for at in range(count))


ANNA, WEI = UserId(identifier(run(1, 16))), UserId(identifier(run(33, 16)))
LAPTOP, PHONE = DeviceId(identifier(run(65, 16))), DeviceId(identifier(run(97, 16)))
IDENTITY, OTHER = IdentityKey(run(64, 32)), IdentityKey(run(96, 32))
LAPTOPS, PHONES = DeviceKey(run(128, 32)), DeviceKey(run(150, 32))
ISSUED = certificate.issue(
    IDENTITY, user=ANNA, device=LAPTOP, device_key=LAPTOPS.public, created=NOW
)
VOUCHED = certificate.vouch(
    LAPTOPS, by=LAPTOP, user=ANNA, identity_key=IDENTITY.public,
    device=PHONE, device_key=PHONES.public, created=NOW,
)  # fmt: skip
RECOVERY = RecoveryKey(run(7, 20))
BOX = RECOVERY.seal(Kept(IDENTITY, run(110, 32)), ANNA, run(160, 24))
VAULT = vault.VaultKey(run(3, 32)).wrapped_by_key(run(50, 32), nonce=run(160, 24))
SEALED = sealing.seal(run(1, 32), b"Moin", b"place", run(2, 24))


def make_identity() -> dict[str, object]:
    """Return everything: what there is to read with, what was changed, what was made by hand."""
    return {
        "identity_key": IDENTITY.public.hex(), "laptop_key": LAPTOPS.public.hex(), "user": ANNA,
        "recovery_secret": run(7, 20).hex(), "wrapping": run(50, 32).hex(),
        "sealing_key": run(1, 32).hex(), "changed": changed(), "data": by_hand(), "texts": texts(),
    }  # fmt: skip


def judged(data: bytes) -> object:
    """Read a certificate of either version, with what the laptop vouches for."""
    read = certificate.read_any(data)
    if isinstance(read, VouchedCertificate):
        return read.vouched_by(LAPTOPS.public, identity_key=IDENTITY.public)
    return read


def read_slot(data: bytes) -> object:
    """Read a slot, and check that it is the one that was made."""
    slot, known = Slot.read(data), device_box()
    receiver = Party(user=UserId(identifier(run(0, 16))), device=DeviceId(identifier(run(32, 16))))
    slot.check(known["receiver_key"], purpose="history", receiver=receiver)
    return slot


def device_box() -> dict[str, bytes]:
    """Return the case of the device box."""
    (case,) = json.loads((DATA / "device-box.json").read_text(encoding="utf-8"))
    return {name: bytes.fromhex(value) for name, value in case.items()}


READERS: dict[str, Callable[[bytes], object]] = {
    "certificate": judged,
    "named": lambda data: str(certificate.named(data)),
    "named_identity": lambda data: certificate.named_identity(data).hex(),
    "statement": statements.decode,
    "message": messages.decode,
    "handover": messages.decode_handover,
    "slot": read_slot,
    "box": Box.read,
    "recovery": lambda data: RECOVERY.open(data, ANNA, IDENTITY.public),
    "vault": lambda data: vault.unlock_with_key(data, run(50, 32)),
    "sealed": lambda data: sealing.unseal(run(1, 32), data, b"place"),
    "signature": lambda data: verify(IDENTITY.public, b"a text", data),
}


def changed() -> list[Case]:
    """Return good things, each with the verdicts over its changes."""
    (linked, _) = json.loads((DATA / "linking.json").read_text(encoding="utf-8"))
    said = [("message", bytes.fromhex(each)) for each in linked["messages"]]
    given = [
        ("certificate", ISSUED), ("certificate", VOUCHED), ("named", VOUCHED),
        *(("statement", statements.encode(each)) for each in good_statements()), *said,
        ("handover", bytes.fromhex(linked["handover"])), ("slot", device_box()["slot"]),
        ("box", device_box()["box"]), ("recovery", BOX), ("vault", VAULT), ("sealed", SEALED),
        ("signature", IDENTITY.sign(b"a text")),
    ]  # fmt: skip
    return [
        {"kind": kind, "data": data.hex(), "verdict": verdict(IdentityError, READERS[kind], data),
         "changed": verdicts(IdentityError, READERS[kind], data)}
        for kind, data in given
    ]  # fmt: skip


def good_statements() -> list[statements.Statement]:
    """Return a statement of each kind."""
    signed = statements.sign_removal(LAPTOPS, user=ANNA, device=PHONE, by=LAPTOP)
    people = tuple(sorted((ANNA, WEI)))
    return [
        statements.Added(ANNA, LAPTOP, ISSUED, DAY),
        statements.Removed(ANNA, PHONE, DAY, LAPTOP, signed), statements.Removed(ANNA, PHONE, DAY),
        statements.rotate(IDENTITY, OTHER, LAPTOPS, user=ANNA, by=LAPTOP, day=DAY),
        statements.Begun('chat.example\n7\n\n— "\\\t\x7fé😀', DAY),
        statements.Custodians(PHONE, people, 2, DAY), statements.Custodians(PHONE, (), 0, DAY),
        statements.WebBuilt("0.1.0", run(7, 32), DAY),
    ]  # fmt: skip


def by_hand() -> list[Case]:
    """Return things of each kind that nobody has made by changing a byte."""
    given: list[tuple[str, bytes]] = []
    odd: list[cbor.Value] = [True, False, 1.0, 3, -1, 2**64 - 1, "1", None, b""]
    for good in (ISSUED, VOUCHED):
        parts = cbor.decode(good)
        assert isinstance(parts, tuple)
        places = range(len(parts))
        bent: list[cbor.Value] = [
            (*parts[:at], each, *parts[at + 1 :]) for at in places for each in odd
        ]
        bent += [(*parts, 0), parts[:-1], parts[:3], (), (2, *parts[1:]), (1, *parts[1:])]
        bent += [(*parts[:3], IDENTITY.public, IDENTITY.public, *parts[5:])]
        bent += [(*parts[:5], when, *parts[6:]) for when in (0, 2**53, 2**53 - 1)]
        given += [("certificate", cbor.encode(each)) for each in bent]
        few = [*bent[: 4 * len(odd)], parts[:3], (), parts] if good is VOUCHED else []
        given += [(kind, cbor.encode(each)) for each in few for kind in ("named", "named_identity")]
    given += [("certificate", each) for each in (b"", b"\x01", cbor.encode("text"), bytes(513))]
    vouched = cbor.decode(VOUCHED)
    assert isinstance(vouched, tuple)
    *before, _, signature = vouched
    given.append(("certificate", cbor.encode((*before, identifier_bytes(PHONE), signature))))
    given += [("statement", each) for each in entries()]
    key, name = bytes(32), "Annas Telefon"
    device = identifier_bytes(PHONE)
    bodies: list[tuple[cbor.Value, ...]] = [
        (), (1,), (1, 0, key), (1, 7, key), (2, 1, key), (True, 1, key), (1, True, key),
        (1.0, 1, key), (1, 1.0, key), (1, 1), (1, 1, key, 0), (1, 1, bytes(31)), (1, 1, "a" * 32),
        (1, 2, None), (1, 4, bytes(104)), (1, 4, bytes(105)), (1, 5, bytes(41)), (1, 5, bytes(42)),
        (1, 5, bytes(10_281)), (1, 5, bytes(10_282)), (1, 6, 0), (1, 6, 1), (1, 6, 2), (1, 6, 3),
        (1, 6, True), (1, 6, key),
        (1, 3, key, device, key, name), (1, 3, key, device, key, name, 0), (1, 3, key, device, key),
        (1, 3, key, device[1:], key, name), (1, 3, key, device, key[1:], name),
        *((1, 3, key, device, key, each) for each in LINES),
    ]  # fmt: skip
    given += [("message", cbor.encode(each)) for each in bodies] + [("message", bytes(11_000))]
    given += [("handover", each) for each in handovers()]
    return [
        {"kind": kind, "data": data.hex(), "verdict": verdict(IdentityError, READERS[kind], data)}
        for kind, data in given
    ]


def handovers() -> Iterable[bytes]:
    """Return what is handed over with other policies of witnesses, versions and names."""
    (linked, _) = json.loads((DATA / "linking.json").read_text(encoding="utf-8"))
    whole = cbor.decode(bytes.fromhex(linked["handover"]))
    assert isinstance(whole, tuple)
    policies: list[cbor.Value] = [
        (), 1, "k", (1,), (1, 60), (1, 60, 0), (1, 60, 0, "k"), (0, 60, 0, "k"), (2, 60, 0, "k"),
        (True, 60, 0, "k"), (1.0, 60, 0, "k"), (1, -1, 0, "k"), (1, 60, 2**48, "k"),
        (1, 60, 2**48 - 1, "k"), (1, 60, 2**60, "k"), (1, 60, 0, *["k"] * 16),
        (1, 60, 0, *["k"] * 17), (1, 60, 0, "k" * 150), (1, 60, 0, "k" * 151), (1, 60, 0, "k\n"),
        (1, 60, b"k", "k"), (1, 60, 0, b"k"), (1, 60, 0, 1, "k"), (1, 60, 0, ("k",)), {1: 60},
    ]  # fmt: skip
    for each in policies:
        yield cbor.encode((*whole[:-1], each))
    for first in (1, 2.0, True, 3):
        yield cbor.encode((first, *whole[1:]))
    yield cbor.encode((*whole, 0))
    yield cbor.encode(whole[:-1])
    yield cbor.encode((*whole[:6], ("server", "user", "", "company"), *whole[7:]))
    yield cbor.encode((*whole[:6], ("server", "user", "name"), *whole[7:]))
    yield cbor.encode((*whole[:5], ("origin", "key", ""), *whole[6:]))
    yield cbor.encode((*whole[:5], ("origin", "key", "c" * 3001), *whole[6:]))
    yield cbor.encode((*whole[:5], ("origin", 1, "checkpoint"), *whole[6:]))
    yield cbor.encode((*whole[:7], b"", *whole[8:]))


LINES = (
    "", " ", " a", "a ", "a b", "a\nb", "a\x1b[2J", "a\u200bb", "a\u2028b", "a\u202eb", "\u00a0a",
    "a" * 200, "a" * 201, "\U0001f600" * 200, "\U0001f600" * 201, "a\u0301", "\ufeff",
)  # fmt: skip


def entries() -> Iterable[bytes]:
    """Return entries that are none, or not written as they must be."""
    removed = {"v": 1, "op": "remove", "day": DAY, "user": ANNA, "device": PHONE}
    set_of = {"v": 1, "op": "custodians", "day": DAY, "set": PHONE, "threshold": 2}
    first, second = sorted((ANNA, WEI))
    begun = {"v": 1, "op": "begin", "day": DAY, "previous": "note"}
    added = {**removed, "op": "add", "certificate": "QQ=="}
    built = {"v": 1, "op": "web", "day": DAY, "version": "1", "manifest": f"{'A' * 43}="}
    several = [
        removed, {**removed, "v": 2}, {**removed, "v": True}, {**removed, "v": "1"},
        {**removed, "v": None}, {**removed, "op": "add"}, {**removed, "op": "other"},
        {**removed, "more": 1}, {**removed, "by": LAPTOP}, {**removed, "signature": "QQ=="},
        {**removed, "by": LAPTOP, "signature": "QQ=="}, {**removed, "by": "", "signature": ""},
        {**removed, "by": LAPTOP, "signature": "QQ"}, {**removed, "device": "nobody"},
        {**removed, "device": PHONE + "\n"}, {**removed, "user": ANNA.upper()},
        *({**removed, "day": each} for each in DAYS), added, {**added, "certificate": ""},
        {**added, "certificate": "QR=="}, {**added, "certificate": "Q" * 684 + "Q=="},
        {**added, "certificate": "Q" * 688}, {**added, "certificate": 1}, {**added, "op": "reset"},
        begun, {**begun, "previous": ""}, {**begun, "previous": "x" * 3000},
        {**begun, "previous": "x" * 3001}, {**begun, "previous": "\U0001f600\ud800"},
        *({**set_of, "people": each} for each in (
            "", " ", f"{first} {second}", f"{second} {first}", f"{first} {first}",
            f"{first}  {second}", f"{first} nobody", first,
        )),
        {**set_of, "people": "", "threshold": 0}, {**set_of, "people": "", "threshold": False},
        {**set_of, "people": f"{first} {second}", "threshold": 1},
        {**set_of, "people": f"{first} {second}", "threshold": 3},
        {**set_of, "people": f"{first} {second}", "threshold": True},
        {**set_of, "people": f"{first} {second}", "threshold": "2"},
        {**set_of, "people": f"{first} {second}", "threshold": 2.5},
        {**set_of, "people": f"{first} {second}", "threshold": 10**30},
        {**set_of, "people": " ".join(sorted(identifier(run(n, 16)) for n in range(17)))},
        built, {**built, "user": ANNA}, {**built, "manifest": ""}, {**built, "manifest": "QQ=="},
        {**built, "manifest": f"{'A' * 42}B="}, {**built, "manifest": f"{'A' * 42}=="},
        *({**built, "version": each} for each in (
            "", "1\n", " 1", "1 2", "1.0+a-b", "\u0661", "x" * 64, "x" * 65, 1, None, True,
        )),
        {**set_of, "people": "", "set": "x"}, [], "text", None, 1, [removed],
    ]  # fmt: skip
    for each in several:
        yield json.dumps(each, sort_keys=True, separators=(",", ":")).encode()
    plain = statements.encode(statements.Removed(ANNA, PHONE, DAY))
    yield plain.replace(b",", b", ")
    yield plain + b"\n"
    yield plain.replace(b'"v":1', b'"v":1,"v":1')
    yield plain.replace(b'"day"', b'"\\u0064ay"')
    yield b"\xef\xbb\xbf" + plain
    yield plain.replace(b"remove", "remové".encode())
    yield b" " * 4097
    yield b"[" * 4000
    yield b""


DAYS = (
    "2026-02-29", "2024-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-4-1",
    "0000-01-01", "0001-01-01", "9999-12-31", "2026-11-21T00", "20261121", "\u0662026-11-21",
)  # fmt: skip


def texts() -> list[Case]:
    """Return what people type, cameras read, and clocks say."""
    scanned = LinkingCode(run(11, 16), run(90, 32)).written()
    typed = LinkingCode(run(77, 5)).written()
    number = safety_number.safety_number(ANNA, IDENTITY.public, WEI, OTHER.public)
    german, english = RECOVERY.written("de"), RECOVERY.written("en")
    told: list[Case] = []

    def add(kind: str, read: Callable[[str], object], given: Iterable[str]) -> None:
        for each in given:
            said = verdict(IdentityError, read, each)
            told.append({"kind": kind, "text": each, "verdict": said})

    add("code", lambda text: LinkingCode.read(text).written(), [
        scanned, f" {scanned}\n", scanned.lower(), scanned[:-1], scanned + "A", scanned + "=",
        scanned[:-1] + ("B" if scanned[-1] != "B" else "C"), scanned.replace(":1:", ":2:"),
        scanned[:17], scanned + "A" * 300, typed, typed.lower(), typed.replace("-", " "),
        typed[:-1], typed + "0", typed[:-1] + ("1" if typed[-1] != "1" else "2"), "", "-", "ßß",
        "I" * 10, " ".join(typed), typed.replace("-", "\u2013"), typed.replace("-", "\u2014"),
        "0" * 250,
    ])  # fmt: skip
    add("crockford", lambda text: str(crockford.typed(text, 4)), [
        "abcd", "oIlL", "a-b c\td", "abcu", "abc", "abcde", "ab\u00e9d", "\u017fabc", "", "0" * 300,
    ])  # fmt: skip
    add("safety", safety_number.read, [
        number, number.replace(" ", ""), f"TEAMCHAT-VERIFY:1:{number.replace(' ', '')}",
        f"teamchat-verify:1:{number}", number.replace(" ", "-"), number.replace(" ", "\u2003"),
        f"\n {number} -", number[:-1], number + "0", number.replace("0", "\u0660", 1), "",
        "x" * 513,
        number + " " * 400, number + " " * 500, f"TEAMCHAT-VERIFY:2:{number}",
    ])  # fmt: skip
    add("words", recovered, [
        german, english, german.upper(), " ".join(word[:4] for word in english.split()),
        "\n".join(f"{at}. {word}" for at, word in enumerate(german.split(), 1)), english[:-3],
        f"{german} mehr", " ".join(german.split()[:-1]), " ".join(reversed(english.split())),
        " ".join([*german.split()[:8], *english.split()[8:]]), "", "xyz", "abandn " + english,
        german.replace(german.split()[4], "apfle", 1), "schluessel", "Fu\u00df", "\u212bpfel",
        "a" * 3000,
        "apfl birk kirsch", "acheter \u00bd zz", "cafe\u0301", "\U0001d400pfel", "ﬁsch",
    ])  # fmt: skip
    add("folded", str.casefold, [
        "Gr\u00d6\u1e9eE", "stra\u00dfe", "I\u0130\u0131", "\u03a3\u03c3\u03c2", "\ufb01",
        "\u13a0\uab70", "\u212a", "\u1fb3", "\u5f20\u4f1f",
    ])  # fmt: skip
    add("day", lambda text: statements.day_of(int(text)), [
        "0", "-1", "86399", "86400", str(NOW), "951782400", "-62135596800", "-62135596801",
        "253402300799", "253402300800", str(2**53), str(-(2**53)),
    ])  # fmt: skip
    return told


def recovered(text: str) -> str:
    """Return the key in words that were typed, or what a person is told of them."""
    try:
        return RecoveryKey.read(text).secret.hex()
    except WrongRecoveryKeyError as error:
        return f"{error.slip.value} {error.place} {' '.join(error.meant)} {error.count}"
