"""Logs, notes, proofs and what was changed in them, with the verdict of this package on each."""

import base64
import hashlib
from collections.abc import Callable, Sequence

from teamchat.transparency import (
    Checkpoint,
    CompactRange,
    EntryBundle,
    Node,
    Policy,
    SignedNote,
    Tile,
    TLogProof,
    TransparencyError,
    VerifierKey,
    WitnessKey,
    decode_bundle,
    encode_bundle,
    leaf_hash,
    tile_at,
    tiles_for_consistency,
    tiles_for_inclusion,
    tiles_to_read,
    verify_note,
)
from teamchat.transparency.encoding import decode_base64, decode_decimal, decode_text
from teamchat.transparency.keys import Signature
from teamchat.transparency.tiles import edge_tiles
from tests.support.tlog import ALL_WITNESSES, LOG_KEY, NOW, WITNESSES, entries, log_of, witnessed
from tests.vectors.verdicts import verdict, verdicts

Case = dict[str, object]
SIZES = (1, 2, 5, 255, 256, 257, 300, 1_030)
KEYS = [key.verifier.vkey for key in WITNESSES]
DAY = 86_400


def make_transparency() -> dict[str, object]:
    """Return everything; numbers that may be large are written as text."""
    return {
        "texts": texts(), "notes": notes(), "policies": policies(), "trees": trees(),
        "proofs": proofs(), "tiles": tiles(), "bundles": bundles(),
    }  # fmt: skip


def texts() -> list[Case]:
    """Return texts of each kind, with what is read in them or why it is not."""
    text = Checkpoint("chat.example/audit/1", 5, log_of(5).tree.head.root).encode().decode()
    vkey = LOG_KEY.verifier.vkey
    line = LOG_KEY.sign(b"text\n").line.rstrip("\n")
    root = text.split("\n")[2]
    given: dict[str, Sequence[str]] = {
        "base64": ["", "QQ==", "QR==", "QQ", "QQ=", "QQ==\n", "Q Q==", "QQ==QQ==", "-_8=", "=",
                   "//4A"],
        "decimal": ["0", "7", "", "01", "-1", "+1", "1\n", "1_0", "\u0663", str(2**63 - 1),
                    str(2**63)],
        "vkey": [
            vkey, KEYS[0], "", "chat.example", vkey.replace("audit", "other"), vkey + "\n",
            vkey[:-4], vkey + "+", vkey.replace("+AQ", "+BQ"), "chat.example/audit/1+37b4e26e+",
            vkey.upper(), "x" * 1_000 + vkey, "a b+00000000+" + vkey.rpartition("+")[2],
        ],
        "line": [
            line, "", "— a", "- a QUJDREVG", "— a QUJDREVG ", "—  a QUJDREVG", "— a b QUJDREVG",
            "— a QUJD", "— a QUJDRA==", "— a QUJDRE", "— a+b QUJDREVG", "— a\u2028b QUJDREVG",
            "— a\u0085b QUJDREVG", "— a\u3000b QUJDREVG", "— a\ufeffb QUJDREVG",
            "— a\tb QUJDREVG", "— " + "é" * 128 + " QUJDREVG", "— a " + "QUJD" * 2_060,
        ],
        "checkpoint": [
            text, "", "\n", text[:-1], text + "\n", text + "extension", text + "extension\n",
            text + "one\n\ntwo\n", text + "x\n" * 16, text + "x\n" * 17, text + "x\n" * 40,
            text + "x" * 1_024 + "\n", text + "x" * 1_025 + "\n",
            text + "\U0001f600" * 1_024 + "\n",
            text.replace("\n5\n", "\n05\n"), text.replace("\n5\n", "\n5 \n"),
            text.replace("\n5\n", "\n9223372036854775808\n"), text.replace("\n5\n", "\n\n"),
            text.replace("chat.example/audit/1", ""), text.replace(root, "QUJD"),
            text.replace("=\n", "\n"), text.replace("=\n", "==\n"), "\ufeff" + text,
            "a\u2028b\u0085c" + text, text.replace("\n", "\r\n"), "\x7f" + text,
        ],
    }  # fmt: skip
    readers: dict[str, Callable[[str], object]] = {
        "base64": decode_base64, "decimal": decode_decimal, "vkey": VerifierKey.parse,
        "line": Signature.parse, "checkpoint": lambda each: Checkpoint.decode(each.encode()),
    }  # fmt: skip
    cases: list[Case] = [
        {"kind": kind, "text": each, "verdict": of(readers[kind], each)}
        for kind, several in given.items()
        for each in several
    ]
    for data in (b"\xff", b"\xed\xa0\x80", b"a\rb", b"a\tb", b"\x00", b"\xf0\x9f\x98\x80", b"a\n"):
        said = of(decode_text, data)
        cases.append({"kind": "utf8", "text": data.hex(), "verdict": said})
    return cases


