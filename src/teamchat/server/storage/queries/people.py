"""The SQL about people, their passwords and the sites they work at."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, insert, select, update

from teamchat.ids import SiteId, UserId
from teamchat.server.storage.tables.people import (
    device,
    organisation,
    password,
    person,
    role,
    site,
)
from teamchat.wire.bodies import Role, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person as stored; the keys are None until their first device."""

    id: UserId
    user_name: str
    display_name: str
    site: Site
    language: str
    active: bool
    identity_key: bytes | None
    recovery_box: bytes | None


def insert_organisation(connection: Connection, *, name: str, now: int) -> None:
    """Name the organisation; there is one."""
    connection.execute(insert(organisation).values(one=1, name=name, created=now))


def organisation_name(connection: Connection) -> str | None:
    """Return the name of the organisation, None before `teamchat-server init`."""
    return connection.scalar(select(organisation.c.name))


def insert_site(connection: Connection, *, new: Site, now: int) -> None:
    """Add a site."""
    values = {"id": new.id, "name": new.name, "time_zone": new.time_zone, "created": now}
    connection.execute(insert(site).values(values))


def sites(connection: Connection) -> list[Site]:
    """Return all sites by name."""
    found = connection.execute(select(site).order_by(site.c.name))
    return [Site(SiteId(row.id), row.name, row.time_zone) for row in found]


def insert_person(connection: Connection, *, new: Person, roles: Iterable[Role], now: int) -> None:
    """Add a person with their roles."""
    connection.execute(
        insert(person).values(
            id=new.id,
            user_name=new.user_name,
            display_name=new.display_name,
            search=f"{new.display_name} {new.user_name}".casefold(),
            site=new.site.id,
            language=new.language,
            active=new.active,
            created=now,
        )
    )
    connection.execute(insert(role), [{"person": new.id, "role": held} for held in set(roles)])


def person_by_id(connection: Connection, user: UserId) -> Person | None:
    """Return a person, if there is one."""
    row = connection.execute(_people().where(person.c.id == user)).one_or_none()
    return None if row is None else _person(row)


def person_by_name(connection: Connection, user_name: str) -> Person | None:
    """Return the person with this user name, if there is one."""
    row = connection.execute(_people().where(person.c.user_name == user_name)).one_or_none()
    return None if row is None else _person(row)


def people_page(
    connection: Connection, *, query: str, after: str, limit: int, only_active: bool
) -> list[Person]:
    """Return people whose names contain `query`, by user name, those after `after`."""
    found = _people().where(person.c.user_name > after)
    if query:
        found = found.where(person.c.search.contains(query.casefold(), autoescape=True))
    if only_active:
        found = found.where(person.c.active)
    rows = connection.execute(found.order_by(person.c.user_name).limit(limit))
    return [_person(row) for row in rows]


def roles_of(connection: Connection, user: UserId) -> frozenset[Role]:
    """Return the roles that a person has."""
    found = connection.scalars(select(role.c.role).where(role.c.person == user))
    return frozenset(Role(held) for held in found)


def set_identity(connection: Connection, user: UserId, *, key: bytes, box: bytes) -> bool:
    """Publish the identity of a person who never had a device; return whether that is so."""
    if had_device(connection, user):
        return False
    connection.execute(
        update(person).where(person.c.id == user).values(identity_key=key, recovery_box=box)
    )
    return True


def had_device(connection: Connection, user: UserId) -> bool:
    """Say whether a person ever registered a device, revoked or not."""
    found = select(device.c.id).where(device.c.person == user).limit(1)
    return connection.scalar(found) is not None


def deactivate(connection: Connection, user: UserId) -> bool:
    """Deactivate a person; return whether they were active."""
    changed = connection.execute(
        update(person).where(person.c.id == user, person.c.active).values(active=False)
    )
    return changed.rowcount == 1


def password_hash(connection: Connection, user: UserId) -> str | None:
    """Return the password hash of a person, None before they used an invitation."""
    return connection.scalar(select(password.c.hash).where(password.c.person == user))


def set_password(connection: Connection, user: UserId, *, hashed: str, now: int) -> None:
    """Keep another password hash."""
    values = {"hash": hashed, "changed": now}
    changed = connection.execute(update(password).where(password.c.person == user).values(values))
    if changed.rowcount == 0:
        connection.execute(insert(password).values(person=user, **values))


def _people() -> Select[*tuple[object, ...]]:
    columns = (site.c.name.label("site_name"), site.c.time_zone.label("site_time_zone"))
    return select(person, *columns).join(site, site.c.id == person.c.site)


def _person(row: Row[*tuple[object, ...]]) -> Person:
    return Person(
        id=UserId(row.id),
        user_name=row.user_name,
        display_name=row.display_name,
        site=Site(SiteId(row.site), row.site_name, row.site_time_zone),
        language=row.language,
        active=row.active,
        identity_key=row.identity_key,
        recovery_box=row.recovery_box,
    )
