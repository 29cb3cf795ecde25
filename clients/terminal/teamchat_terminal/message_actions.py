"""What a person does with one message: copy, answer, edit, react, delete, send again, discard."""

from teamchat.client.account import Account
from teamchat.engine.model import Delivery, Message, MessageKind


def offered(message: Message) -> tuple[str, ...]:
    """Return what can be done with a message, in the order in which it is offered."""
    waiting = message.delivery in {Delivery.FAILED, Delivery.QUEUED} and not message.withdrawn
    can = {
        "answer": message.addressable,
        "react": message.addressable,
        "edit": message.addressable and message.own and message.kind is MessageKind.TEXT,
        "copy": not message.withdrawn,
        "retry": failed(message) != "",
        "discard": waiting or failed(message) != "",
        "delete": not waiting,
    }
    return tuple(action for action, possible in can.items() if possible)


def failed(message: Message) -> str:
    """Return the id of what was not sent: the message, or its last edit; empty if nothing."""
    if message.delivery is Delivery.FAILED:
        return message.id
    edits = [each.id for each in message.versions if each.delivery is Delivery.FAILED]
    return edits[-1] if edits else ""


def unsent(message: Message) -> str:
    """Return the id of what is discarded: what has failed, or the message that waits."""
    return failed(message) or message.id


async def toggle(account: Account, message: Message, reaction: str) -> None:
    """Put an emoji at a message, or take it back if it is there.

    Raises:
        AccountError: That is not to be done.
    """
    back = any(each.own and each.reaction == reaction for each in message.reactions)
    await account.react(message.conversation, message.id, reaction, back=back)


async def delete(account: Account, message: Message, where: str) -> None:
    """Delete a message for everybody, or here.

    Raises:
        AccountError: That is not to be done.
    """
    if where == "everybody":
        await account.withdraw(message.conversation, message.id)
    else:
        await account.hide(message.conversation, message.id)
