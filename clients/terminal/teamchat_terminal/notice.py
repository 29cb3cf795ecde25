"""What stands over the composer because of the conversation itself: a pure function."""

from collections.abc import Sequence

from teamchat.engine.model import Conversation, Member, Standing, Trust
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.format import standing, the_other
from teamchat_terminal.voice import Voice


def notice(here: Conversation, members: Sequence[Member], voice: Voice) -> tuple[str, bool]:
    """Return the words, empty if there is nothing to say, and whether something must be done."""
    if here.standing is Standing.LEFT:
        return voice.say("tui-not-joined-words"), False
    if here.standing is Standing.LEAVING:
        return voice.say("tui-leaving-words"), False
    if here.standing is Standing.ENTERING:
        return voice.say("tui-hold-entering"), False
    if here.standing is Standing.WAITING:
        return voice.say("tui-hold-waiting"), False
    if stands := standing(here):
        who = ", ".join(person.name for person in here.changed or here.newcomers)
        return _with_offer(voice.say(stands, who=who), voice), True
    other = the_other(here, members)
    if other is not None and other.person.trust is Trust.CHANGED:
        return _with_offer(voice.say("tui-key-changed", name=other.person.name), voice), True
    return "", False


def _with_offer(words: str, voice: Voice) -> str:
    """Return words with what is offered, and its key."""
    return f"{words} {voice.say('tui-hold-offer', key=key_label(keys_of('resolve')[0], voice))}"
