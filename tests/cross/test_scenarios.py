"""Groups in which Python and TypeScript members are mixed, with chance as their author.

Each seed is one life of one group. Public handshakes are watched by the server's view of the
group in both languages; private ones are not readable to it.
"""

from collections.abc import Iterator
from functools import partial
from random import Random

import pytest

from tests.cross.members import (
    Follower,
    PythonFollower,
    PythonMember,
    RemoteFollower,
    RemoteMember,
    introduce,
)
from tests.cross.node import Peer, bundled
from tests.cross.room import ALL, Make, Room, live

STEPS = 25
LIVES = [
    *((1, seed, seed % 2 == 1) for seed in range(5)),
    *((3, seed, seed % 2 == 0) for seed in range(3)),
    *((0xF00D, seed, seed % 2 == 0) for seed in range(4)),
]


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with Peer(bundled("teamchat", tmp_path_factory.mktemp("cross"))) as running:
        yield running


@pytest.mark.slow
@pytest.mark.parametrize(("suite", "seed", "private"), LIVES)
def test_a_mixed_group_lives(peer: Peer, suite: int, seed: int, private: bool) -> None:  # noqa: FBT001
    random = Random(f"{suite} {seed}")
    makers: list[Make] = [PythonMember, lambda owner: RemoteMember(peer, owner)]
    followers: list[Follower] = [] if private else [PythonFollower(), RemoteFollower(peer)]
    meet = partial(introduce, peer)
    room = Room(random, random.sample(makers, 2), suite, meet, private=private, shadowed=0.1)
    room.followers += followers
    live(room, ALL, STEPS, Room.reinitialize)
