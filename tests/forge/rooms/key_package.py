"""KeyPackages, as they are fetched from a server (RFC 9420 §10.1)."""

from teamchat.mls.credentials import BASIC
from teamchat.mls.extensions import LAST_RESORT, REQUIRED_CAPABILITIES, Extension
from teamchat.mls.framing.message import wrap
from teamchat.mls.key_package import KeyPackage
from teamchat.mls.tree.nodes import Capabilities
from tests.forge.corpus import Room, Valid
from tests.forge.malice import resigned_package
from tests.forge.rooms.leaves import CONTENTS
from tests.forge.rooms.packages import package_cases
from tests.forge.seeded import SeededCrypto
from tests.forge.stages import ABLE, CUSTOM_EXTENSION, NEEDED, Stages
from tests.forge.troupe import Person
from tests.forge.world import EXTENSIONS, Docket

NAMES = {1: "", 3: "chacha-", 0xF00D: "xwing-"}


def fill(room: Room, stages: Stages) -> None:
    """Write the cases of this room."""
    for suite, prefix in NAMES.items():
        name = f"packages-{prefix}plain"
        person = stages.world.town.person("packaged", suite)
        good = person.bundle(last_resort=True).key_package
        _scene(stages, name, suite, (), good)
        stages.world.also(name, _accepted(_greased(person)))
        docket = _docket(room, name, f"key-package-{prefix}")
        for case, (package, rule, how) in package_cases(SeededCrypto(name), person).items():
            docket.refuse(case, rule, f"A KeyPackage {how}.", package.encode())
    _ruled(room, stages)


def _ruled(room: Room, stages: Stages) -> None:
    """What a group with rules does not take."""

    extensions = (
        Extension(REQUIRED_CAPABILITIES, NEEDED.encode()),
        Extension(CUSTOM_EXTENSION, b"house rules"),
    )
    bundle = stages.world.town.person("packaged and able").bundle(capabilities=ABLE)
    _scene(stages, "packages-ruled", 1, extensions, bundle.key_package)
    docket = _docket(room, "packages-ruled", "key-package-leaf-")
    for name, (change, rule, how) in CONTENTS.items():
        package = resigned_package(SeededCrypto(f"packages {name}"), bundle, leaf=change)
        docket.refuse(name, rule, f"The leaf of a KeyPackage {how}.", package.encode())
    body = bundle.key_package.encode()
    for name, data, what in (
        ("wrapped", wrap(bundle.key_package), "A KeyPackage comes in the envelope of a message."),
        ("trailing", body + b"\0", "A byte follows the KeyPackage."),
        ("cut", body[:-1], "The KeyPackage lacks its last byte."),
        ("empty", b"", "There is no byte."),
    ):
        docket.refuse(name, "DecodeError", what, data, section="10")


def _scene(
    stages: Stages, name: str, suite: int, extensions: tuple[Extension, ...], good: KeyPackage
) -> None:
    stages.world.bystander(
        name, [_accepted(good)], suite=suite, extensions=EXTENSIONS.encode(extensions)
    )


def _accepted(package: KeyPackage) -> Valid:
    return Valid(
        operation="validate_key_package",
        input={"key_package": package.encode()},
        gives={"kind": "valid"},
    )


def _greased(person: Person) -> KeyPackage:
    """Return a KeyPackage with unknown values wherever they are allowed (§13.5)."""
    grease = 0x2A2A
    able = Capabilities(
        (1, grease), (person.suite.id, grease), (LAST_RESORT, grease), (grease,), (BASIC, grease)
    )
    unknown = (Extension(grease, b"anything"),)
    return person.bundle(
        last_resort=True, capabilities=able, extensions=unknown, leaf_extensions=unknown
    ).key_package


def _docket(room: Room, scene: str, prefix: str) -> Docket:
    return Docket(room, scene, "validate_key_package", "key_package", prefix)
