"""A client in a process of its own, to be killed: writes numbered texts until it is stopped.

    python -m tests.support.client_process PROFILE CONVERSATION FIRST

Each text is printed when `send_text` has returned: from then on it must not be lost.
"""

import asyncio
import sys
from pathlib import Path

from teamchat.client.account import Account
from teamchat.client.vault_file import Passphrase
from teamchat.identity.vault import Cost
from teamchat.ids import ConversationId


async def main(profile: str, conversation: str, first: str) -> None:
    source = Passphrase(lambda: "passphrase", Cost(passes=1, memory_kib=8))
    async with await Account.open(Path(profile), source) as account:
        for number in range(int(first), int(first) + 10_000):
            await account.send_text(ConversationId(conversation), f"{number}")
            print(number, flush=True)  # noqa: T201 - the parent reads it
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