def notes() -> list[Case]:
    """Return notes as bytes, and who has signed them."""
    text = "Grüße\n\nnach Shanghai\n".encode()
    signed = SignedNote(text, (LOG_KEY.sign(text), WITNESSES[0].sign(text, NOW)))
    good = signed.encode()
    crowd = "— a QUJDREVG\n".encode()
    given = [
        good, good[:-1], good + b"\n", good + b"\n\n", good.replace("— ".encode(), b"- "),
        good.replace(b"\n\n\xe2", b"\n\xe2"), good.replace(b"\n", b"\r\n"),
        good.replace(b"Shanghai", b"Shang\thai"), good.replace(b"Shanghai", b"\xff"),
        good.replace(b"Shanghai", b"Peking!!"), b"\xef\xbb\xbf" + good, b"", b"\n", b"\n\n",
        b"text without signatures\n\n", good + crowd * 62, good + crowd * 63, good + crowd * 64,
        SignedNote(text, (Signature(LOG_KEY.verifier.name, b"keid", b"x"),)).encode(),
    ]  # fmt: skip
    keys = [LOG_KEY.verifier, *(key.verifier for key in WITNESSES)]

    def judged(data: bytes) -> object:
        return verify_note(SignedNote.decode(data), keys)

    cases: list[Case] = [{"note": written(each), "verdict": of(judged, each)} for each in given]
    return [
        {"keys": [key.vkey for key in keys], "cases": cases, "note": written(good),
         "changed": verdicts(TransparencyError, judged, good)}
    ]  # fmt: skip


def policies() -> list[Case]:
    """Return a note that witnesses have signed at several times, and what policies say to it."""
    log = log_of(5)
    log.publish()
    bare = log.published[-1]
    stranger = WitnessKey("witness.example/1", b"stranger" * 4)
    wrong = WITNESSES[2].sign(b"another text\n", NOW)
    given = {
        "two": witnessed(bare, *WITNESSES[1:]), "one": witnessed(bare, WITNESSES[0]),
        "none": bare, "twice": witnessed(witnessed(bare, WITNESSES[0]), WITNESSES[0], time=NOW + 1),
        "stranger": witnessed(bare, stranger, WITNESSES[0]),
        "wrong": witnessed(bare).with_signatures(wrong),
        "unsigned": SignedNote(bare.text, (WITNESSES[0].sign(bare.text, NOW),)),
    }  # fmt: skip
    quorums = [(KEYS, k) for k in (0, 1, 2, 3, 4, -1)] + [(KEYS[:1], 1), ([KEYS[0]] * 2, 1)]
    quorums += [([LOG_KEY.verifier.vkey], 1), ([], 0)]
    notes = {name: written(note.encode()) for name, note in given.items()}
    asked = [{"witnesses": keys, "quorum": quorum} for keys, quorum in quorums]
    told = [
        f"{name} {number} {age} {of(trusted, keys, quorum, age, note)}"
        for name, note in given.items()
        for number, (keys, quorum) in enumerate(quorums)
        for age in (None, 0, DAY, DAY + 1, -300, -301)
    ]
    return [
        {"log": LOG_KEY.verifier.vkey, "now": NOW, "maximum_age": DAY, "notes": notes,
         "policies": asked, "verdicts": told}
    ]  # fmt: skip


def trusted(keys: list[str], quorum: int, age: int | None, note: SignedNote) -> object:
    policy = Policy(LOG_KEY.verifier, tuple(map(VerifierKey.parse, keys)), quorum)
    if age is None:
        return policy.check(note)
    return policy.check_fresh(note, now=NOW + age, maximum_age=DAY)


