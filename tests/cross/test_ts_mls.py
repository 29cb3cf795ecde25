"""Groups in which npm `ts-mls` 1.6.4 is a member beside our two cores: an independent opinion.

It is a test peer, never a dependency of the product. What it does otherwise than RFC 9420, or not
at all, is left out here. The first four were met by these tests, the others read in its source:

- Joining a tree in which a leaf is unmerged at one ancestor and merged at another: it wants equal
  lists all the way up, where §12.4.3.1 wants the leaf in those below. So it joins at the start.
- Being removed by a commit that gives its leaf to a newcomer: it does not see that it was removed.
- Pre-shared keys of private commits: `processMessage` looks for them nowhere. Its inner function
  does, and is called instead.
- Leaving a choice of pending proposals: it always commits all of them, so only what fits is
  proposed, and nothing is pending when there is a race.
- GroupContextExtensions: it commits them without an UpdatePath, which §12.4 asks for, and in a
  commit with a path it encrypts to the old GroupContext. ReInit and branch are not tried either.
- External joins by its GroupInfo: its `external_pub` is 32 raw bytes and not `opaque<V>`. It
  follows the external commits of others, and does not come by one itself.
- Updates of its own: it has no way to make one. It takes up those of others.
- Suites other than 0x0001: its post-quantum suites have other numbers than ours.
- Deletion of keys: it keeps ratchet secrets of skipped generations (§9.2), which cannot be seen
  from outside.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from random import Random

import pytest

from tests.cross.members import (
    PythonFollower,
    PythonMember,
    RemoteFollower,
    RemoteMember,
    introduce,
)
from tests.cross.node import Peer, bundled
from tests.cross.room import Happening, Make, Room, live
from tests.support.people import Person

STEPS = 25
LIVES = [(seed, seed % 2 == 1) for seed in range(6)]
HAPPENINGS: Mapping[Happening, int] = {
    Room.add_and_remove: 5,
    Room.propose_and_commit: 5,
    Room.race: 2,
    Room.race_at_the_door: 1,
    Room.join_by_oneself: 2,
    Room.come_back: 1,
    Room.write: 5,
    Room.read_late: 3,
}


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Peer, Peer]]:
    directory = tmp_path_factory.mktemp("cross")
    bundles = [bundled(entry, directory) for entry in ("teamchat", "ts_mls")]
    with Peer(bundles[0]) as ours, Peer(bundles[1]) as theirs:
        yield ours, theirs


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "private"), LIVES)
def test_a_group_lives_with_ts_mls(peers: tuple[Peer, Peer], seed: int, private: bool) -> None:  # noqa: FBT001
    ours, theirs = peers

    def meet(owner: Person) -> None:
        for peer in peers:
            introduce(peer, owner)

    own: list[Make] = [PythonMember, partial(RemoteMember, ours)]
    makers: list[Make] = [*own, partial(RemoteMember, theirs, ours=False)]
    room = Room(Random(seed), makers, 1, meet, own, private=private)
    room.followers += [] if private else [PythonFollower(), RemoteFollower(ours)]
    live(room, HAPPENINGS, STEPS)
