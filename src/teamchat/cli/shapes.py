"""What `--json` writes: one shape for each kind of object (docs/use/terminal.md).

Fields are only ever added within one version (`output.SCHEMA`).
"""

from typing import TYPE_CHECKING

from teamchat.cli.output import base64, instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from teamchat.client.arriving import Arrival
    from teamchat.client.history import HistoryStatus
    from teamchat.client.linking_new import Codes
    from teamchat.client.web_check import WebCheck
    from teamchat.engine.model import (
        Alarm,
        Conversation,
        LogDevice,
        LogEvidence,
        LogFinding,
        LogStatus,
        LogWitnesses,
        Member,
        Message,
        OwnDevice,
        Person,
        Profile,
    )
    from teamchat.identity.sas import ShortAuthenticationString
    from teamchat.wire.bodies import Invitation, ManagedUser, Site
    from teamchat.wire.devices import ManagedDevice
    from teamchat.wire.linking import WaitingLinking

    Say = Callable[[str], str]
    """Returns a text of the catalogue."""

Shape = dict[str, object]


def message(value: "Message") -> Shape:
    """Return a line of a timeline."""
    return {
        "type": "message",
        "id": value.id,
        "conversation": value.conversation,
        "position": value.position,
        "time": instant(value.time_ms),
        "kind": value.kind.value,
        "sender": value.sender,
        "sender_name": value.sender_name,
        "own": value.own,
        "delivery": value.delivery.value,
        "text": value.text,
        "arguments": dict(value.arguments),
        "given_by": value.given_by,
        "given_device": value.given_device,
        "answers": value.quote.id if value.quote else None,
        "edited": bool(value.versions),
        "withdrawn": value.withdrawn,
        "reactions": [
            {"reaction": each.reaction, "names": list(each.names), "own": each.own}
            for each in value.reactions
        ],
    }


def conversation(value: "Conversation") -> Shape:
    """Return a conversation."""
    return {
        "type": "conversation",
        "id": value.id,
        "title": value.title,
        "direct": value.direct,
        "members": value.member_count,
        "unread": value.unread,
        "joined": value.joined,
        "admin": value.own_admin,
        "cipher_suite": None if value.suite is None else f"0x{value.suite:04X}",
        "last": instant(value.last.time_ms) if value.last else None,
        "newcomers_see": f"{value.history}d" if value.history > 0 else value.newcomers_see,
    }


def person(value: "Person", say: "Say") -> Shape:
    """Return a colleague; how well their key is known also in words of the reader's language."""
    return {
        "type": "person",
        "id": value.id,
        "user_name": value.user_name,
        "name": value.name,
        "site": value.site,
        "time_zone": value.time_zone,
        "trust": value.trust.value,
        "trust_text": say(f"trust-level-{value.trust.value}"),
        "active": value.active,
    }


def member(value: "Member", say: "Say") -> Shape:
    """Return somebody in a conversation."""
    return {
        **person(value.person, say),
        "type": "member",
        "admin": value.admin,
        "own": value.own,
        "devices": value.devices,
    }


def safety_number(value: "Person", say: "Say", number: str, code: str) -> Shape:
    """Return the safety number with a person; `code` is what its QR code says."""
    return {**person(value, say), "type": "safety_number", "number": number, "code": code}


def comparison(value: "Person", say: "Say", *, matches: bool) -> Shape:
    """Return whether a person's safety number is the one that it was compared with."""
    return {**person(value, say), "type": "comparison", "matches": matches}


def device(value: "OwnDevice", entry: "LogDevice | None" = None) -> Shape:
    """Return one of one's own devices, with what the key directory says of it."""
    return {
        "type": "device",
        "id": value.id,
        "name": value.name,
        "created": instant(value.created * 1000),
        "last_active_day": value.last_active_day,
        "this": value.this,
        "listed": entry is not None and not entry.ended,
        "by": entry.by if entry is not None else None,
    }


def managed_device(value: "ManagedDevice", user_name: str) -> Shape:
    """Return a device of somebody whose account is managed."""
    return {
        "type": "managed_device",
        "id": value.id,
        "user_name": user_name,
        "name": value.name,
        "created": instant(value.created * 1000),
        "last_active_day": value.last_active_day,
    }


def linking_codes(value: "Codes") -> Shape:
    """Return what a new device shows: a code to type, and what its QR code says."""
    return {"type": "linking_codes", "typed": value.typed, "scanned": value.scanned}


def comparison_of_devices(value: "ShortAuthenticationString", language: str) -> Shape:
    """Return what both devices show when one is linked: pictures by their names, or numbers."""
    return {
        "type": "comparison_of_devices",
        "pictures": [each.name(language) for each in value.pictures()],
        "numbers": list(value.numbers()),
    }


def waiting_linking(value: "WaitingLinking") -> Shape:
    """Return a device that waits for an administrator."""
    return {
        "type": "waiting_linking",
        "id": value.id,
        "user_name": value.user.user_name,
        "name": value.device_name,
        "asked": instant(value.asked * 1000),
        "expires": instant(value.expires * 1000),
    }


