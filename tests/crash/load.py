"""A server under load, to be killed; the order (`tests.crash.nursery`) names its directory.

Many senders share some conversations; a tenth of what they send are commits, a tenth is sent
twice. Each acknowledged message is printed on a line of its own once it is acknowledged.
"""

import asyncio
import itertools
import os
import random
import sys
from pathlib import Path

from teamchat.ids import ConversationId
from teamchat.server.services.admission import Accepted
from teamchat.wire.frames import Kind
from tests.crash import nursery
from tests.support.delivery import DeliveryHalf, Member, delivery_half

SENDERS = 16
ROOMS = 4
SIZE = 500


async def main(directory: Path) -> None:
    """Write until killed, or until the disk is full."""
    async with delivery_half(directory) as half:
        members = [await half.member(n) for n in range(SENDERS)]
        rooms = [await half.converse(members[n], n) for n in range(ROOMS)]
        for n, room in enumerate(rooms):
            await let_in(half, members[n], room, members)
        tell("ready")
        await asyncio.gather(*(send(half, each, rooms) for each in members))


async def let_in(
    half: DeliveryHalf, admin: Member, room: ConversationId, members: list[Member]
) -> None:
    ((epoch, devices),) = await half.sql(
        "SELECT c.epoch, (SELECT count(*) FROM membership WHERE conversation = c.id)"
        " FROM conversation c WHERE c.id = :room",
        room=room,
    )
    if devices == 1:
        others = [each for each in members if each is not admin]
        await half.commit(admin, room, int(str(epoch)), add=others)


async def send(half: DeliveryHalf, member: Member, rooms: list[ConversationId]) -> None:
    """Send one message after the other; the epoch is whatever the database says."""
    dice = random.Random()
    for _ in itertools.count():
        room, client_id = dice.choice(rooms), os.urandom(16)
        kind = Kind.COMMIT if dice.random() < 0.1 else Kind.APPLICATION
        ((epoch,),) = await half.sql("SELECT epoch FROM conversation WHERE id = :room", room=room)
        message = member.message(room, int(str(epoch)), kind)
        times = 2 if dice.random() < 0.1 else 1
        answers = await asyncio.gather(
            *(half.send(member, message, client_id) for _ in range(times))
        )
        for answer in answers:
            if isinstance(answer, Accepted):
                tell(f"{member.device} {room} {client_id.hex()} {answer.seq}")
            elif "disk" in answer.detail:
                tell("full")
                return


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def live(arguments: list[str]) -> None:
    (directory,) = arguments
    asyncio.run(main(Path(directory)))


if __name__ == "__main__":
    nursery.serve(live)
