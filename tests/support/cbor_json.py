"""CBOR values as JSON that loses nothing, so that two languages can compare what they have read.

`clients/web/tests/support/cbor_json.ts` is the same in TypeScript.
"""

import struct
from collections.abc import Mapping
from typing import cast

from teamchat import cbor

Json = None | bool | str | dict[str, object]


def shown(value: cbor.Value) -> Json:
    """Return the JSON of a value."""
    match value:
        case None | bool() | str():
            return value
        case int():
            return {"int": str(value)}
        case float():
            return {"float": struct.pack(">d", value).hex()}
        case bytes():
            return {"bytes": value.hex()}
        case cbor.Tag():
            return {"tag": str(value.number), "value": shown(value.value)}
        case cbor.Simple():
            return {"simple": value.number}
        case Mapping():
            return {"map": [[shown(key), shown(item)] for key, item in value.items()]}
        case _:
            return {"array": [shown(item) for item in value]}


def value_of(json: object) -> cbor.Value:
    """Return the value that `shown` made the JSON of."""
    match json:
        case None | bool() | str():
            return json
        case {"int": str(number)}:
            return int(number)
        case {"float": str(bits)}:
            return cast("float", struct.unpack(">d", bytes.fromhex(bits))[0])
        case {"bytes": str(digits)}:
            return bytes.fromhex(digits)
        case {"tag": str(number), "value": inner}:
            return cbor.Tag(int(number), value_of(inner))
        case {"simple": int(number)}:
            return cbor.Simple(number)
        case {"map": list(entries)}:
            return {cast("cbor.Key", value_of(key)): value_of(item) for key, item in entries}
        case {"array": list(items)}:
            return tuple(value_of(item) for item in items)
        case _:
            raise ValueError("not the JSON of a value")
