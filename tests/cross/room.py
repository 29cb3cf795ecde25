"""One group of members in several languages, and a delivery service between them.

The law: whoever is in agrees on the epoch, its tree and what it exports; every message is read by
exactly those who were members; what one core refuses, all refuse, and for one reason.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import pytest

from teamchat.mls.tree import RatchetTree
from tests.cross.members import (
    CUSTOM,
    EXTENSION,
    HOUSE,
    Follower,
    Heard,
    Member,
    Sent,
    View,
    Wish,
    stranger,
)
from tests.cross.node import RefusedError
from tests.support.people import Person

MOST = 8
FOREIGN = "ForeignError"
"""What a core that is not ours turns something down with; its reasons have other names."""
Make = Callable[[Person], Member]


@dataclass
class Letter:
    """An application message on its way, and those who are still to read it."""

    message: bytes
    text: bytes
    epoch: int
    readers: set[str]


@dataclass
class Room:
    """A group, those who are in it, those who were, and those who watch.

    `meet` introduces a client to all cores, `enterers` make those that come later, `shadowed` is
    how often a member's step is also done by all languages that can take its state.
    """

    random: Random
    makers: Sequence[Make]
    suite: int
    meet: Callable[[Person], None]
    enterers: Sequence[Make] = ()
    private: bool = False
    shadowed: float = 0.0
    followers: list[Follower] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    ghosts: list[Member] = field(default_factory=list)
    waiting: dict[bytes, tuple[str, Member]] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    named: int = 0
    pending: int = 0
    resumed: bool = False
    """Whether a resumption key is proposed, which no newcomer could have."""

    def found(self) -> None:
        """Let the first member create the group."""
        name, member = self.newcomer()
        member.create(os.urandom(16))
        self.members[name] = member
        info, tree = member.group_info(), member.view().tree
        for follower in self.followers:
            follower.follow(info, tree)

    def newcomer(self, makers: Sequence[Make] = ()) -> tuple[str, Member]:
        """Make a client, of each language in turn."""
        name = f"m{self.named}"
        owner = stranger(name, self.suite)
        self.meet(owner)
        makers = makers or self.makers
        member = makers[self.named % len(makers)](owner)
        self.named += 1
        return name, member

    def invited(self, makers: Sequence[Make] = ()) -> bytes:
        """Return the KeyPackage of a newcomer, who waits from now on."""
        name, member = self.newcomer(makers or self.enterers)
        package = member.key_package()
        self.waiting[member.owner.keys.public_key] = (name, member)
        return package

    def one(self) -> str:
        """Return a member's name, by chance."""
        return self.random.choice(sorted(self.members))

    def other_than(self, name: str) -> str | None:
        """Return another member's name, by chance."""
        others = sorted(self.members.keys() - {name})
        return self.random.choice(others) if others else None

    def places(self) -> int:
        """Return for how many there is room."""
        return MOST - len(self.members)

    def publish(self, author: str, sent: Sent) -> None:
        """The service has accepted a commit: all follow, the removed are gone, the new join."""
        self.observed(sent.message)
        for name in list(self.members):
            if name == author:
                self.members[name].adopt()
            elif self.hear(name, sent.message).type == "removed":
                self.ghosts.append(self.members.pop(name))
        self.welcome(sent)
        self.begin()

    def hear(self, name: str, message: bytes) -> Heard:
        """Let one member process a message; now and then both languages do, to the same bytes."""
        member = self.members[name]
        shadows: list[Member] = []
        if self.random.random() < self.shadowed:
            parts = member.snapshot()
            shadows = [make(member.owner) for make in self.makers]
            for shadow in shadows:
                shadow.restore(parts)
        heard = member.process(message)
        for shadow in shadows:
            assert shadow.process(message) == heard
            assert shadow.snapshot() == member.snapshot()
        return heard

    def begin(self) -> None:
        """An epoch begins: its predecessor's proposals are void, and all must agree."""
        self.pending = 0
        self.resumed = False
        self.waiting.clear()
        self.agree()

    def welcome(self, sent: Sent) -> None:
        """Let those who are new in a commit join by its Welcome."""
        for _, leaf in RatchetTree.decode(sent.ratchet_tree).leaves():
            if leaf.signature_key in self.waiting:
                name, member = self.waiting.pop(leaf.signature_key)
                assert sent.welcome is not None
                member.join(sent.welcome, sent.ratchet_tree)
                self.members[name] = member

    def observed(self, message: bytes) -> None:
        """Let those who watch see a handshake message; they come to one and the same state."""
        states = [follower.observe(message) for follower in self.followers]
        assert len(set(states)) <= 1

    def deliver(self, author: str, message: bytes, ref: bytes) -> None:
        """Let all but its author hear a proposal."""
        self.observed(message)
        for name in self.members:
            if name != author:
                heard = self.hear(name, message)
                assert (heard.type, heard.ref) == ("proposal", ref)
        self.pending += 1

    def refused_by_all(self, message: bytes, but: str) -> set[str]:
        """Check that nobody takes a message; return for which rules our cores do not."""
        refusals = [
            _refusal(member.process, message)
            for name, member in self.members.items()
            if name != but
        ]
        return set(refusals) - {FOREIGN}

    def agree(self) -> None:
        """Check that all members, and nobody else, are where the first is."""
        views = [member.view() for member in self.members.values()]
        assert {replace(view, leaf=0) for view in views} == {replace(views[0], leaf=0)}
        assert sorted(view.leaf for view in views) == sorted(views[0].members)
        for ghost in self.ghosts:
            assert ghost.view().authenticator != views[0].authenticator

    def view(self) -> View:
        """Return what all members believe."""
        return next(iter(self.members.values())).view()

    # What can happen.

    def gather(self) -> None:
        """The founder adds two of each language."""
        packages = [self.invited([make]) for make in (*self.makers, *self.makers)]
        wishes: list[Wish] = [{"kind": "add", "key_package": each} for each in packages]
        name = self.one()
        self.publish(name, self.members[name].commit(*wishes, private=self.private))

    def add_and_remove(self) -> None:
        """Somebody commits a few changes by value, in one of several ways."""
        name, random = self.one(), self.random
        wishes: list[Wish] = []
        room = self.places()
        other = self.other_than(name)
        if other is not None and random.random() < 0.4:
            wishes.append({"kind": "remove", "leaf": self.members[other].view().leaf})
            room = self.places() if self.members[other].ours else 0
        adds = random.randint(0, min(3, room))
        wishes += [{"kind": "add", "key_package": self.invited()} for _ in range(adds)]
        if random.random() < 0.3:
            wishes.append({"kind": "psk", "psk_id": HOUSE})
        if random.random() < 0.3 and not adds:
            wishes.append({"kind": "resumption", "epoch": self.view().epoch})
        sent = self.members[name].commit(
            *wishes,
            alone=True,
            light=random.random() < 0.5,
            private=self.private,
            tree_in_welcome=random.random() < 0.5,
        )
        self.publish(name, sent)

    def propose(self) -> None:
        """Somebody proposes something."""
        name, random = self.one(), self.random
        wishes: list[Wish] = [
            {"kind": "update"},
            {"kind": "remove", "leaf": self.members[self.one()].view().leaf},
            {"kind": "psk", "psk_id": HOUSE},
            {"kind": "custom", "type": CUSTOM, "data": random.randbytes(5)},
            {"kind": "extensions", "extensions": self.extensions()},
        ]
        wish = random.choice(wishes)
        if random.random() < 0.3 and self.places() > 2 and not self.resumed:
            wish = {"kind": "add", "key_package": self.invited()}
        elif random.random() < 0.3 and not self.waiting:
            wish = {"kind": "resumption", "epoch": self.view().epoch}
            self.resumed = True
        self.deliver(name, *self.members[name].propose(wish, private=self.private))

    def ask_to_be_added(self) -> None:
        """Somebody outside proposes their own Add."""
        if self.private or self.resumed or self.places() <= 2:
            return
        name, member = self.newcomer()
        member.key_package()
        self.waiting[member.owner.keys.public_key] = (name, member)
        message = member.ask_to_be_added(self.view().context)
        self.observed(message)
        refs = {each.process(message).ref for each in self.members.values()}
        assert len(refs) == 1
        self.pending += 1

    def propose_and_commit(self) -> None:
        """Somebody proposes something that fits, and somebody else commits it."""
        name, random = self.one(), self.random
        others = sorted(self.members.keys() - {name})
        if len(others) < 2:
            return
        target, committer = random.sample(others, 2)
        wishes: list[Wish] = [
            {"kind": "remove", "leaf": self.members[target].view().leaf},
            {"kind": "psk", "psk_id": HOUSE},
            {"kind": "resumption", "epoch": self.view().epoch},
        ]
        if self.members[name].ours:
            wishes.append({"kind": "update"})
        if self.places() > 0:
            wishes.append({"kind": "add", "key_package": self.invited()})
        wish = random.choice(wishes)
        self.deliver(name, *self.members[name].propose(wish, private=self.private))
        sent = self.members[committer].commit(private=self.private)
        self.publish(committer, sent)

    def commit_what_is_pending(self) -> None:
        """Somebody commits what was proposed."""
        name = self.one()
        light = self.random.random() < 0.5
        self.publish(name, self.members[name].commit(light=light, private=self.private))

    def change_extensions(self) -> None:
        """Somebody replaces the GroupContext extensions."""
        name = self.one()
        wish: Wish = {"kind": "extensions", "extensions": self.extensions()}
        self.publish(name, self.members[name].commit(wish, alone=True, private=self.private))

    def extensions(self) -> list[Wish]:
        """Return extensions of a kind that nobody has a meaning for."""
        if self.random.random() < 0.3:
            return []
        return [{"type": EXTENSION, "data": self.random.randbytes(self.random.randint(0, 70))}]

    def race(self) -> None:
        """Two commit at once: the service takes one, and everybody refuses the other."""
        winner = self.one()
        loser = self.other_than(winner)
        if loser is None:
            return
        won = self.members[winner].commit(alone=True, private=self.private)
        lost = self.members[loser].commit(alone=True, private=self.private)
        self.publish(winner, won)
        assert self.refused_by_all(lost.message, loser) <= {"EPOCH_CURRENT"}
        for follower in self.followers:
            assert _refusal(follower.observe, lost.message)
        self.agree()

    def race_at_the_door(self) -> None:
        """A member commits while somebody comes in by themselves: one of the two has lost."""
        if self.places() <= 0:
            return
        name, member = self.newcomer(self.enterers)
        inside = self.random.choice([each for each in self.members.values() if each.ours])
        outside = member.join_external(inside.group_info(), inside.view().tree)
        author = self.one()
        sent = self.members[author].commit(alone=True, private=self.private)
        if self.random.random() < 0.5:
            self.publish(author, sent)
            assert self.refused_by_all(outside.message, "") <= {"EPOCH_CURRENT"}
            self._enter(name, member)
        else:
            self._let_in(name, member, outside)
            assert self.refused_by_all(sent.message, author) <= {"EPOCH_CURRENT"}

    def join_by_oneself(self) -> None:
        """Somebody comes in by an external commit."""
        if self.places() <= 0:
            return
        name, member = self.newcomer(self.enterers)
        self._enter(name, member)

    def come_back(self) -> None:
        """A member that has lost its state comes in anew, and its former self goes."""
        name = self.one()
        if not any(each.ours for other, each in self.members.items() if other != name):
            return
        lost = self.members.pop(name)
        self.ghosts.append(lost)
        for letter in self.letters:
            letter.readers.discard(name)
        self._enter(name, self.random.choice(self.enterers or self.makers)(lost.owner))

    def _enter(self, name: str, member: Member) -> None:
        inside = self.random.choice([each for each in self.members.values() if each.ours])
        self._let_in(name, member, member.join_external(inside.group_info(), inside.view().tree))

    def _let_in(self, name: str, member: Member, sent: Sent) -> None:
        self.observed(sent.message)
        for other in self.members:
            assert self.hear(other, sent.message).type == "commit"
        member.adopt()
        self.members[name] = member
        self.begin()

    def write(self) -> None:
        """Somebody writes; some read at once, some later, and some messages are lost."""
        name = self.one()
        if self.pending:
            self.publish(name, self.members[name].commit(private=self.private))
        for _ in range(self.random.randint(1, 4)):
            text = self.random.randbytes(self.random.randint(0, 600))
            message = self.members[name].encrypt(text)
            for ghost in self.ghosts:
                assert _refusal(ghost.process, message)
            readers = set(self.members) - {name}
            letter = Letter(message, text, self.view().epoch, readers)
            for reader in sorted(readers):
                if self.random.random() < 0.5:
                    self.read(letter, reader)
            if self.random.random() < 0.8:
                self.letters.append(letter)
        self.random.shuffle(self.letters)

    def read_late(self) -> None:
        """Somebody reads what has waited for them, in any order."""
        name = self.one()
        for letter in self.letters:
            self.read(letter, name)

    def read(self, letter: Letter, name: str) -> None:
        """One member reads a message: once, if it was in and the epoch is still kept."""
        member = self.members[name]
        may = name in letter.readers and self.view().epoch - letter.epoch <= 5
        if may:
            heard = self.hear(name, letter.message)
            assert (heard.type, heard.data) == ("application", letter.text)
            letter.readers.discard(name)
        else:
            assert _refusal(member.process, letter.message)

    def exchange(self) -> None:
        """A state goes over into another language, and on from there."""
        name = self.one()
        old = self.members[name]
        parts = old.snapshot()
        new = self.random.choice(self.makers)(old.owner)
        new.restore(parts)
        assert new.snapshot() == parts
        self.members[name] = new
        self.agree()

    def branch(self) -> None:
        """Some of the members make a group of their own beside this one."""
        founder = self.one()
        others = sorted(self.members.keys() - {founder})
        some = [name for name in others if self.random.random() < 0.6]
        twins = {name: self.members[name].twin() for name in (founder, *some)}
        packages = [twins[name].key_package() for name in some]
        sent = twins[founder].branch(self.random.randbytes(16), packages)
        self._succeed(twins, founder, sent)

    def reinitialize(self) -> None:
        """The group ends, and all of its members found the next."""
        suite = self.random.choice((1, 3))
        wish: Wish = {
            "kind": "reinit",
            "group_id": self.random.randbytes(16),
            "suite": suite,
            "extensions": self.extensions(),
        }
        name = self.one()
        self.publish(name, self.members[name].commit(wish, alone=True, private=self.private))
        for member in self.members.values():
            assert _refusal(member.encrypt, b"too late") == "GROUP_REINITIALISED"
        founder = self.one()
        twins = {name: member.twin() for name, member in self.members.items()}
        packages = [
            twin.key_package(suite) for name, twin in sorted(twins.items()) if name != founder
        ]
        sent = twins[founder].reinitialize(suite, packages)
        self._succeed(twins, founder, sent)

    def _succeed(self, twins: dict[str, Member], founder: str, sent: Sent) -> None:
        twins[founder].adopt()
        for name, twin in twins.items():
            if name != founder:
                assert sent.welcome is not None
                twin.join(sent.welcome, sent.ratchet_tree)
        room = Room(self.random, self.makers, self.suite, self.meet, members=twins)
        room.agree()
        room.write()
        room.read_late()


