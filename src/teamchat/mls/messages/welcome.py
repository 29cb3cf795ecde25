"""Welcome: the secrets of a new epoch for those it adds (RFC 9420 §12.4.3.1)."""

from typing import Annotated

from teamchat.mls.codec import Maybe, Opaque, Struct, Vector, struct, uint16
from teamchat.mls.crypto.labels import HPKECiphertext
from teamchat.mls.schedule.key_names import PreSharedKeyID


@struct
class PathSecret(Struct):
    """The path secret of the lowest node above both committer and newcomer."""

    path_secret: Annotated[bytes, Opaque()]

    def __repr__(self) -> str:
        return "PathSecret(...)"


@struct
class GroupSecrets(Struct):
    """GroupSecrets: what a newcomer starts from. Lives no longer than one join."""

    joiner_secret: Annotated[bytes, Opaque()]
    path_secret: Annotated[PathSecret | None, Maybe(PathSecret)]
    psks: Annotated[tuple[PreSharedKeyID, ...], Vector(PreSharedKeyID)]

    def __repr__(self) -> str:
        return "GroupSecrets(...)"


@struct
class EncryptedGroupSecrets(Struct):
    """GroupSecrets, sealed to the init key of one KeyPackage."""

    new_member: Annotated[bytes, Opaque()]
    encrypted_group_secrets: HPKECiphertext


@struct
class Welcome(Struct):
    """Welcome (§12.4.3.1)."""

    cipher_suite: Annotated[int, uint16]
    secrets: Annotated[tuple[EncryptedGroupSecrets, ...], Vector(EncryptedGroupSecrets)]
    encrypted_group_info: Annotated[bytes, Opaque()]
