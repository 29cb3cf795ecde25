"""Extensions and their registry (RFC 9420 §11.1, §12.1.8, §13.4, §17.3)."""

from collections.abc import Iterable
from typing import Annotated, Final, cast

from teamchat.mls.codec import Opaque, Struct, Vector, struct, uint16
from teamchat.mls.credentials import Credential
from teamchat.mls.errors import ValidationError
from teamchat.mls.rules import Rule

APPLICATION_ID: Final = 1
RATCHET_TREE: Final = 2
REQUIRED_CAPABILITIES: Final = 3
EXTERNAL_PUB: Final = 4
EXTERNAL_SENDERS: Final = 5
LAST_RESORT: Final = 0x000A

DEFAULT_EXTENSIONS: Final = frozenset(
    {
        APPLICATION_ID,
        RATCHET_TREE,
        REQUIRED_CAPABILITIES,
        EXTERNAL_PUB,
        EXTERNAL_SENDERS,
    }
)
"""The types every client supports without saying so (§7.2)."""

DEFAULT_PROPOSALS: Final = frozenset(range(1, 8))
"""The proposal types every client supports without saying so (§7.2)."""

LEAF_NODE_TYPES: Final = frozenset({APPLICATION_ID})
GROUP_CONTEXT_TYPES: Final = frozenset({REQUIRED_CAPABILITIES, EXTERNAL_SENDERS})
GROUP_INFO_TYPES: Final = frozenset({RATCHET_TREE, EXTERNAL_PUB})
KEY_PACKAGE_TYPES: Final = frozenset({LAST_RESORT})
MAX_LISTED: Final = 1024
"""How many extensions, or types of one kind, a list may name. The registries hold a few dozen."""

_PLACED: Final = LEAF_NODE_TYPES | GROUP_CONTEXT_TYPES | GROUP_INFO_TYPES | KEY_PACKAGE_TYPES


@struct
class Extension(Struct):
    """Extension (§12.1.8): its data is read by whoever knows its type."""

    extension_type: Annotated[int, uint16]
    extension_data: Annotated[bytes, Opaque()]


Extensions = Annotated[tuple[Extension, ...], Vector(Extension, most=MAX_LISTED)]
"""A list of extensions, as structures hold it."""

Types = Annotated[tuple[int, ...], Vector(uint16, most=MAX_LISTED)]
"""A list of types: of extensions, proposals, credentials, versions or cipher suites."""


@struct
class RequiredCapabilities(Struct):
    """What every member has to support (§11.1)."""

    extension_types: Types
    proposal_types: Types
    credential_types: Types


@struct
class ExternalPub(Struct):
    """The key that an external commit is initialised to (§12.4.3.2)."""

    external_pub: Annotated[bytes, Opaque()]


@struct
class ExternalSender(Struct):
    """A party outside the group that may propose (§12.1.8.1)."""

    signature_key: Annotated[bytes, Opaque()]
    credential: Credential


@struct
class ApplicationId(Struct):
    """An application's name for a leaf (§5.3.3)."""

    application_id: Annotated[bytes, Opaque()]


_SENDERS: Final = Vector(ExternalSender)


def find_extension(extensions: Iterable[Extension], extension_type: int) -> bytes | None:
    """Return the data of the extension of this type, if it is there."""
    for extension in extensions:
        if extension.extension_type == extension_type:
            return extension.extension_data
    return None


def required_capabilities(extensions: Iterable[Extension]) -> RequiredCapabilities:
    """Return what a GroupContext with these extensions requires.

    Raises:
        DecodeError: The extension is not well-formed.
    """
    data = find_extension(extensions, REQUIRED_CAPABILITIES)
    return RequiredCapabilities((), (), ()) if data is None else RequiredCapabilities.decode(data)


def external_senders(extensions: Iterable[Extension]) -> tuple[ExternalSender, ...]:
    """Return the parties that a GroupContext with these extensions allows to propose.

    Raises:
        DecodeError: The extension is not well-formed.
    """
    data = find_extension(extensions, EXTERNAL_SENDERS)
    return () if data is None else cast("tuple[ExternalSender, ...]", _SENDERS.decode(data))


def external_senders_extension(senders: tuple[ExternalSender, ...]) -> Extension:
    """Make the `external_senders` extension (§12.1.8.1)."""
    return Extension(EXTERNAL_SENDERS, _SENDERS.encode(senders))


def check_extensions(extensions: Iterable[Extension], allowed: frozenset[int]) -> None:
    """Check a list of extensions: one of each type, and none that belongs elsewhere (§13.4).

    Args:
        extensions: The list.
        allowed: The registered types that may stand here. Unregistered ones may anywhere.

    Raises:
        ValidationError: Two extensions have one type, or one stands in the wrong place.
    """
    seen: set[int] = set()
    for extension in extensions:
        kind = extension.extension_type
        if kind in seen:
            raise ValidationError(Rule.EXTENSION_UNIQUE, f"type 0x{kind:04X}")
        if kind in _PLACED and kind not in allowed:
            raise ValidationError(Rule.EXTENSION_ELSEWHERE, f"type 0x{kind:04X}")
        seen.add(kind)


def is_grease(value: int) -> bool:
    """Tell whether a 16-bit registry value is reserved for GREASE (§13.5)."""
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF and value != 0xFAFA
