"""A history that is given, taken and backed up in memory, for tests of interfaces."""

from collections.abc import Callable

from teamchat.client.backup_ledger import BackupStatus
from teamchat.client.errors import AccountError
from teamchat.client.history import HistoryStatus, Wish, silent
from teamchat.client.history_parts import Progress, Tell
from teamchat.ids import DeviceId


class FakeHistory:
    """What `client.history.OwnHistory` does for an interface.

    Attributes:
        open_wishes: Devices that have asked.
        policy: What goes to a new device.
        backed_up: When the backup last changed; 0 if there is none.
        asked: This device has asked.
    """

    STEERING = ("asked", "backed_up", "open_wishes", "policy", "reachable", "wish")

    def __init__(self, called: Callable[[str], None]) -> None:
        self._called = called
        self.open_wishes: list[Wish] = []
        self.policy = "all"
        self.backed_up = 0
        self.asked = False
        self.reachable = True

    def wish(self, device: DeviceId, *, mine: bool = False) -> None:
        """Let a device have asked."""
        giver = DeviceId("this") if mine else DeviceId("")
        self.open_wishes = [Wish(f"wish-of-{device}", device, giver, mine, 1_795_000_000)]

    async def status(self) -> HistoryStatus:
        backup = BackupStatus(
            allowed=True, wanted=bool(self.backed_up), exists=bool(self.backed_up),
            changed=self.backed_up, size=300_000, key_known=True,
        )  # fmt: skip
        wishes = tuple(self.open_wishes)
        return HistoryStatus(self.policy, wishes, self.asked, DeviceId(""), 0, 0, backup)

    async def wishes(self) -> list[Wish]:
        return list(self.open_wishes)

    async def wish_soon(self, within: float) -> Wish | None:
        del within
        return next((each for each in self.open_wishes if not each.giver), None)

    async def ask_if_allowed(self) -> bool:
        self.asked = self.policy != "none"
        return self.asked

    async def ask(self) -> None:
        self._called("history.ask")
        self.asked = True

    async def follow(self, tell: Tell = silent) -> None:
        tell(Progress(2, 2))
        self.asked = False

    async def cancel(self) -> None:
        self._called("history.cancel")
        self.asked = False

    async def give(self, wish: str, tell: Tell = silent) -> None:
        self._called("history.give")
        tell(Progress(1, 2))
        self.open_wishes = [each for each in self.open_wishes if each.id != wish]

    async def back_up(self, tell: Tell = silent) -> None:
        self._called("history.back_up")
        tell(Progress(2, 2))
        self.backed_up = 1_795_000_000

    async def restore(self, tell: Tell = silent) -> int:
        if not self.reachable:
            raise AccountError("error-offline")
        if not self.backed_up:
            raise AccountError("error-history-no-backup")
        tell(Progress(2, 2))
        return 2

    async def forget_backup(self) -> None:
        self._called("history.forget_backup")
        self.backed_up = 0
