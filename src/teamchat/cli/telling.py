"""How a message, and how well a key is known, is told on the command line."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from teamchat.cli import shapes

if TYPE_CHECKING:
    from teamchat.cli.output import Output
    from teamchat.client.account import Account
    from teamchat.engine.model import Conversation, Message, Person, Quote
    from teamchat.engine.store import Cut
    from teamchat.ids import ConversationId

PAGE = 200


def tell(out: "Output", line: "Message", *, plain: bool) -> None:
    """Write one line of a timeline."""
    if out.as_json:
        out.record(shapes.message(line))
        return
    who, text = words(out, line)
    (out.plain_message if plain else out.message)(line.time_ms, who, text)


def waits(here: "Conversation") -> bool:
    """Say whether a colleague's device has to take this one into a conversation."""
    from teamchat.engine.model import Standing

    return here.standing is Standing.WAITING


def level(out: "Output", person: "Person") -> str:
    """Return how well a person's key is known: a sign, and words."""
    known = person.trust.value
    return f"{out.say(f'trust-sign-{known}')} {out.say(f'trust-level-{known}')}"


def words(out: "Output", line: "Message") -> tuple[str, str]:
    """Return who says what; nobody says what happened to the conversation."""
    from teamchat.engine.model import Delivery, MessageKind

    if line.kind is MessageKind.SYSTEM:
        return "", out.say(line.text, **dict(line.arguments))
    text = line.text
    if line.withdrawn:
        text = out.say("said-withdrawn", own="yes" if line.own else "no")
    elif line.kind is MessageKind.UNSUPPORTED:
        text = out.say("cli-unsupported") + (f"\n{text}" if text else "")
    if line.delivery in {Delivery.QUEUED, Delivery.FAILED}:
        text += f"  [{out.say(f'cli-delivery-{line.delivery.value}')}]"
    if line.given_by:
        text += f"  [{given(out, line)}]"
    if line.quote is not None:
        text = f"> {_quoted(out, line.quote)}\n{text}"
    if line.versions:
        text += f"  [{out.say('said-edited')}]"
    if line.reactions:
        counted = (f"{each.reaction} {len(each.names) + each.own}" for each in line.reactions)
        text += f"  [{', '.join(counted)}]"
    return line.sender_name, text


def _quoted(out: "Output", quote: "Quote") -> str:
    if not quote.id:
        return out.say("said-quote-not-here")
    own = "yes" if quote.own else "no"
    text = out.say("said-withdrawn", own=own) if quote.withdrawn else quote.text
    return f"{quote.sender_name}: {' '.join(text.split())}"


def given(out: "Output", line: "Message") -> str:
    """Return who has given a line that this device has not read itself."""
    own = "yes" if line.given_by_own else "no"
    return out.say("trust-given", **{"by": line.given_by_name, "by-own": own})


async def everything(
    account: "Account", conversation: "ConversationId"
) -> AsyncIterator["Message"]:
    """Go through a whole conversation, the oldest line first, without holding its texts twice."""
    for start in reversed(_page_starts(account, conversation)):
        for line in account.timeline(conversation, start, PAGE):
            yield line


def _page_starts(account: "Account", conversation: "ConversationId") -> "list[Cut | None]":
    """Return before which lines the pages end, from the newest to the oldest."""
    starts: list[Cut | None] = [None]
    while True:
        page = account.timeline(conversation, starts[-1], PAGE)
        if len(page) < PAGE:
            return starts
        starts.append((page[0].position, page[0].id))
