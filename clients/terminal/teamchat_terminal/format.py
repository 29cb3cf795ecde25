"""From the model to what is shown: pure functions, and every foreign text is data.

Nothing here is markup: a `Content` is assembled from clean strings and the style names of
`theme`. Widths are in terminal cells.
"""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content

from teamchat.engine.model import (
    Conversation,
    Delivery,
    Link,
    Member,
    Message,
    MessageKind,
    Person,
    Profile,
    Quote,
    Standing,
    Trust,
)
from teamchat_terminal.tokens import hue_of
from teamchat_terminal.visible import cut, first_name, name_line, one_line, visible
from teamchat_terminal.voice import Voice

DIM = "$tc-dim"
BOLD = "bold"
ACCENT = "bold $accent"
OWN_BAR = "▌"

_DELIVERY = {
    Delivery.QUEUED: ("tui-state-queued", "$tc-attention"),
    Delivery.SENT: ("tui-state-sent", DIM),
    Delivery.DELIVERED: ("tui-state-delivered", DIM),
    Delivery.FAILED: ("tui-state-failed", "bold $tc-danger"),
}
_LINK = {
    Link.OFFLINE: ("○", "tui-link-offline", "$tc-attention"),
    Link.CONNECTING: ("◌", "tui-link-connecting", "$tc-attention"),
    Link.CATCHING_UP: ("◐", "tui-link-catching-up", "$tc-info"),
    Link.ONLINE: ("●", "tui-link-online", "$tc-positive"),
    Link.SIGNED_OUT: ("✕", "tui-link-signed-out", "bold $tc-danger"),
}
_IN_SHORT = {
    "tui-hold-broken": "tui-hold-broken-short",
    "tui-hold-changed": "tui-hold-changed-short",
    "tui-hold-newcomers": "tui-hold-newcomers-short",
}
_TRUST = {
    Trust.VOUCHED: DIM,
    Trust.VERIFIED: "$tc-positive",
    Trust.CHANGED: "bold $tc-attention",
}


def person_style(user: str) -> str:
    """Return the style of a person's name."""
    return f"bold $tc-person-{hue_of(user)}"


def delivery(message: Message, voice: Voice) -> tuple[str, str] | None:
    """Return how far one's own message has come, in words and with its style."""
    if message.delivery not in _DELIVERY:
        return None
    key, style = _DELIVERY[message.delivery]
    return voice.say(key), style


def given(message: Message, voice: Voice) -> tuple[str, str]:
    """Return who has given a message that this device has not read itself, with its style."""
    own = "yes" if message.given_by_own else "no"
    by = one_line(message.given_by_name, 40)
    return voice.say("trust-given", **{"by": by, "by-own": own}), "italic $tc-dim"


def trust(person: Person, voice: Voice) -> Content:
    """Return how well a person's key is known: a sign and words."""
    known = person.trust.value
    words = f"{voice.say(f'trust-sign-{known}')} {voice.say(f'trust-level-{known}')}"
    return Content.assemble((words, _TRUST[person.trust]))


def title(conversation: Conversation, voice: Voice, cells: int = 64) -> str:
    """Return a conversation's title on one line."""
    line = name_line if conversation.direct else one_line
    names = ", ".join(name_line(each, cells) for each in conversation.names)
    return line(conversation.title, cells) or one_line(names, cells) or voice.say("tui-untitled")


def body(message: Message, voice: Voice) -> str:
    """Return a message's words, clean, with line breaks."""
    if message.withdrawn:
        return voice.say("said-withdrawn", own="yes" if message.own else "no")
    match message.kind:
        case MessageKind.TEXT:
            return visible(message.text)
        case MessageKind.UNSUPPORTED:
            return visible(message.text) or voice.say("tui-unsupported")
        case MessageKind.SYSTEM:
            return voice.tell(message.text, message.arguments)


def quoted(quote: Quote, voice: Voice) -> str:
    """Return what a message answers, on one line."""
    if not quote.id:
        return voice.say("said-quote-not-here")
    name = voice.say("tui-you") if quote.own else first_name(quote.sender_name)
    own = "yes" if quote.own else "no"
    words = voice.say("said-withdrawn", own=own) if quote.withdrawn else quote.text
    return f"{name}: {one_line(words, 200)}"


def preview(conversation: Conversation, voice: Voice) -> str:
    """Return the last line of a conversation on one line; in groups with who wrote it."""
    last = conversation.last
    if last is None:
        return voice.say("tui-nothing-yet")
    words = one_line(body(last, voice), 200)
    if last.kind is MessageKind.SYSTEM or last.withdrawn:
        return words
    if last.own:
        return f"{voice.say('tui-you')}: {words}"
    return words if conversation.direct else f"{first_name(last.sender_name)}: {words}"


def conversation_row(
    conversation: Conversation, draft: str, voice: Voice, *, width: int, current: bool
) -> Content:
    """Return the two lines of a conversation in the list.

    The bar says which one is open, the number how much is unread; both also without colour.
    """
    inner = width - 3
    when = voice.short_moment(conversation.last.time_ms) if conversation.last else ""
    count = str(min(conversation.unread, 999)) if conversation.unread else ""
    name = title(conversation, voice, inner - cell_len(when) - 1)
    second = _second_line(conversation, draft, voice, inner - (len(count) + 1 if count else 0))
    bar = (f"{OWN_BAR} " if current else "  ", "$accent")
    heading = BOLD if conversation.unread or current else ""
    return Content.assemble(
        bar,
        (name, heading),
        (_gap(inner, name, when) + when, DIM),
        "\n",
        bar,
        second,
        (_gap(inner, second.plain, count) + count, ACCENT),
    )


