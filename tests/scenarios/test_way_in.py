"""The way in: a mistyped address, a wrong clock and a mangled link are called what they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from teamchat.client import enrol
from teamchat.client.errors import AccountError
from teamchat.client.vault_file import Passphrase
from teamchat.identity.vault import Cost
from teamchat.wire.bodies import Identity
from tests.support.clock import FakeClock
from tests.support.server import PASSWORD, RunningServer, running_server

DAY = 86_400


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RunningServer]:
    async with running_server(tmp_path) as running:
        yield running


async def log_in(url: str, folder: Path, clock: FakeClock | None = None) -> None:
    async def nobody() -> str:
        raise AssertionError("there is no recovery key yet")

    source = Passphrase(lambda: "open sesame", Cost(passes=1, memory_kib=8))
    await enrol.login(
        url, "anna", PASSWORD, "laptop", profile_dir=folder, key_source=source,
        ask_recovery_key=nobody, clock=clock,
    )  # fmt: skip


@pytest.mark.parametrize("days", [-365, 2])
async def test_a_wrong_clock_is_said_before_anything_is_made(
    server: RunningServer, tmp_path: Path, days: int
) -> None:
    anna = await server.invite("anna")
    wrong = FakeClock(server.parts.clock.now() + days * DAY)
    with pytest.raises(AccountError, match="error-clock") as refusal:
        await log_in(server.url, tmp_path / "profile", wrong)
    assert sorted(refusal.value.arguments) == ["here", "there"]
    held = (await server.call("GET", "/v1/me/identity", token=anna.token)).read(Identity)
    assert not held.identity_key
    assert list((tmp_path / "profile").iterdir()) == []
    await log_in(server.url, tmp_path / "profile")


async def test_an_address_where_no_server_answers_is_named(
    server: RunningServer, tmp_path: Path
) -> None:
    port = server.url.rpartition(":")[2]
    for url in (f"https://127.0.0.1:{port}", "http://127.0.0.1:1", "https://chat.invalid"):
        with pytest.raises(AccountError, match="error-no-server") as refusal:
            await log_in(url, tmp_path / "profile")
        assert refusal.value.arguments == {"address": url}
        with pytest.raises(AccountError, match="error-no-server"):
            await enrol.password_characters(url)
    with pytest.raises(AccountError, match="error-no-server"):
        await enrol.show_invitation(f"https://127.0.0.1:1/join#{'A' * 43}")
