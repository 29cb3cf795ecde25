import msgspec
import pytest

from teamchat.server.routes.exchange import _without_values
from teamchat.wire.bodies import CreateUser, Login


@pytest.mark.parametrize(
    ("data", "body", "words"),
    [
        (b'{"user_name": 7}', Login, "Expected `str`, got `int` - at `$.user_name`"),
        (b'{"user_name": "a"}', Login, "Object missing required field `password`"),
        (b'{"geheim": 1}', Login, "there is a field that is not known here"),
        (
            b'{"user_name":"a","display_name":"b","site":"' + b"a" * 26 + b'","roles":["geheim"]}',
            CreateUser,
            "not an allowed value at `$.roles[0]`",
        ),
    ],
)
def test_what_the_decoder_says_is_told_without_values(data: bytes, body: type, words: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.json.decode(data, type=body)
    assert _without_values(str(caught.value)) == words
