"""What Python makes of content: what it means, or why it is refused. Both languages must agree.

`clients/web/tests/support/content_verdict.ts` is the same in TypeScript.
"""

from dataclasses import fields

from teamchat.content import envelope, profile
from teamchat.content.codec import encode
from teamchat.content.errors import ContentError, NewerContentError
from teamchat.content.fallback import plain_text
from teamchat.content.given import given_in
from teamchat.content.model import ExternalPart, Message, parts
from teamchat.content.profile import Meaning

Said = dict[str, object]


def of_content(plaintext: bytes) -> Said:
    """Return all that the content's readers say of what was encrypted."""
    try:
        opened = envelope.unpack(plaintext)
    except NewerContentError as error:
        return {"newer": str(error)}
    except ContentError as error:
        return {"refused": str(error)}
    assert plaintext[1:] == encode(opened.message), "written otherwise than read"
    return {"id": opened.id.hex(), **of_message(opened.message)}


def of_message(message: Message) -> Said:
    """Return all that a message's readers say."""
    seen, given = profile.seen(message), given_in(message)
    return {
        "text": plain_text(message),
        "meaning": _meaning(profile.meaning(message)),
        "seen": None if seen is None else [seen.begun, seen.size, seen.root.hex()],
        "given": None if given is None else [given.count, list(given.users)],
        "files": [_blob(part) for part in parts(message.part) if isinstance(part, ExternalPart)],
    }


def _meaning(meaning: Meaning) -> Said:
    said = {each.name: getattr(meaning, each.name) for each in fields(meaning)}
    shown = {name: one.hex() if isinstance(one, bytes) else one for name, one in said.items()}
    return {"type": type(meaning).__name__, **shown}


def _blob(part: ExternalPart) -> str:
    try:
        return profile.blob_of(part.url)
    except ContentError as error:
        return str(error)