def trees() -> list[Case]:
    """Return, for each size, the roots, and the hashes of tiles and proofs."""
    cases: list[Case] = []
    for size in SIZES:
        log = log_of(size)
        old = max(1, size * 2 // 3)
        inner = [*tiles_for_inclusion(size // 3, size), *edge_tiles(size)]
        cases.append(
            {
                "size": size, "root": log.tree.head.root.hex(),
                "tiles": {each.path: digest(log.tiles[each]) for each in inner},
                "index": size // 3, "inclusion": digest(*log.inclusion(size // 3)),
                "old": old, "consistency": digest(*log.consistency(old)),
                "old_root": CompactRange().append(map(leaf_hash, entries(old))).head.root.hex(),
            }
        )  # fmt: skip
    return cases


def proofs() -> list[Case]:
    """Return a proof file, and what becomes of it when it is changed."""
    log = log_of(5)
    log.publish()
    file, leaf = log.proof_file(2).encode(), leaf_hash(log.entries[2])

    def judged(data: bytes) -> object:
        return TLogProof.decode(data).verify(leaf, ALL_WITNESSES)

    text, more = file.decode(), "ycS/r7B0IXR9Gi1Ps5L3D9jbGMZMRcGQTlHZAdGYjJA=\n"
    given = [
        text, text.replace("index 2", "index 3"), text.replace("index 2\n", ""),
        text.replace("index 2", "extra \nindex 2"), text.replace("index 2", "extra QQ==\nindex 2"),
        text.replace("index 2", "extra QR==\nindex 2"), text.replace("index 2", "index 02"),
        text.replace("index 2", "index 5"), text.replace("@v1", "@v2"), "",
        "c2sp.org/tlog-proof@v1",
        text.replace("index 2\n", "index 2\n" + more * 62),
        text.replace("index 2\n", "index 2\n" + more * 80),
        text.replace("index 2\n", "index 2\nQUJD\n"),
    ]  # fmt: skip
    cases: list[Case] = [{"file": each, "verdict": of(judged, each.encode())} for each in given]
    return [
        {"leaf": leaf.hex(), "log": LOG_KEY.verifier.vkey, "witnesses": KEYS, "quorum": 3,
         "cases": cases, "file": text, "changed": verdicts(TransparencyError, judged, file)}
    ]  # fmt: skip


def tiles() -> list[Case]:
    """Return which tiles there are, and which it takes, in trees of all sizes."""
    cases: list[Case] = []
    for size in (0, 1, 255, 256, 257, 70_000, 2**40 + 12_345, 2**63 - 1):
        cases.append({"size": str(size), "edge": [each.path for each in edge_tiles(size)]})
        for index in (-1, 0, size // 3, size - 1, size):
            said = of(lambda *at: paths(tiles_for_inclusion(*at)), index, size)
            cases.append({"size": str(size), "index": str(index), "verdict": said})
            said = of(lambda *at: paths(tiles_for_consistency(*at)), index, size)
            cases.append({"size": str(size), "old": str(index), "verdict": said})
        for level, place in ((0, 0), (0, 273), (1, 1), (2, 0), (7, 127), (64, 0)):
            said = of(lambda *at: tile_at(*at).path, level, place, size)
            cases.append({"size": str(size), "level": level, "place": place, "verdict": said})
    for index, width in ((0, 8), (123_456_789, 256), (-1, 1), (2**63, 1), (0, 0), (0, 257)):
        said = of(lambda *at: EntryBundle(*at).path, index, width)
        cases.append({"bundle": str(index), "width": width, "verdict": said})
    for at in (Node(0, 69_999), Node(8, 3), Node(16, 0), Node(4, 4_375)):
        said = of(lambda node: paths(tiles_to_read([node], 70_000)), at)
        cases.append({"size": "70000", "node": [at.level, at.index], "verdict": said})
    return cases


def bundles() -> list[Case]:
    """Return bundles of three entries, changed."""
    data = encode_bundle([b"one", b"", b"three"])
    given = [(data, 3), (data, 2), (data, 4), (data + b"\x00", 3), (data + b"\x00", 4), (b"", 1)]
    cases: list[Case] = [
        {
            "data": each.hex(),
            "width": width,
            "verdict": of(decode_bundle, each, width),
        }
        for each, width in given
    ]
    return [
        {"cases": cases, "data": data.hex(), "width": 3,
         "changed": verdicts(TransparencyError, lambda each: decode_bundle(each, 3), data)}
    ]  # fmt: skip


def of(act: Callable[..., object], *arguments: object) -> str:
    """Return what comes of it: the text that was asked for, `accepted`, or the error."""
    return verdict(TransparencyError, act, *arguments)


def paths(found: Sequence[Tile]) -> str:
    return " ".join(each.path for each in found)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def written(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
