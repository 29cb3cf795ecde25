"""What every screen works with."""

from dataclasses import dataclass

from teamchat.client.account import Account
from teamchat_terminal.bridge import Bridge
from teamchat_terminal.voice import Voice


@dataclass(frozen=True, slots=True)
class Desk:
    """The account to read from, the bridge to ask, the voice to speak with."""

    account: Account
    bridge: Bridge
    voice: Voice
