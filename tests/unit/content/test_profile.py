from dataclasses import replace

import pytest

from teamchat import cbor
from teamchat.content import codec, profile
from teamchat.content.blobs import Blob, external_part
from teamchat.content.envelope import pack, unpack
from teamchat.content.errors import ContentError
from teamchat.content.fallback import MARKDOWN, PLAIN
from teamchat.content.model import (
    Disposition,
    ExternalPart,
    Message,
    MessageId,
    MultiPart,
    NullPart,
    PartSemantics,
    SinglePart,
    UnknownPart,
)
from teamchat.content.profile import (
    ROOM,
    Author,
    Deletion,
    Edit,
    Meaning,
    Reaction,
    RoomTitle,
    Seen,
    Text,
    Unsupported,
    check_origin,
    check_replaces,
    meaning,
    seen,
)
from teamchat.ids import BlobId, ConversationId, UserId, identifier

ANNA, WEI = (UserId(identifier(bytes([n]) * 16)) for n in (1, 2))
ROOM_1, ROOM_2 = (ConversationId(identifier(bytes([n]) * 16)) for n in (3, 4))
BLOB = BlobId(identifier(bytes([5]) * 16))
SALT = bytes(16)
SEEN = Seen(1_790_000_000, 3, bytes(range(32)))
ID = MessageId(b"\x01" + bytes(31))
AUTHOR = Author(ANNA, ROOM_1)
FILE = external_part(
    Blob(bytes(32), bytes(24), 3, bytes(32)), BLOB, content_type="image/png", filename="a.png"
)


@pytest.mark.parametrize(
    ("message", "means"),
    [
        (AUTHOR.text("Moin", salt=SALT), Text("Moin")),
        (AUTHOR.text("Moin", salt=SALT, in_reply_to=ID), Text("Moin", ID)),
        (AUTHOR.markdown("*a* <b>", salt=SALT), Text("*a* <b>")),
        (AUTHOR.edit(ID, "Moin!", salt=SALT), Edit(ID, "Moin!")),
        (AUTHOR.reaction(ID, "👩🏽‍⚕️", salt=SALT), Reaction(ID, "👩🏽‍⚕️")),
        (AUTHOR.deletion(ID, salt=SALT), Deletion(ID)),
        (AUTHOR.deletion(ID, salt=SALT, reaction_to=ID), Deletion(ID, ID)),
        (AUTHOR.room_title("Werk 深圳", salt=SALT), RoomTitle("Werk 深圳")),
        (AUTHOR.room_title("Werk 深圳", since=0, salt=SALT), RoomTitle("Werk 深圳", 0)),
        (AUTHOR.files(FILE, salt=SALT), Unsupported("a.png")),
        (AUTHOR.files(FILE, text="Plan", salt=SALT), Unsupported("Plan\na.png")),
    ],
)
def test_what_is_written_is_understood(message: Message, means: Meaning) -> None:
    read = codec.decode(codec.encode(message))
    check_origin(read, ANNA, ROOM_1)
    assert meaning(read) == means