def header(conversation: Conversation, members: Sequence[Member], voice: Voice) -> Content:
    """Return the two lines over a conversation: its name, and who is there or what time."""
    about = _how_many(conversation, voice)
    other = the_other(conversation, members)
    if conversation.standing is Standing.LEFT:
        about = voice.say("tui-not-joined")
    elif other is not None:
        about = whereabouts(other.person, voice)
    elif members:
        about += " · " + ", ".join(
            voice.say("tui-you") if member.own else first_name(member.person.name)
            for member in members[:8]
        )
    return Content.assemble(
        (title(conversation, voice, 120), BOLD),
        "\n",
        (about, DIM),
    )


def _how_many(conversation: Conversation, voice: Voice) -> str:
    """Return how many people are there; nothing if this device is out and cannot know."""
    count = conversation.member_count
    return voice.say("tui-members", count=count) if count else ""


def nobody_listed(conversation: Conversation, voice: Voice) -> str:
    """Return why nobody can be named where the members would be."""
    left = conversation.standing is Standing.LEFT
    return voice.say("tui-members-left" if left else "tui-members-unknown")


def the_other(conversation: Conversation, members: Sequence[Member]) -> Member | None:
    """Return the other person of a direct conversation."""
    others = [member for member in members if not member.own]
    return others[0] if conversation.direct and others else None


def whereabouts(person: Person, voice: Voice) -> str:
    """Return a person's site and, if it is another time there, what time it is."""
    there = voice.there(person.time_zone)
    site = one_line(person.site)
    if there is None:
        return site
    now = voice.say("tui-there", time=there)
    return f"{site} · {now}" if site else now


def person_row(person: Person, voice: Voice, *, width: int, chosen: bool = False) -> Content:
    """Return the two lines of a person found by a search."""
    mark = "✓ " if chosen else "  "
    return Content.assemble(
        (mark, ACCENT),
        (name_line(person.name, width - 2), person_style(person.id)),
        "\n  ",
        (cut(f"{one_line(person.user_name, 24)} · {whereabouts(person, voice)}", width - 2), DIM),
    )


def member_row(member: Member, voice: Voice, *, width: int) -> Content:
    """Return the two lines of a person in a conversation."""
    notes = [voice.say("tui-you")] if member.own else []
    if member.admin:
        notes.append(voice.say("tui-admin"))
    if not member.person.active:
        notes.append(voice.say("cli-inactive"))
    suffix = f" · {', '.join(notes)}" if notes else ""
    known = Content("") if member.own else trust(member.person, voice)
    facts = [
        voice.say("tui-devices-count", count=member.devices),
        one_line(member.person.site, 24),
    ]
    return Content.assemble(
        (name_line(member.person.name, width - cell_len(suffix)), person_style(member.person.id)),
        (suffix, DIM),
        "\n",
        _as_many_as_fit(known, facts, width),
    )


def status(link: Link, queued: int, voice: Voice, *, short: bool = False) -> Content:
    """Return how the account stands to its server: a sign and words."""
    sign, key, style = _LINK[link]
    words = "" if short else voice.say(key)
    joint = " · " if words else ""
    waiting = joint + voice.say("tui-waiting", count=queued) if queued else ""
    return Content.assemble((f"{sign} ", style), (words, style), (waiting, "$tc-attention"))


def standing(conversation: Conversation) -> str:
    """Return what stops a conversation, as the key of a text; empty if nothing does."""
    if conversation.standing is Standing.BROKEN:
        return "tui-hold-broken"
    if conversation.changed:
        return "tui-hold-changed"
    return "tui-hold-newcomers" if conversation.newcomers else ""


def encryption(conversation: Conversation, voice: Voice) -> str:
    """Return what a conversation is encrypted with, as far as this device holds its group."""
    if conversation.suite is None:
        return ""
    return voice.say(
        "system-encryption", id=conversation.suite, suite=f"0x{conversation.suite:04X}"
    )


def may_write(conversation: Conversation) -> bool:
    """Return whether what is written here is kept, to be sent now or soon."""
    return conversation.standing in {Standing.MEMBER, Standing.ENTERING, Standing.WAITING}


def account(profile: Profile) -> str:
    """Return whose account this is."""
    name, site = one_line(profile.name, 30), one_line(profile.site, 20)
    return f"{name} · {site}" if site else name


def number_groups(safety_number: str, *, close: bool = False) -> Content:
    """Return twelve groups of five digits in three rows of four, with or without air between."""
    groups = safety_number.split()
    rows = ["   ".join(groups[start : start + 4]) for start in range(0, len(groups), 4)]
    return Content.assemble((("\n" if close else "\n\n").join(rows), BOLD))


def _second_line(conversation: Conversation, draft: str, voice: Voice, cells: int) -> Content:
    if draft.strip():
        label = voice.say("tui-draft") + ": "
        words = cut(one_line(draft, 200), cells - cell_len(label))
        return Content.assemble((label, "$tc-attention"), (words, DIM))
    stands = standing(conversation)
    if stands:
        return Content.assemble((cut(voice.say(_IN_SHORT[stands]), cells), "$tc-attention"))
    if conversation.standing is Standing.LEFT:
        return Content.assemble((cut(voice.say("tui-not-joined"), cells), DIM))
    return Content.assemble((cut(preview(conversation, voice), cells), DIM))


def _as_many_as_fit(start: Content, facts: Sequence[str], width: int) -> Content:
    """Return facts beside one another, the last ones left out where there is no room."""
    line = start
    for fact in filter(None, facts):
        joint = " · " if line.plain else ""
        if line.cell_length + cell_len(joint + fact) <= width:
            line = Content.assemble(line, (joint + fact, DIM))
    return line


def _gap(width: int, left: str, right: str) -> str:
    return " " * max(width - cell_len(left) - cell_len(right), 1 if right else 0)
