"""What interfaces are tested on looks like what they hold: a fake that drifts fails here."""

from typing import Final

import pytest

from teamchat.client.account import Account
from teamchat.client.administration import Administration
from teamchat.client.custody import CustodyDesk
from teamchat.client.history import OwnHistory
from teamchat.client.linking import Comparison, DeviceLinking
from teamchat.client.own_password import OwnPassword
from teamchat.client.own_recovery import OwnRecovery
from teamchat.client.room_policies import RoomPolicies
from tests.support.fake_account import FakeAccount, FakePassword, FakePolicies, FakeRecovery
from tests.support.fake_custody import FakeCustody
from tests.support.fake_doors import FakeAdministration
from tests.support.fake_history import FakeHistory
from tests.support.fake_linking import FakeComparison, FakeLinking
from tests.support.likeness import differences

FAKES: Final[dict[type, type]] = {
    FakeAccount: Account,
    FakeAdministration: Administration,
    FakeComparison: Comparison,
    FakeCustody: CustodyDesk,
    FakeHistory: OwnHistory,
    FakeLinking: DeviceLinking,
    FakePassword: OwnPassword,
    FakePolicies: RoomPolicies,
    FakeRecovery: OwnRecovery,
}


@pytest.mark.parametrize("fake", FAKES, ids=lambda fake: fake.__name__)
def test_a_fake_is_like_what_it_stands_for(fake: type) -> None:
    assert list(differences(fake, FAKES[fake], FAKES)) == []


class _Real:
    def __init__(self) -> None:
        self.name = ""

    @property
    def size(self) -> int:
        return 0

    async def find(self, query: str, limit: int = 20) -> list[str]:
        return [query] * limit


class _Fake(_Real):
    STEERING: tuple[str, ...] = ("sent",)

    def __init__(self) -> None:
        self.sent = 0


class _More(_Fake):
    def invent(self) -> None: ...


class _Kept(_Fake):
    def __init__(self) -> None:
        self.kept = 0


class _Stale(_Fake):
    STEERING = ("gone", "size")


class _Renamed(_Fake):
    async def find(self, wanted: str, limit: int = 20) -> list[str]:
        return [wanted] * limit


class _Defaulted(_Fake):
    async def find(self, query: str = "", limit: int = 20) -> list[str]:
        return [query] * limit


class _Named(_Fake):
    async def find(self, query: str, *, limit: int = 20) -> list[str]:  # type: ignore[override]
        return [query] * limit


class _Answers(_Fake):
    async def find(self, query: str, limit: int = 20) -> tuple[str, ...]:  # type: ignore[override]
        return (query,) * limit


class _AtOnce(_Fake):
    def find(self, query: str, limit: int = 20) -> list[str]:  # type: ignore[override]
        return [query] * limit


class _Read(_Fake):
    find = None  # type: ignore[assignment]


class _Called(_Fake):
    def size(self) -> int:  # type: ignore[override]
        return 0


class _Typed(_Fake):
    @property
    def size(self) -> str:  # type: ignore[override]
        return ""


def test_a_fake_with_no_more_than_it_says_is_like() -> None:
    assert list(differences(_Fake, _Real, {})) == []


@pytest.mark.parametrize(
    ("fake", "told"),
    [
        (_More, ["_Real has no invent"]),
        (_Kept, ["_Real has no kept"]),
        (_Stale, [
            "STEERING names gone, which _Stale has not", "STEERING names size, which _Real has",
        ]),
        (_AtOnce, ["one find is awaited, the other is not"]),
        (_Read, ["find is read, and is called in what it stands for"]),
        (_Called, ["size is called, and is only read in what it stands for"]),
        (_Typed, ["size(self) -> str stands for size(self) -> int"]),
    ],
)  # fmt: skip
def test_what_is_another_is_told(fake: type, told: list[str]) -> None:
    assert list(differences(fake, _Real, {})) == told


@pytest.mark.parametrize("fake", [_Renamed, _Defaulted, _Named, _Answers])
def test_another_signature_is_told(fake: type) -> None:
    (told,) = differences(fake, _Real, {})
    assert told.endswith(" stands for find(self, query: str, limit: int = 20) -> list[str]")


def test_a_fake_gives_out_fakes() -> None:
    (told,) = differences(_Typed, _Real, {str: float})
    assert told.startswith("size(self) -> float stands for")
    assert list(differences(_Typed, _Real, {str: int})) == []
