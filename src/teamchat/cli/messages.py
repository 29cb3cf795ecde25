"""`teamchat send`, `read`, `tail`, `export`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from teamchat.cli import resolve, shapes, telling
from teamchat.cli.asking import standard_input
from teamchat.cli.command import Command
from teamchat.cli.failure import Failure
from teamchat.cli.invocation import Invocation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from teamchat.client.account import Account
    from teamchat.client.errors import AccountError
    from teamchat.engine.model import Conversation, Link, Message, Person
    from teamchat.ids import ConversationId

MAX_TEXT_BYTES: Final = 64 * 1024
LOOK_SECONDS: Final = 0.05


@click.command(cls=Command, short_help="Send a message.")
@click.argument("conversation")
@click.argument("text", nargs=-1)
@click.option(
    "--wait", type=click.FloatRange(0, 3600), default=10.0, show_default=True, metavar="SECONDS",
    help="How long to wait until the server has the message; 0 only puts it into the queue.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Send it also if the key of the person has changed.")
@click.pass_obj
def send(
    invocation: Invocation, conversation: str, text: tuple[str, ...], wait: float, *, yes: bool
) -> None:
    """Send a message to CONVERSATION: a title, a person's user name or an id.

    \b
      teamchat send wei "Bin gleich da"
      df -h | teamchat send "IT Stuttgart" -

    Without TEXT, or with `-`, the message is read from standard input. Exit code 4 says that
    the message waits and will be sent with the next connection.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    words = " ".join(text)
    piped = words in {"", "-"}
    if piped:
        words = standard_input(MAX_TEXT_BYTES)
    if not words.strip():
        raise Failure("cli-text-empty")
    if len(words.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise Failure("cli-text-too-long", kib=MAX_TEXT_BYTES // 1024)

    async def work(account: "Account") -> "tuple[Conversation, Message, _Stand]":
        target = await _target(invocation, account, conversation, online=wait > 0)
        _ask_about_keys(invocation, account, target, yes=yes, piped=piped)
        message = await account.send_text(target.id, words)
        settled = await _settled(account, message, wait)
        await _refuse_in_vain(account, target, settled)
        if _waits_for_a_login(account, settled):
            invocation.out.must_know("cli-waits-signed-out", title=target.title)
        elif target.direct and wait > 0:
            members = await account.members_now(target.id)
            gone.extend(one.person.name for one in members if not one.person.active)
        return target, settled, _Stand(account.link, account.trouble)

    gone: list[str] = []
    target, message, stand = invocation.run(work, network=wait > 0)
    _report(invocation, target, message, stand)
    for who in gone:
        invocation.out.must_know("cli-reader-deactivated", who=who)


def _waits_for_a_login(account: "Account", message: "Message") -> bool:
    """Whether a message is kept until the person logs in; not if all was erased here."""
    from teamchat.client.errors import WipedError
    from teamchat.engine.model import Delivery, Link

    waits = message.delivery is Delivery.QUEUED and account.link is Link.SIGNED_OUT
    return waits and not isinstance(account.trouble, WipedError)


async def _target(
    invocation: Invocation, account: "Account", typed: str, *, online: bool
) -> "Conversation":
    """Return where to send to; look at the server only if it is not known here yet."""
    try:
        return resolve.conversation(account, typed)
    except Failure as failure:
        if failure.key != "cli-no-such-conversation" or not online:
            raise
    await invocation.catch_up(account)
    return resolve.conversation(account, typed)


def _ask_about_keys(
    invocation: Invocation, account: "Account", target: "Conversation", *, yes: bool, piped: bool
) -> None:
    """Ask before something goes to a person whose key has changed.

    Raises:
        Failure: The person does not want it, or cannot be asked, because a text is piped in.
    """
    from teamchat.engine.model import Trust

    if not target.direct or target.changed:  # a key that is in use is refused in any case
        return
    for each in account.members(target.id):
        if not each.own and each.person.trust is Trust.CHANGED:
            invocation.out.must_know("alarm-key-changed", who=each.person.name)
            if piped and not yes:
                raise Failure("cli-needs-yes", option="--yes")
            invocation.confirm(yes, "cli-confirm-changed")


@dataclass(frozen=True, slots=True)
class _Stand:
    """How the account stood to its server when a command ended."""

    link: "Link"
    trouble: "AccountError | None"


def _report(
    invocation: Invocation, target: "Conversation", message: "Message", stand: _Stand
) -> None:
    from teamchat.engine.model import Delivery, Link

    if invocation.as_json:
        invocation.out.record(shapes.message(message))
    if message.delivery is Delivery.FAILED:
        raise Failure("cli-send-failed", title=target.title)
    if message.delivery is Delivery.QUEUED and stand.trouble is not None:
        invocation.out.must_know(stand.trouble.key, **stand.trouble.arguments)
        no_room = stand.trouble.key == "link-not-stored"
        why = "cli-queued-no-room" if no_room else "cli-queued-certificate"
        raise Failure(why, title=target.title)
    if message.delivery is Delivery.QUEUED:
        online = stand.link is Link.ONLINE
        raise Failure("cli-queued-online" if online else "cli-queued", title=target.title)
    invocation.out.note("cli-sent", title=target.title)


def _deviceless(account: "Account", conversation: "ConversationId") -> "list[Person]":
    """Return the one who is written to, if they have no device in use."""
    direct = any(each.id == conversation and each.direct for each in account.conversations())
    members = account.members(conversation) if direct else []
    return [each.person for each in members if not each.own and not each.devices]


async def _refuse_in_vain(account: "Account", target: "Conversation", message: "Message") -> None:
    """Take back what nobody could read: their last device was seen to end while it waited.

    Raises:
        Failure: It was taken back.
    """
    from teamchat.client.errors import AccountError
    from teamchat.engine.model import Delivery

    nobody = _deviceless(account, target.id)
    if message.delivery is not Delivery.QUEUED or not nobody:
        return
    try:
        await account.discard(message.id)
    except AccountError:  # it has left already: it waits like any other
        return
    raise Failure("error-peer-absent", who=nobody[0].name)


async def _settled(account: "Account", message: "Message", seconds: float) -> "Message":
    """Return the message as it is when it has left the queue, or when the time is over."""
    import asyncio

    from teamchat.engine.model import Delivery, Link

    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (
        message.delivery is Delivery.QUEUED
        and account.link is not Link.SIGNED_OUT
        and not _deviceless(account, message.conversation)
        and loop.time() < end
    ):
        await asyncio.sleep(LOOK_SECONDS)
        lines = account.timeline(message.conversation)
        message = next((line for line in reversed(lines) if line.id == message.id), message)
    return message


@click.command(cls=Command, short_help="Show what is unread, and mark it as read.")
@click.argument("conversation")
@click.option("--plain", is_flag=True, help="One line a message, for screen readers.")
@click.pass_obj
def read(invocation: Invocation, conversation: str, *, plain: bool) -> None:
    """Show what is unread in CONVERSATION, and mark it as read.

    \b
      teamchat read wei
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        target = resolve.conversation(account, conversation)
        lines = _unread(account, target)
        for line in lines:
            telling.tell(invocation.out, line, plain=plain)
        if lines:
            await account.mark_read(target.id, lines[-1].position)
        else:
            invocation.out.note("cli-nothing-new", title=target.title)

    invocation.run(work)


def _unread(account: "Account", target: "Conversation") -> "list[Message]":
    """Return the unread messages of others and what stands between them."""
    if not target.unread:
        return []
    lines: list[Message] = []
    before = None
    while True:
        page = list(account.timeline(target.id, before, telling.PAGE))
        lines = page + lines
        places = [at for at, line in enumerate(lines) if _counts(line)]
        if len(places) >= target.unread:
            return [line for line in lines[places[-target.unread] :] if not line.own]
        if len(page) < telling.PAGE:
            return lines
        before = page[0].position, page[0].id


def _counts(line: "Message") -> bool:
    from teamchat.engine.model import MessageKind

    return line.kind is not MessageKind.SYSTEM and not line.own


@click.command(cls=Command, short_help="Show the last messages; follow with -f.")
@click.argument("conversation", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on as messages come, until Ctrl+C.")
@click.option("-n", "--lines", type=click.IntRange(0, 10_000), default=10, show_default=True)
@click.option("--plain", is_flag=True, help="One line a message, for screen readers.")
@click.pass_obj
def tail(
    invocation: Invocation, conversation: str | None, lines: int, *, follow: bool, plain: bool
) -> None:
    """Show the last messages of CONVERSATION, or of all of them.

    \b
      teamchat tail "Werk Shenzhen" -n 50
      teamchat tail -f --plain
      teamchat tail -f --json | jq .text
    """  # noqa: D301 - \b is Click's mark for lines to be kept

    async def work(account: "Account") -> None:
        await invocation.catch_up(account)
        chosen = resolve.conversation(account, conversation) if conversation else None
        if chosen is not None and telling.waits(chosen):
            invocation.out.must_know("error-waits-for-colleague")
        elif chosen is None and (waiting := sum(map(telling.waits, account.conversations()))):
            invocation.out.must_know("cli-arrived-waiting", count=waiting)
        tailing = _Tail(invocation, account, chosen, plain=plain)
        tailing.begin(lines)
        if follow:
            await tailing.follow()

    try:
        invocation.run(work)
    except KeyboardInterrupt:
        return


class _Tail:
    """Shows lines as they come, each once and in order."""

    def __init__(
        self,
        invocation: Invocation,
        account: "Account",
        chosen: "Conversation | None",
        *,
        plain: bool,
    ) -> None:
        self._out = invocation.out
        self._account = account
        self._chosen = chosen
        self._plain = plain
        self._shown: dict[ConversationId, int] = {}
        self._lost = False

    def begin(self, count: int) -> None:
        """Show the last lines: by time, but never out of the order of their conversation."""
        dated: list[tuple[int, Message]] = []
        for one in self._followed():
            time_ms = 0
            for line in self._account.timeline(one.id, None, max(count, 1)):
                time_ms = max(time_ms, line.time_ms)
                dated.append((time_ms, line))
        for line in self._sent(line for _, line in dated):
            self._shown[line.conversation] = line.position
        dated.sort(key=lambda pair: pair[0])
        for _, line in dated[len(dated) - min(count, len(dated)) :]:
            self._tell(line)

    async def follow(self) -> None:
        """Show what comes, until the account is closed or its session has ended."""
        from teamchat.client.named_alarms import told_of
        from teamchat.engine.model import (
            AlarmRaised,
            ConversationsChanged,
            Link,
            LinkChanged,
            TimelineChanged,
        )

        if self._account.link is Link.SIGNED_OUT:
            return
        self._lost = self._account.link is Link.OFFLINE
        async for change in self._account.changes():
            match change:
                case TimelineChanged() | ConversationsChanged():
                    await self._account.learn_names()
                    self._show_new()
                case AlarmRaised(alarm):
                    names = self._account.device_names()
                    told = told_of(alarm, (), self._out.moment, names)
                    self._out.must_know(alarm.key, **told)
                case LinkChanged(link=Link.SIGNED_OUT):
                    return
                case LinkChanged(link=Link.OFFLINE | Link.ONLINE as link):
                    self._tell_link(lost=link is Link.OFFLINE)
                case _:
                    pass

    def _tell_link(self, *, lost: bool) -> None:
        """Say once that the connection is gone, and once that it is back."""
        if lost is not self._lost:
            self._lost = lost
            self._out.must_know("cli-tail-lost" if lost else "cli-tail-back")

    def _show_new(self) -> None:
        for one in self._followed():
            last = self._shown.get(one.id, -1)
            if one.last is None or one.last.position <= last:
                continue
            for line in self._newer(one, last):
                self._shown[line.conversation] = line.position
                self._tell(line)

    def _newer(self, one: "Conversation", last: int) -> "list[Message]":
        lines: list[Message] = []
        before = None
        while True:
            page = list(self._account.timeline(one.id, before, telling.PAGE))
            lines = page + lines
            if len(page) < telling.PAGE or page[0].position <= last:
                return [line for line in self._sent(lines) if line.position > last]
            before = page[0].position, page[0].id

    def _followed(self) -> "list[Conversation]":
        every = self._account.conversations()
        return [one for one in every if self._chosen is None or one.id == self._chosen.id]

    @staticmethod
    def _sent(lines: "Iterable[Message]") -> "list[Message]":
        """Leave out what waits to be sent: it has no place yet."""
        from teamchat.engine.model import Delivery

        waiting = {Delivery.QUEUED, Delivery.FAILED}
        return [line for line in lines if line.delivery not in waiting]

    def _tell(self, line: "Message") -> None:
        if self._chosen is None and not self._out.as_json:
            title = next((one.title for one in self._followed() if one.id == line.conversation), "")
            who, text = telling.words(self._out, line)
            show = self._out.plain_message if self._plain else self._out.message
            show(line.time_ms, f"{title} · {who}" if who else title, text)
            return
        telling.tell(self._out, line, plain=self._plain)


@click.command(cls=Command, short_help="Write a whole conversation as JSON.")
@click.argument("conversation")
@click.option(
    "-o", "--output", "path", type=click.Path(dir_okay=False, path_type=Path),
    help="Write into a new file that only you may read, instead of standard output.",
)  # fmt: skip
@click.option("--plain", is_flag=True, help="One line a message instead of JSON.")
@click.pass_obj
def export(invocation: Invocation, conversation: str, path: Path | None, *, plain: bool) -> None:
    """Write the whole of CONVERSATION as JSON, one message a line, the oldest first.

    \b
      teamchat export "Werk Shenzhen" -o shenzhen.ndjson

    What is exported is no longer encrypted.
    """  # noqa: D301 - \b is Click's mark for lines to be kept
    from dataclasses import replace

    writing = replace(invocation, as_json=not plain)

    async def work(account: "Account") -> int:
        target = resolve.conversation(account, conversation)
        count = 0
        with writing.out.into(path):
            async for line in telling.everything(account, target.id):
                telling.tell(writing.out, line, plain=True)
                count += 1
        return count

    count = invocation.run(work, network=False)
    if path is not None:
        invocation.out.note("cli-exported", count=count, path=str(path))