@pytest.mark.parametrize(
    ("part", "means"),
    [
        (NullPart(), Unsupported("")),
        (UnknownPart(4, ()), Unsupported("")),
        (SinglePart("image/png", b""), Unsupported("")),
        (SinglePart(PLAIN, b"x", Disposition.PREVIEW), Unsupported("x")),
        (SinglePart(PLAIN, b"x", 99), Unsupported("x")),
        (SinglePart(PLAIN, b"x", Disposition.INLINE), Text("x")),
        (SinglePart(PLAIN, b"x", Disposition.REACTION), Unsupported("x")),
        (SinglePart(PLAIN, b"\xff"), Unsupported("")),
        (SinglePart(ROOM, b""), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": ""})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "a\x1b[2J"})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "a\u202eb"})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "x" * 201})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "a\u00a0b"})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "a\ue000b"})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "\U0003fffd"})), RoomTitle("\U0003fffd")),
        (SinglePart(ROOM, cbor.encode({"title": b"x"})), Unsupported("")),
        (SinglePart(ROOM, cbor.encode({"title": "a", "newer": 1})), RoomTitle("a")),
        (SinglePart(ROOM, cbor.encode({"title": "a", "since": -1})), RoomTitle("a")),
        (SinglePart(ROOM, cbor.encode({"title": "a", "since": 2**53})), RoomTitle("a")),
        (
            MultiPart(
                PartSemantics.CHOOSE_ONE, (SinglePart("image/x", b""), SinglePart(MARKDOWN, b"x"))
            ),
            Text("x"),
        ),
        (MultiPart(PartSemantics.PROCESS_ALL, (SinglePart(PLAIN, b"x"),) * 2), Unsupported("x\nx")),
    ],
)  # fmt: skip
def test_what_others_write(part: SinglePart, means: Meaning) -> None:
    assert meaning(Message(SALT, part)) == means


def test_true_is_no_place_of_a_log() -> None:
    said = SinglePart(ROOM, cbor.encode({"title": "a", "since": True}))
    assert meaning(Message(SALT, said)) == RoomTitle("a", None)
    assert meaning(Message(SALT, said)) != RoomTitle("a", 1)


def test_a_reaction_is_not_edited() -> None:
    reaction = AUTHOR.reaction(ID, "👍", salt=SALT)
    assert meaning(replace(reaction, replaces=ID)) == Unsupported("👍")
    long = SinglePart(PLAIN, b"x" * 65, Disposition.REACTION)
    assert meaning(replace(reaction, part=long)) == Unsupported("x" * 65)


def test_nobody_speaks_in_anothers_name() -> None:
    message = AUTHOR.text("Moin", salt=SALT)
    check_origin(message, ANNA, ROOM_1)
    with pytest.raises(ContentError, match="another sender"):
        check_origin(message, WEI, ROOM_1)
    with pytest.raises(ContentError, match="another conversation"):
        check_origin(message, ANNA, ROOM_2)
    with pytest.raises(ContentError):
        check_origin(replace(message, extensions={}), ANNA, ROOM_1)


def test_only_who_wrote_it_changes_it() -> None:
    check_replaces(ANNA, ANNA)
    with pytest.raises(ContentError):
        check_replaces(WEI, ANNA)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/x", "mimi://teamchat/b/", f"mimi://other/b/{BLOB}", BLOB,
        f"mimi://teamchat/b/{BLOB}x", f"mimi://teamchat/b/../{BLOB}", f"MIMI://teamchat/b/{BLOB}",
    ],
)  # fmt: skip
def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    elsewhere = replace(FILE, url=url)
    with pytest.raises(ContentError, match="not kept"):
        AUTHOR.files(elsewhere, salt=SALT)
    hidden = MultiPart(PartSemantics.PROCESS_ALL, (NullPart(), elsewhere))
    message = replace(AUTHOR.text("x", salt=SALT), part=hidden)
    with pytest.raises(ContentError, match="not kept"):
        check_origin(message, ANNA, ROOM_1)


def test_parts_are_counted() -> None:
    many = MultiPart(PartSemantics.PROCESS_ALL, (NullPart(),) * 64)
    with pytest.raises(ContentError, match="too many"):
        check_origin(replace(AUTHOR.text("x", salt=SALT), part=many), ANNA, ROOM_1)


def test_html_is_escaped_before_it_is_sent() -> None:
    part = AUTHOR.markdown("1 < 2 <b>x</b> <!-- --> <?a", salt=SALT).part
    assert isinstance(part, SinglePart)
    assert part.content == b"1 < 2 &lt;b>x&lt;/b> &lt;!-- --> &lt;?a"


def test_what_is_not_sent() -> None:
    for text in ("", " \n", "x" * (profile.MAX_TEXT_BYTES + 1), "\ud800"):
        with pytest.raises(ContentError):
            AUTHOR.text(text, salt=SALT)
        with pytest.raises(ContentError):
            AUTHOR.edit(ID, text, salt=SALT)
    for title in ("", " ", "a\nb", "a\x07", "x" * 201, "\ud800"):
        with pytest.raises(ContentError):
            AUTHOR.room_title(title, salt=SALT)
    for reaction in ("", "x" * 65):
        with pytest.raises(ContentError):
            AUTHOR.reaction(ID, reaction, salt=SALT)
    with pytest.raises(ContentError, match="no file"):
        AUTHOR.files(salt=SALT)


def test_a_blob_uri_names_a_blob() -> None:
    assert profile.blob_of(profile.blob_uri(BLOB)) == BLOB
    assert isinstance(FILE, ExternalPart)


def test_a_message_says_what_its_sender_has_seen() -> None:
    message = replace(AUTHOR, seen=SEEN).text("hello", salt=SALT)
    assert seen(unpack(pack(message)).message) == SEEN
    assert seen(AUTHOR.text("hello", salt=SALT)) is None


@pytest.mark.parametrize(
    "said",
    [
        None,
        b"",
        (),
        (1, 3),
        (1, 3, bytes(31)),
        (1, 3, bytes(33)),
        (1, 3, bytes(32), 0),
        (1, 0, bytes(32)),
        (-1, 3, bytes(32)),
        (1, 2**53, bytes(32)),
        (True, 3, bytes(32)),
        (1, True, bytes(32)),
        (1, 3, "x" * 32),
        {1: 3},
    ],
)
def test_what_is_malformed_is_as_if_it_were_not_said(said: cbor.Value) -> None:
    message = AUTHOR.text("hello", salt=SALT)
    extensions = {**message.extensions, profile.SEEN: said}
    read = unpack(pack(replace(message, extensions=extensions))).message
    assert seen(read) is None
    assert meaning(read) == Text("hello")
