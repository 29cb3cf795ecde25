"""A device that has ended is taken out of a group before anything is said there.

Whoever has something to say takes it out at once; otherwise one of the members does, soon. The
server refuses what is said before that (`NackCode.DEVICE_ENDED`). It may know of the end before
this device does, so the key directory is looked at then; what was to be said waits, with the bytes
it has, and is tried again after pauses that grow. Nothing is taken out on the server's word alone;
if it goes on for minutes without a reason in the directory, the person is told.
"""

from dataclasses import replace
from typing import Final

from teamchat.engine import intents, listing, looking, outbox
from teamchat.engine.records import ExcludeDevice
from teamchat.engine.state import ConversationState
from teamchat.engine.step import Step
from teamchat.ids import ConversationId, DeviceId

PAUSE_SECONDS: Final = 1.0
"""How long nothing is tried after such a refusal, doubled each time, up to a minute."""
DOUBLINGS: Final = 6
PATIENCE_SECONDS: Final = 180
"""After how long a reason that the key directory does not know is told to the person."""


def due(step: Step, conversation: ConversationState) -> list[DeviceId]:
    """Return the devices of a group that are to be taken out, and were not tried yet."""
    devices = [leaf.device for leaf in listing.ended(step, conversation)]
    return [each for each in devices if each not in conversation.tried]


def clear(step: Step, conversation: ConversationState) -> None:
    """Take out what has ended; if that is refused, it is not tried again unless something waits."""
    for device in due(step, conversation):
        tried = conversation.tried | {device}
        conversation = step.put(replace(conversation, tried=tried))
        conversation = intents.want_first(step, conversation, ExcludeDevice(device))


def bar(step: Step, conversation: ConversationState) -> None:
    """The server takes nothing that is said before a device is out that has ended.

    If this device knows one that it has not tried to take out, that is done at once. Else the
    directory is looked at, and what was tried in vain is tried again after the pause.
    """
    barred = conversation.barred + 1
    since = conversation.barred_since or step.now
    conversation = step.put(replace(conversation, barred=barred, barred_since=since))
    _wonder(step, conversation)
    conversation = step.known(conversation.id)
    if conversation.record.leaving or not due(step, conversation):
        looking.look_afresh(step)
        outbox.hold(step, conversation, PAUSE_SECONDS * 2 ** min(barred - 1, DOUBLINGS))


def heed(step: Step, conversation: ConversationState) -> None:
    """The key directory was read: what it says has ended since is taken out at once."""
    if due(step, conversation):
        held = conversation.held and not conversation.barred
        step.put(replace(conversation, held=held))


def go_on(step: Step, conversation: ConversationId) -> None:
    """A pause is over: whatever waited for it is tried again."""
    found = step.conversation(conversation)
    if found is not None:
        tried = frozenset() if found.barred else found.tried
        step.put(replace(found, held=False, tried=tried))


def tell(step: Step, conversation: ConversationState) -> None:
    """A device could not be taken out: say so, once for each connection."""
    if not conversation.stays:
        step.alarm("alarm-device-stays", conversation=conversation.id)
        step.put(replace(conversation, stays=True))


def unbarred(conversation: ConversationState) -> ConversationState:
    """Return a conversation that waits no more for a device to be taken out."""
    held = conversation.held and not conversation.barred
    return replace(conversation, held=held, barred=0, barred_since=0, bar_told=False)


def _wonder(step: Step, conversation: ConversationState) -> None:
    """If the server goes on naming a reason that nobody else knows of, say so, once."""
    long = step.now - conversation.barred_since >= PATIENCE_SECONDS
    if long and not conversation.bar_told and not listing.ended(step, conversation):
        step.alarm("alarm-messages-barred", conversation=conversation.id)
        step.put(replace(conversation, bar_told=True))
