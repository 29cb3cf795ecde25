"""Linking between a browser and colleagues' devices of the terminal's kind, for `web_office`."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from teamchat.client.account import Account
from teamchat.client.linking_new import Codes, Screen, link
from teamchat.client.vault_file import Passphrase
from teamchat.identity.sas import ShortAuthenticationString
from tests.support.cheap_vaults import CHEAP

if TYPE_CHECKING:
    from teamchat.client.linking import Comparison

SECONDS: Final = 60.0


class Newcomer:
    """A device of the terminal's kind that is being linked.

    Args:
        server: The address.
        place: Where its profile is to be.
    """

    def __init__(self, server: str, place: Path) -> None:
        self._place = place
        self._source = Passphrase(lambda: "passphrase", CHEAP)
        self._codes: asyncio.Future[Codes] = asyncio.get_running_loop().create_future()
        self._shown: asyncio.Future[list[str]] = asyncio.get_running_loop().create_future()
        self._same: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        screen = Screen(codes=self._show, same=self._compare, waits=lambda: None)
        self._task = asyncio.create_task(
            link(server, "Terminal", screen, profile_dir=place, key_source=self._source)
        )

    async def code(self) -> str:
        """Return the code that is typed."""
        return (await asyncio.wait_for(self._codes, SECONDS)).typed

    async def pictures(self) -> list[str]:
        """Return the English names of what it shows."""
        return await asyncio.wait_for(self._shown, SECONDS)

    async def say_same(self) -> None:
        """Say there that both show the same."""
        self._same.set_result(True)

    async def account(self) -> Account:
        """Wait until it is in, and open it."""
        await asyncio.wait_for(self._task, SECONDS)
        return await Account.open(self._place, self._source)

    def _show(self, codes: Codes) -> None:
        if not self._codes.done():
            self._codes.set_result(codes)

    async def _compare(self, sas: ShortAuthenticationString) -> bool:
        self._shown.set_result(pictures_of(sas))
        return await self._same


class Host:
    """A device of the terminal's kind that lets others in.

    Args:
        account: Whose it is.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._comparison: Comparison | None = None

    async def meet(self, code: str) -> list[str]:
        """Meet who shows a code; return the English names of what is to be compared."""
        self._comparison = await self._account.linking.begin(code)
        return pictures_of(self._comparison.sas)

    async def let_in(self) -> str:
        """Say that it is the same, and give what was written before; return who came in."""
        comparison = self._comparison
        assert comparison is not None
        assert await comparison.confirm()
        wish = await self._account.history.wish_soon(SECONDS)
        assert wish is not None
        await self._account.history.give(wish.id)
        return comparison.name


def pictures_of(sas: ShortAuthenticationString) -> list[str]:
    """Return the English names of the pictures."""
    return [each.name("en") for each in sas.pictures()]