def profile(value: "Profile") -> Shape:
    """Return whose account this is."""
    return {
        "type": "profile",
        "user": value.user,
        "device": value.device,
        "user_name": value.user_name,
        "name": value.name,
        "organisation": value.organisation,
        "site": value.site,
        "server": value.server,
        "language": value.language,
    }


def arrival(value: "Arrival") -> Shape:
    """Return how far a new device has come into its person's conversations."""
    return {
        "type": "arrival",
        "conversations": value.conversations,
        "joined": value.joined,
        "untitled": value.untitled,
        "waiting": value.waiting,
    }


def alarm(value: "Alarm") -> Shape:
    """Return something the person must know."""
    return {
        "type": "alarm",
        "key": value.key,
        "conversation": value.conversation,
        "time": instant(value.time_ms),
        "arguments": dict(value.arguments),
    }


def user(value: "ManagedUser") -> Shape:
    """Return a person as administration sees them."""
    return {
        "type": "user",
        "id": value.id,
        "user_name": value.user_name,
        "name": value.display_name,
        "site": value.site.name,
        "active": value.active,
        "roles": [role.value for role in value.roles],
    }


def site(value: "Site") -> Shape:
    """Return a site."""
    return {"type": "site", "id": value.id, "name": value.name, "time_zone": value.time_zone}


def invitation(value: "Invitation", user_name: str) -> Shape:
    """Return an invitation; its link is a secret."""
    return {
        "type": "invitation",
        "user_name": user_name,
        "link": value.link,
        "expires": instant(value.expires * 1000),
    }


def history(value: "HistoryStatus") -> Shape:
    """Return how things stand with the history of an account."""
    return {
        "type": "history",
        "policy": value.policy,
        "wishes": [
            {"id": each.id, "device": each.device, "giver": each.giver or None}
            for each in value.wishes
        ],
        "asked": value.asked,
        "giver": value.giver or None,
        "taken": value.taken,
        "expected": value.expected,
        "backup": {
            "allowed": value.backup.allowed,
            "wanted": value.backup.wanted,
            "changed": instant(value.backup.changed * 1000) if value.backup.exists else None,
            "bytes": value.backup.size,
            "key_known": value.backup.key_known,
        },
    }


def log(value: "LogStatus") -> Shape:
    """Return how far the key directory was followed, with the evidence of what was found."""
    return {
        "type": "log",
        "origin": value.origin,
        "log_key": value.key,
        "size": value.size,
        "root": base64(value.root),
        "checked": instant(value.checked * 1000) if value.checked else None,
        "cosigners": list(value.cosigners),
        "checkpoint": base64(value.checkpoint),
        "refused": [
            {"index": each.index, "who": each.who, "reason": each.reason} for each in value.refused
        ],
        "findings": [log_finding(each) for each in value.findings],
        "required": log_witnesses(value.required),
    }


def web_check(server: str, value: "WebCheck") -> Shape:
    """Return what a server hands out as its web client, and what is wrong with it."""
    build = value.build
    return {
        "type": "web_check",
        "server": server,
        "version": build.manifest.version,
        "build": build.sha256.hex(),
        "day": build.day,
        "index": build.index,
        "origin": build.key.name,
        "log_key": build.key.vkey,
        "log_key_known": value.known,
        "size": build.head.size,
        "root": base64(build.head.root),
        "files": len(build.manifest.files),
        "differences": [
            {"kind": each.key.removeprefix("cli-web-"), **each.arguments}
            for each in value.differences
        ],
    }


def log_witnesses(value: "LogWitnesses | None") -> Shape:
    """Return which witnesses are required, and whether enough of them have signed lately."""
    return {
        "type": "log_witnesses",
        "names": [] if value is None else list(value.names),
        "quorum": 0 if value is None else value.quorum,
        "maximum_age": 0 if value is None else value.maximum_age,
        "late": value is not None and value.late,
        "missing": value is not None and value.missing,
    }


def log_finding(value: "LogFinding") -> Shape:
    """Return what should not have been shown; what is signed is given byte for byte."""
    return {
        "type": "log_finding",
        "key": value.key,
        "time": instant(value.time_ms),
        "ours": base64(value.ours),
        "theirs": base64(value.theirs),
        "claim": value.claim,
        "who": value.who,
        "conversation": value.conversation,
        "certificate": base64(value.certificate),
        "entry": base64(value.entry),
        "index": value.index if value.entry else None,
        "log_key": value.log_key,
    }


def log_evidence(folder: str, value: "LogEvidence", files: "Iterable[str]") -> Shape:
    """Return which evidence was written, and where."""
    return {
        "type": "log_evidence",
        "key": value.finding.key,
        "time": instant(value.finding.time_ms),
        "digest": value.digest,
        "folder": folder,
        "files": sorted(files),
    }


def log_proof(device: str, seen: "LogStatus", proof: str) -> Shape:
    """Return a proof file, and the key of the log that it is checked with."""
    return {
        "type": "log_proof",
        "device": device,
        "origin": seen.origin,
        "log_key": seen.key,
        "proof": proof,
    }
