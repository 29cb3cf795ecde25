"""The key directory of a real server: followed, proved, and promised by an invitation."""

from pathlib import Path

import pytest

from teamchat.client.account import Account
from teamchat.client.enrol import login
from teamchat.client.errors import AccountError
from teamchat.engine.key_log import Promise
from teamchat.engine.model import LogDevice
from teamchat.ids import DeviceId
from teamchat.transparency import Policy, TLogProof, TreeHead, VerifierKey, leaf_hash
from tests.scenarios.test_real_server import account_of, no_recovery_key, source, until
from tests.support.server import PASSWORD, running_server


async def test_a_client_follows_the_log_and_proves_its_device_to_anybody(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server, account_of(
        server, "anna", tmp_path
    ) as anna:  # fmt: skip
        await until(lambda: anna.log_status().size == 1)
        async with account_of(server, "bo", tmp_path) as bo:
            await until(lambda: anna.log_status().size == bo.log_status().size == 2)
            status, other = anna.log_status(), bo.log_status()
            assert (status.origin, status.root) == (other.origin, other.root)
            assert (status.findings, status.refused) == ((), ())
            assert status.own == (LogDevice(anna.profile.device, 0, None, ended=False),)
            assert [each.index for each in other.own] == [1]
            proof = TLogProof.decode((await anna.log_proof()).encode())
            entry = await anna._key_log._entry(anna._engine.desk.keys.pin, 0)  # type: ignore[arg-type]  # it is there
            assert proof.extra == entry
            trusted = proof.verify(leaf_hash(entry), Policy(VerifierKey.parse(status.key)))
            assert trusted.signed.checkpoint.size == 2
            with pytest.raises(AccountError, match="error-log-not-listed"):
                await anna.log_proof(DeviceId("d" * 26))
            await anna.create_direct(bo.profile.user)


async def test_a_first_login_is_shown_the_log_of_the_invitation_or_none(tmp_path: Path) -> None:
    async with running_server(tmp_path / "server") as server, account_of(
        server, "anna", tmp_path
    ) as anna:  # fmt: skip
        await until(lambda: anna.log_status().size == 1)
        status = anna.log_status()
        key = VerifierKey.parse(status.key)
        wrong = VerifierKey(key.name, key.type, bytes(31) + b"\x01")
        promises = {
            "cem": (Promise(key, TreeHead(1, status.root)), []),
            "dora": (Promise(wrong, TreeHead(1, status.root)), ["alarm-key-log-other"]),
            "eva": (Promise(key, TreeHead(1, bytes(32))), ["alarm-key-log-other"]),
            "fritz": (Promise(key, TreeHead(99, status.root)), ["alarm-key-log-rolled-back"]),
        }
        for name, (promise, alarms) in promises.items():
            await server.enter(name, await server.create(name))
            await login(
                server.url, name, PASSWORD, "laptop", profile_dir=tmp_path / name,
                key_source=source(), ask_recovery_key=no_recovery_key, promise=promise,
            )  # fmt: skip
            async with await Account.open(tmp_path / name, source()) as account:
                await account.wait_online(60)
                await until(lambda account=account: account.log_status().size or account.alarms())
                assert [each.key for each in account.alarms()] == alarms
                assert (account.log_status().size > 0) is not bool(alarms)
