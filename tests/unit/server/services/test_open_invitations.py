from sqlalchemy import Connection

from teamchat.server.services import open_invitations
from teamchat.server.services.invitations import DAY
from tests.support.office import Office


async def test_nothing_open_is_nothing_written(desk: Office) -> None:
    now = desk.clock.now()

    def work(connection: Connection) -> int:
        user = desk.owner.user
        open_invitations.withdraw(connection, user, actor="x", cause="replaced", now=now)
        return open_invitations.expire(connection, now=now)

    assert await desk.parts.database.write(work) == 0
    assert await desk.audited("invite.revoked", "invite.expired") == []


async def test_those_of_one_person_leave_the_others_alone(desk: Office) -> None:
    mei, ben = await desk.create("mei"), await desk.create("ben")
    late = desk.clock.now() + 8 * DAY
    write = desk.parts.database.write
    assert await write(lambda c: open_invitations.expire(c, now=late, user=mei.user.id)) == 1
    assert await write(lambda c: open_invitations.expire(c, now=late)) == 1
    assert [each[2] for each in await desk.audited("invite.expired")] == [
        mei.invitation.id,
        ben.invitation.id,
    ]
