"""The examples of draft-ietf-mimi-content-08: every byte, and every message id."""

import pytest

from teamchat.content import codec, derived
from teamchat.content.fallback import plain_text
from teamchat.content.message_id import message_id
from tests.support.vectors import directory

IDS = {
    "original": "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4",
    "reply": "015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27",
    "reaction": "0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68",
    "mention": "018d825adf9f6be00dcafc5704c4102f5022e74219d0b603e4ba7622654042af",
    "mention-html": "01967ff8e9a66819738ad5cf26d2e0388a3b81d86b0f61d129c077d043ee2a4e",
    "edit": "014028c0deddbdea56bec26172f6ede953d11024cb82b8192b5e2aea62d7fb47",
    "delete": "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4",
    "unlike": "013aadbb8f313253c8930f4e93c6ca54b2ed06d258185bdcec3870534c8a4ec4",
    "expiring": "01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03",
    "attachment": "0176180c7d19a925021fe446d241134d05c38e0d999cdc0f39c391d2377ed9d1",
    "conferencing": "01496d15a8dba28d7397f9868b70768e4a67f765d5b5b1ae9e03848c5fdeb0ba",
    "multipart-1": "01da5a515ec5db42cc4dcc19b90c3c31245d8a1cfcce11318f24eb11dce0990e",
    "multipart-2": "01d65918c6c51c8e76546337276ae6f4bfd873d867d5cb57c76bcdca3d999dd7",
    "multipart-3": "01cfebeadbdb83c1eefb6403ba4852daf8bbbf9cd53bf5035a74d5d741950c9f",
}

TEXTS = {
    "original": "Hi everyone, we just shipped release 2.0. __Good  work__!",
    "reaction": "\u2764",
    "mention-html": "Kudos to @Alice Smith for making the release happen!",
    "delete": "",
    "attachment": "2 hours of key signing video",
    "conferencing": "Join the Foo 118 conference",
    "multipart-1": "# Welcome!",
    "multipart-3": "Welcome!\nWelcome image",
}


def example(name: str) -> bytes:
    return (directory("mimi-content") / f"{name}.cbor").read_bytes()


@pytest.mark.parametrize("name", IDS)
def test_the_same_bytes_come_out(name: str) -> None:
    data = example(name)
    assert codec.encode(codec.decode(data)) == data


@pytest.mark.parametrize("name", IDS)
def test_the_message_id(name: str) -> None:
    assert message_id(example(name)).hex() == IDS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_the_plain_text(name: str) -> None:
    assert plain_text(codec.decode(example(name))) == TEXTS[name]


def test_the_derived_values() -> None:
    data = example("implied-original")
    values = derived.decode(data)
    assert values.encode() == data
    assert values.accepted == 1644387225019
    assert values.sender_leaf_index == 4
    assert values.room_url == "mimi://example.com/r/engineering_team"


def test_no_example_is_left_out() -> None:
    files = {path.stem for path in directory("mimi-content").glob("*.cbor")}
    assert files == set(IDS) | {"implied-original"}