def _refusal(act: Callable[[bytes], object], what: bytes) -> str:
    """Return the rule, or else the kind, for which something is turned down."""
    with pytest.raises(RefusedError) as caught:
        act(what)
    return caught.value.rule or caught.value.kind


Happening = Callable[[Room], None]

ALL: Mapping[Happening, int] = {
    Room.add_and_remove: 5,
    Room.propose: 5,
    Room.ask_to_be_added: 1,
    Room.commit_what_is_pending: 3,
    Room.change_extensions: 1,
    Room.race: 2,
    Room.race_at_the_door: 1,
    Room.join_by_oneself: 2,
    Room.come_back: 2,
    Room.write: 5,
    Room.read_late: 3,
    Room.exchange: 3,
    Room.branch: 1,
}
"""What can happen to a group, and how often it does."""


def live(room: Room, happenings: Mapping[Happening, int], steps: int, *end: Happening) -> None:
    """Let anything happen, by chance; a failure tells what had happened before."""
    drawn = room.random.choices(list(happenings), list(happenings.values()), k=steps)
    story = [Room.found, Room.gather, *drawn, *end]
    for step, happening in enumerate(story):
        try:
            happening(room)
        except BaseException as error:
            error.add_note("after " + ", ".join(each.__name__ for each in story[: step + 1]))
            raise
