"""Finds the conversation or person that somebody means by what they typed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from teamchat.cli.failure import Failure

if TYPE_CHECKING:
    from teamchat.client.account import Account
    from teamchat.client.administration import Administration
    from teamchat.engine.model import Conversation, Member, OwnDevice, Person
    from teamchat.wire.bodies import Site, User
    from teamchat.wire.devices import ManagedDevice

PREFIX_CHARACTERS: Final = 4
"""How much of an identifier has to be typed at least."""
PART_CHARACTERS: Final = 3
"""How much of a title or name has to be typed at least: what is sent cannot be taken back."""
SHOWN: Final = 5
Found = TypeVar("Found")
Device = TypeVar("Device", "OwnDevice", "ManagedDevice")


def conversation(account: "Account", typed: str) -> "Conversation":
    """Return the conversation that is meant: by id, the other person's user name, or title.

    Anybody in a group can give it any title. So a title never stands for a person whose user
    name it is; `@` before a user name means the person and nothing else.

    Raises:
        Failure: There is none, or there are several.
    """
    everything = list(account.conversations())
    wanted = typed.removeprefix("@").casefold()
    talks = [one for one in everything if one.direct and wanted in _user_names(account, one)]
    if typed.startswith("@"):
        return _only(talks, typed, "cli-no-such-conversation", _titled)
    by_id = [one for one in everything if one.id == typed]
    by_title = _by_title(everything, typed, exactly=bool(talks))
    rivals = [one for one in by_title if one not in talks]
    if rivals and not by_id and any(wanted in _user_names(account, one) for one in everything):
        ids = ", ".join(one.id for one in rivals[:SHOWN])
        raise Failure("cli-title-or-person", typed=wanted, ids=ids)
    return _only(by_id or talks or by_title, typed, "cli-no-such-conversation", _titled)


def _by_title(
    everything: "list[Conversation]", typed: str, *, exactly: bool
) -> "list[Conversation]":
    wanted = typed.casefold()
    steps: list[Callable[[Conversation], bool]] = [
        lambda one: one.title.casefold() == wanted,
        lambda one: len(typed) >= PREFIX_CHARACTERS and one.id.startswith(typed),
        lambda one: len(wanted) >= PART_CHARACTERS and wanted in one.title.casefold(),
    ]
    return _first_step(everything, steps[:1] if exactly else steps)


async def person(account: "Account", typed: str) -> "Person":
    """Return the colleague who is meant: by id, user name or name.

    Raises:
        Failure: There is none, or there are several.
    """
    wanted = typed.removeprefix("@")
    found = _matching(list(await account.find_people(wanted)), wanted)
    return _only(found, typed, "cli-no-such-person", _called)


async def people(account: "Account", typed: Sequence[str]) -> "list[Person]":
    """Return the colleagues who are meant.

    Raises:
        Failure: One of them is not found, or could be several.
    """
    return [await person(account, one) for one in typed]


def member(account: "Account", inside: "Conversation", typed: str) -> "Member":
    """Return the member who is meant.

    Raises:
        Failure: There is none, or there are several.
    """
    everybody = {one.person.id: one for one in account.members(inside.id)}
    found = _matching([one.person for one in everybody.values()], typed.removeprefix("@"))
    return everybody[_only(found, typed, "cli-no-such-member", _called).id]


def device(devices: "Sequence[Device]", typed: str) -> "Device":
    """Return the device that is meant: by id or name.

    Raises:
        Failure: There is none, or there are several.
    """
    steps: list[Callable[[Device], bool]] = [
        lambda one: one.id == typed,
        lambda one: one.name.casefold() == typed.casefold(),
        lambda one: len(typed) >= PREFIX_CHARACTERS and one.id.startswith(typed),
    ]
    found = _first_step(list(devices), steps)
    return _only(found, typed, "cli-no-such-device", lambda one: f"{one.name} ({one.id})")


async def user(administration: "Administration", typed: str) -> "User":
    """Return the person whom an administrator means: by id or user name, never by less.

    Raises:
        Failure: There is none.
    """
    everybody = await administration.users()
    found = [one for one in everybody if typed in {one.id, one.user_name}]
    return _only(found, typed, "cli-no-such-person", lambda one: one.user_name)


async def site(administration: "Administration", typed: str) -> "Site":
    """Return the site that is meant: by id or name.

    Raises:
        Failure: There is none.
    """
    everything = await administration.sites()
    found = [
        one for one in everything if typed == one.id or typed.casefold() == one.name.casefold()
    ]
    return _only(found, typed, "cli-no-such-site", lambda one: one.name)


def _matching(everybody: "list[Person]", wanted: str) -> "list[Person]":
    folded = wanted.casefold()
    steps: list[Callable[[Person], bool]] = [
        lambda one: one.id == wanted,
        lambda one: one.user_name == folded,
        lambda one: one.name.casefold() == folded,
        lambda one: len(folded) >= PART_CHARACTERS and folded in one.name.casefold(),
    ]
    return _first_step(everybody, steps)


def _first_step(everything: list[Found], steps: Sequence[Callable[[Found], bool]]) -> list[Found]:
    """Return what the first step that finds anything finds: exact matches go before others."""
    for step in steps:
        found = [one for one in everything if step(one)]
        if found:
            return found
    return []


def _only(
    found: Sequence[Found], typed: str, missing: str, called: Callable[[Found], str]
) -> Found:
    if not found:
        raise Failure(missing, typed=typed)
    if len(found) > 1:
        several = ", ".join(called(one) for one in found[:SHOWN])
        raise Failure("cli-several", typed=typed, several=several)
    return found[0]


def _titled(conversation: "Conversation") -> str:
    return f"{conversation.title} ({conversation.id})"


def _called(person: "Person") -> str:
    return f"{person.name} ({person.user_name})"


def _user_names(account: "Account", inside: "Conversation") -> set[str]:
    return {one.person.user_name for one in account.members(inside.id) if not one.own}
