"""What the text that somebody is writing is for: an answer, or another text for a message."""

from dataclasses import dataclass

from teamchat.engine.model import Message
from teamchat.ids import ConversationId
from teamchat_terminal.format import body
from teamchat_terminal.visible import name_line, one_line
from teamchat_terminal.voice import Voice

WORDS = 80
"""How many cells of the message are named."""


@dataclass(frozen=True, slots=True)
class Aim:
    """A message, and whether it is edited; otherwise it is answered."""

    message: Message
    edits: bool = False

    @property
    def answers(self) -> str:
        """The id of what is answered; empty if nothing is."""
        return "" if self.edits else self.message.id


@dataclass(frozen=True, slots=True)
class Composed:
    """A text, where it goes, and to what end."""

    conversation: ConversationId
    text: str
    aim: Aim | None = None


def said(aim: Aim, voice: Voice) -> str:
    """Return what stands over the composer while somebody writes to this end."""
    if aim.edits:
        return voice.say("tui-editing")
    message = aim.message
    name = voice.say("tui-you") if message.own else name_line(message.sender_name)
    return voice.say("tui-answering", name=name, text=one_line(body(message, voice), WORDS))
