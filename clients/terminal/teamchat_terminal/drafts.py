"""What was typed and not sent, per conversation; kept by the account, encrypted like the rest.

A text on its way belongs to the draft until the account holds it as a message: a crash in
between loses nothing.
"""

import asyncio
from collections.abc import Mapping, Sequence

from teamchat.client.account import Account
from teamchat.ids import ConversationId


class Drafts:
    """The drafts of this session, and which of them are not stored yet."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._typed: dict[ConversationId, str] = {}
        self._leaving: dict[ConversationId, list[str]] = {}
        self._edits: dict[ConversationId, list[str]] = {}
        self._unsaved: set[ConversationId] = set()
        self._saving = asyncio.Lock()

    def typed(self, conversation: ConversationId) -> str:
        """Return what stands in the composer of a conversation."""
        if conversation not in self._typed:
            self._typed[conversation] = self._account.draft(conversation)
        return self._typed[conversation]

    def all(self, conversations: list[ConversationId]) -> Mapping[ConversationId, str]:
        """Return the drafts of some conversations."""
        return {conversation: self.typed(conversation) for conversation in conversations}

    def write(self, conversation: ConversationId, text: str) -> bool:
        """Note what stands in a composer; return whether it is another text than before."""
        if self.typed(conversation) == text:
            return False
        self._typed[conversation] = text
        self._unsaved.add(conversation)
        return True

    def leave(self, conversation: ConversationId, text: str, *, edits: bool = False) -> None:
        """Note that a text is on its way, as a message or in place of one's text."""
        leaving = self._edits if edits else self._leaving
        leaving.setdefault(conversation, []).append(text)
        self._unsaved.add(conversation)

    def leaving(self, conversation: ConversationId) -> Sequence[str]:
        """Return the messages that the account does not hold yet, in their order."""
        return tuple(self._leaving.get(conversation, ()))

    def left(self, conversation: ConversationId, text: str) -> None:
        """Note that the account holds the text as a message."""
        self._forget(conversation, text)

    def returned(self, conversation: ConversationId, text: str) -> str:
        """Note that a text did not go; return the draft that it is part of again."""
        self._forget(conversation, text)
        draft = "\n".join(part for part in (text, self.typed(conversation)) if part)
        self.write(conversation, draft)
        return draft

    async def save(self) -> None:
        """Store what is not stored yet, one after another; what fails stays to be stored."""
        async with self._saving:
            for conversation in list(self._unsaved):
                self._unsaved.discard(conversation)
                try:
                    await self._account.set_draft(conversation, self._whole(conversation))
                except BaseException:
                    self._unsaved.add(conversation)
                    raise

    def _whole(self, conversation: ConversationId) -> str:
        leaving = [*self._edits.get(conversation, []), *self._leaving.get(conversation, [])]
        parts = [*leaving, self.typed(conversation)]
        return "\n".join(part for part in parts if part)

    def _forget(self, conversation: ConversationId, text: str) -> None:
        for leaving in (self._edits.get(conversation, []), self._leaving.get(conversation, [])):
            if text in leaving:
                leaving.remove(text)
                break
        self._unsaved.add(conversation)
