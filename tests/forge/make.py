"""The whole corpus, file by file."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.forge.corpus import Room, reasons_file, room_file, scenes_file
from tests.forge.reasons import WITHOUT
from tests.forge.rooms import (
    application,
    codec,
    commit,
    external,
    framing,
    key_package,
    proposals,
    psk,
    public,
    tree,
    welcome,
)
from tests.forge.stages import Stages
from tests.forge.world import World

ROOMS: Final[Mapping[str, Callable[[Room, Stages], None]]] = {
    "codec": codec.fill,
    "framing": framing.fill,
    "application": application.fill,
    "key_package": key_package.fill,
    "tree": tree.fill,
    "proposals": proposals.fill,
    "commit": commit.fill,
    "welcome": welcome.fill,
    "external": external.fill,
    "psk": psk.fill,
    "public": public.fill,
}


def files() -> dict[str, str]:
    """Return every file of the corpus by its name."""
    world = World()
    stages = Stages(world)
    for name, fill in ROOMS.items():
        fill(world.room(name), stages)
    made = {f"{name}.json": room_file(room) for name, room in world.rooms.items()}
    made["scenes.json"] = scenes_file(world.scenes, {"registry": world.town.registry.known})
    made["without.json"] = reasons_file(WITHOUT)
    return made
