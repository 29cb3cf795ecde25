"""Every event that the audit log may hold (docs/reference/audit-events.md).

One line each: its name, who may cause it, what it is about, the only details it may carry, and
its class in OCSF. Details are ids, numbers, hashes and words from closed lists: never a name,
an address, or anything that somebody wrote. A detail ending in `_c` is a salted commitment.
"""

from enum import Enum
from typing import NamedTuple


class Entry(NamedTuple):
    """What the catalogue says of one event; lists are words separated by spaces."""

    name: str
    actors: str
    subject: str
    details: str
    ocsf: int


class Event(Enum):
    """The catalogue."""

    AUTH_LOGIN = Entry(
        "auth.login", "user", "session", "method mfa acr outcome failure_code ip_c ua_c", 3002
    )
    AUTH_LOGOUT = Entry("auth.logout", "user", "session", "cause", 3002)
    AUTH_MFA_ENROLLED = Entry("auth.mfa.enrolled", "user", "authenticator", "kind", 3001)
    AUTH_MFA_REMOVED = Entry(
        "auth.mfa.removed", "user admin", "authenticator", "kind approval", 3001
    )
    AUTH_MFA_FAILED = Entry("auth.mfa.failed", "user", "session", "kind attempt_no", 3002)
    AUTH_PASSKEY_ADDED = Entry(
        "auth.passkey.added", "user", "authenticator", "aaguid uv transports", 3001
    )
    AUTH_PASSKEY_REMOVED = Entry(
        "auth.passkey.removed", "user admin", "authenticator", "aaguid", 3001
    )
    AUTH_PASSWORD_CHANGED = Entry("auth.password.changed", "user", "user", "forced", 3001)
    AUTH_PASSWORD_RESET_REQUESTED = Entry(
        "auth.password.reset_requested", "user admin", "user", "channel", 3001
    )
    AUTH_RECOVERY_USED = Entry("auth.recovery.used", "user", "user", "codes_left", 3002)
    AUTH_LOCKOUT = Entry("auth.lockout", "system", "user", "rule until", 3001)
    AUTH_SSO_LINKED = Entry("auth.sso.linked", "user admin", "identity", "issuer sub_c", 3001)
    AUTH_SSO_UNLINKED = Entry("auth.sso.unlinked", "user admin", "identity", "issuer", 3001)
    AUTH_STEP_UP = Entry("auth.step_up", "user", "session", "for_action method outcome", 3002)
    SESSION_REVOKED = Entry("session.revoked", "user admin", "session", "cause", 3003)
    SESSION_REVOKED_ALL = Entry("session.revoked_all", "user admin", "user", "count cause", 3003)
    USER_CREATED = Entry("user.created", "admin service", "user", "source ext_id_c", 3007)
    USER_UPDATED = Entry("user.updated", "admin service user", "user", "field_names", 3007)
    USER_RENAMED = Entry("user.renamed", "admin service", "user", "old_c new_c", 3007)
    USER_DEACTIVATED = Entry(
        "user.deactivated", "admin service", "user", "source sessions_closed devices_flagged", 3007
    )
    USER_REACTIVATED = Entry("user.reactivated", "admin service", "user", "source", 3007)
    USER_RESTRICTED = Entry("user.restricted", "admin", "user", "legal_ref until", 3007)
    USER_UNRESTRICTED = Entry("user.unrestricted", "admin", "user", "legal_ref", 3007)
    USER_ERASED = Entry("user.erased", "admin system", "user", "classes_erased approval", 3007)
    INVITE_CREATED = Entry("invite.created", "admin", "invite", "user_id ttl channel", 3004)
    INVITE_REDEEMED = Entry("invite.redeemed", "user", "invite", "device_id", 3004)
    INVITE_REVOKED = Entry("invite.revoked", "admin", "invite", "cause", 3004)
    INVITE_EXPIRED = Entry("invite.expired", "system", "invite", "", 3004)
    IMPORT_CSV = Entry(
        "import.csv", "admin", "import", "file_sha256 created updated skipped failed dry_run", 6003
    )
    DEVICE_ADDED = Entry(
        "device.added", "client", "device", "vouched_by reset first key_log_idx", 3004
    )
    DEVICE_VOUCH_REJECTED = Entry("device.vouch_rejected", "client", "device", "reason", 3004)
    DEVICE_REMOVED = Entry(
        "device.removed", "user admin system", "device", "cause key_log_idx", 3004
    )
    DEVICE_WIPED = Entry("device.wiped", "client", "device", "confirmed", 3004)
    HISTORY_GIVEN = Entry("history.given", "client", "device", "receiver_id", 3004)
    HISTORY_BACKUP_REMOVED = Entry("history.backup_removed", "user", "user", "", 3004)
    IDENTITY_RESET = Entry(
        "identity.reset", "admin user", "user", "approval delay_until key_log_idx", 3004
    )
    CUSTODIANS_APPOINTED = Entry(
        "custodians.appointed", "admin", "custodians", "set threshold people key_log_idx", 3004
    )
    CUSTODIANS_ENDED = Entry("custodians.ended", "admin", "custodians", "key_log_idx", 3004)
    CUSTODIANS_ACCEPTED = Entry("custodians.accepted", "user", "custodians", "set device_id", 3004)
    CUSTODY_ENTRUSTED = Entry("custody.entrusted", "user", "user", "set deposit", 3004)
    CUSTODY_WITHDRAWN = Entry("custody.withdrawn", "user", "user", "", 3004)
    CUSTODY_REQUESTED = Entry(
        "custody.requested", "user", "request", "user_id slot_sha256 opens expires", 3004
    )
    CUSTODY_APPROVED = Entry(
        "custody.approved", "user", "request", "user_id device_id box_sha256", 3004
    )
    CUSTODY_DECLINED = Entry("custody.declined", "user", "request", "user_id device_id", 3004)
    CUSTODY_TAKEN_BACK = Entry("custody.taken_back", "user", "request", "user_id device_id", 3004)
    CUSTODY_REFUSED = Entry(
        "custody.refused", "user admin", "request", "user_id device_id cause", 3004
    )
    CUSTODY_EXPIRED = Entry("custody.expired", "system", "request", "user_id", 3004)
    CUSTODY_OPENED = Entry("custody.opened", "user", "request", "user_id people", 3004)
    IDENTITY_RESET_ASKED = Entry("identity.reset_asked", "user", "user", "delay_until", 3004)
    IDENTITY_RESET_CANCELLED = Entry("identity.reset_cancelled", "user", "user", "", 3004)
    IDENTITY_ROTATED = Entry("identity.rotated", "user", "user", "key_log_idx", 3004)
    RECOVERY_BOX_GIVEN = Entry("recovery.box_given", "user", "user", "", 3002)
    KEYPACKAGES_UPLOADED = Entry(
        "keypackages.uploaded", "client", "device", "count last_resort", 3004
    )
    KEYPACKAGES_LOW = Entry("keypackages.low", "system", "device", "left", 3004)
    DIRECTORY_ALARM_REPORTED = Entry(
        "directory.alarm_reported", "client", "key log", "kind evidence_sha256", 2004
    )
    WEB_BUNDLE_PUBLISHED = Entry(
        "web_bundle.published", "service", "bundle", "sha256 version key_log_idx", 6002
    )
    ROOM_CREATED = Entry("room.created", "user", "room", "kind policy_id", 3006)
    ROOM_ARCHIVED = Entry("room.archived", "user admin", "room", "", 3006)
    ROOM_DELETED = Entry("room.deleted", "user admin system", "room", "cause approval", 3006)
    ROOM_MEMBER_ADDED = Entry("room.member_added", "user system", "room", "member_id epoch", 3006)
    ROOM_MEMBER_REMOVED = Entry(
        "room.member_removed", "user admin system", "room", "member_id cause epoch", 3006
    )
    ROOM_ROLE_CHANGED = Entry("room.role_changed", "user admin", "room", "member_id old new", 3006)
    ROOM_RETENTION_CHANGED = Entry(
        "room.retention_changed", "user admin", "room", "old_days new_days approval", 3004
    )
    ROOM_LABEL_CHANGED = Entry("room.label_changed", "admin", "room", "label old new", 3004)
    ROOM_ARCHIVE_MEMBER_ADDED = Entry(
        "room.archive_member_added", "admin", "room", "archive_id approval epoch", 3006
    )
    ROOM_ARCHIVE_MEMBER_REMOVED = Entry(
        "room.archive_member_removed", "admin", "room", "archive_id epoch", 3006
    )
    MLS_COMMIT_REJECTED = Entry("mls.commit_rejected", "system", "room", "reason device_id", 6003)
    MLS_FORK_DETECTED = Entry("mls.fork_detected", "client system", "room", "epoch hashes", 2004)
    ROLE_GRANTED = Entry("role.granted", "admin", "user", "role scope approval", 3005)
    ROLE_REVOKED = Entry("role.revoked", "admin", "user", "role scope", 3005)
    POLICY_CHANGED = Entry("policy.changed", "admin", "policy", "key old new approval", 3004)
    APPROVAL_REQUESTED = Entry(
        "approval.requested", "admin", "request", "action params_sha256 expires", 3004
    )
    APPROVAL_GRANTED = Entry("approval.granted", "admin", "request", "action", 3004)
    APPROVAL_DENIED = Entry("approval.denied", "admin", "request", "action reason_code", 3004)
    APPROVAL_EXPIRED = Entry("approval.expired", "system", "request", "action", 3004)
    PRIVACY_NOTICE_PUBLISHED = Entry(
        "privacy_notice.published", "admin", "notice", "version lang sha256", 3004
    )
    PRIVACY_NOTICE_SHOWN = Entry("privacy_notice.shown", "user", "notice", "version", 3004)
    SCIM_REQUEST_DENIED = Entry(
        "scim.request_denied", "service", "endpoint", "status scim_type token_id", 6003
    )
    SCIM_USER_CONFLICT = Entry("scim.user_conflict", "service", "user", "attr scim_type", 6003)
    SCIM_TOKEN_CREATED = Entry(
        "scim.token_created", "admin", "token", "token_id expires scope", 3005
    )
    SCIM_TOKEN_ROTATED = Entry("scim.token_rotated", "admin", "token", "token_id", 3005)
    SCIM_TOKEN_REVOKED = Entry("scim.token_revoked", "admin", "token", "token_id", 3005)
    LDAP_SYNC = Entry(
        "ldap.sync", "system", "directory", "added changed deactivated duration_ms", 6003
    )
    LDAP_SYNC_FAILED = Entry("ldap.sync_failed", "system", "directory", "code brake_tripped", 6003)
    OIDC_CONFIG_CHANGED = Entry(
        "oidc.config_changed", "admin", "idp", "issuer field_names approval", 3004
    )
    API_TOKEN_CREATED = Entry(
        "api_token.created", "user admin", "token", "token_id scopes expires", 3005
    )
    API_TOKEN_REVOKED = Entry("api_token.revoked", "user admin", "token", "token_id", 3005)
    WEBHOOK_CHANGED = Entry("webhook.changed", "admin", "webhook", "host events", 3004)
    BOT_CREATED = Entry("bot.created", "admin", "bot", "owner scopes", 3007)
    AUDIT_READ = Entry(
        "audit.read", "auditor council dpo", "audit log", "filter_sha256 from to rows", 6005
    )
    AUDIT_EXPORTED = Entry(
        "audit.exported",
        "auditor",
        "export",
        "format from to rows sha256 identities approval",
        6005,
    )
    AUDIT_SINK_CHANGED = Entry("audit.sink_changed", "admin", "sink", "kind host tls", 3004)
    AUDIT_SINK_FAILED = Entry("audit.sink_failed", "system", "sink", "since queued", 6002)
    AUDIT_PII_ERASED = Entry("audit.pii_erased", "system", "audit log", "rows rule", 6005)
    DSAR_OPENED = Entry("dsar.opened", "user dpo", "dsar", "article due_date", 3004)
    DSAR_EXPORTED = Entry("dsar.exported", "user dpo", "dsar", "sha256 classes", 6005)
    DSAR_CLOSED = Entry("dsar.closed", "dpo", "dsar", "outcome", 3004)
    HOLD_CREATED = Entry(
        "hold.created", "legal", "hold", "scope reason_code review_date approval", 3004
    )
    HOLD_EXTENDED = Entry("hold.extended", "legal", "hold", "review_date approval", 3004)
    HOLD_RELEASED = Entry("hold.released", "legal", "hold", "", 3004)
    RETENTION_RUN = Entry("retention.run", "system", "store", "counts oldest_left", 6005)
    ARCHIVE_OPENED = Entry(
        "archive.opened",
        "legal council",
        "archive",
        "scope from to holders tool_sha256 rooms messages",
        6005,
    )
    ARCHIVE_KEY_ROTATED = Entry(
        "archive.key_rotated", "legal council", "archive", "old_id new_id", 3004
    )
    INCIDENT_OPENED = Entry("incident.opened", "dpo admin", "incident", "category due_72h", 3004)
    INCIDENT_CLOSED = Entry("incident.closed", "dpo", "incident", "outcome", 3004)
    SERVER_STARTED = Entry("server.started", "system", "server", "version config_sha256", 6002)
    SERVER_STOPPED = Entry("server.stopped", "system", "server", "cause", 6002)
    CONFIG_CHANGED = Entry("config.changed", "admin system", "config", "key old new", 3004)
    LOG_CHECKPOINT_GAP = Entry(
        "log.checkpoint_gap", "system", "audit log", "last_size seconds", 6002
    )
    LOG_KEY_ROTATED = Entry(
        "log.key_rotated", "admin", "audit log", "old_keyid new_keyid approval", 3004
    )
    WITNESS_REFUSED = Entry("witness.refused", "system", "witness", "name http_status", 6002)
    BACKUP_CREATED = Entry(
        "backup.created", "system", "backup", "sha256 log_size key_log_size", 6002
    )
    BACKUP_RESTORED = Entry("backup.restored", "admin", "backup", "sha256 log_size approval", 6002)
    TLS_CERT_ROTATED = Entry("tls.cert_rotated", "system", "certificate", "sha256 not_after", 6002)
    RATELIMIT_TRIPPED = Entry(
        "ratelimit.tripped", "system", "endpoint class", "rule ip_c user_id", 6003
    )
    AUTHZ_DENIED = Entry("authz.denied", "user service", "endpoint class", "rule role_needed", 3003)
    INPUT_REJECTED = Entry("input.rejected", "system", "endpoint class", "rule", 6003)
    CLOCK_SKEW = Entry("clock.skew", "system", "server", "seconds", 6002)

    @property
    def label(self) -> str:
        """The name as it is stored and exported."""
        return self.value.name

    @property
    def details(self) -> frozenset[str]:
        """The names of the details it may carry."""
        return frozenset(self.value.details.split())


def event_of(label: str) -> Event | None:
    """Return the event with this name, if the catalogue has it."""
    return next((event for event in Event if event.label == label), None)
