"""Coming back: a device whose session has ended gets a new one, and keeps all it holds.

The person shows the password, the device shows its key (docs/spec/session-proof.md). Only the
token and language in the profile change: history, groups, drafts and what waits to be sent stay.
"""

import msgspec

from teamchat.client.errors import AccountError
from teamchat.client.http import Http, RefusedError
from teamchat.client.sqlite_store import SqliteStore
from teamchat.engine.records import AccountRecord
from teamchat.engine.store import Put, Table
from teamchat.identity import session_proof
from teamchat.identity.keys import DeviceKey
from teamchat.wire.bodies import Device, Devices, Me, TakeDevice
from teamchat.wire.problems import Code

_PLACE = "profile"


def held_account(store: SqliteStore, server: str, user_name: str) -> AccountRecord:
    """Return the account that a profile holds, if it is the one of this person.

    Raises:
        AccountError: It is another one, or (`error-store-damaged`) there is none.
    """
    stored = store.table(Table.ACCOUNT).get(_PLACE)
    if stored is None:
        raise AccountError("error-store-damaged")
    account = msgspec.msgpack.decode(stored, type=AccountRecord)
    same_server = account.server.casefold() == server.casefold()
    if not same_server or account.user_name != user_name.strip().lower():
        raise AccountError("error-profile-taken")
    return account


async def take_device(http: Http, account: AccountRecord, me: Me, token: str) -> None:
    """Bind the new session to the device of this profile.

    Raises:
        AccountError: The device was removed, or the account is another person's.
        OfflineError: There was no answer.
        RefusedError: The server did not do it.
    """
    if me.user.id != account.user:
        raise AccountError("error-profile-taken")
    key = DeviceKey(account.device_seed)
    proof = session_proof.sign(key, user=account.user, device=account.device, token=token)
    try:
        wanted = TakeDevice(account.device, proof)
        await http.ask("PUT", "/me/session/device", Device, wanted)
    except RefusedError as error:
        if error.code is Code.NOT_FOUND and await _is_removed(http, account):
            raise AccountError("error-device-removed") from error
        raise


def keep(
    store: SqliteStore, account: AccountRecord, *, token: str, ca_file: str, language: str
) -> AccountRecord:
    """Store the new session in the profile, and the language the person wants by now."""
    changed = msgspec.structs.replace(account, token=token, ca_file=ca_file, language=language)
    store.commit([Put(Table.ACCOUNT, _PLACE, changed.encode())])
    return changed


async def _is_removed(http: Http, account: AccountRecord) -> bool:
    """Ask again before anybody is told to erase what is here."""
    own = await http.ask("GET", "/me/devices", Devices)
    return all(each.id != account.device for each in own.devices)
