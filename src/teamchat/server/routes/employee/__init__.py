"""What a person's session and device may call."""

from typing import Final

from teamchat.server.routes.employee import (
    alarms,
    blobs,
    conversations,
    custody,
    directory,
    gifts,
    history,
    key_log,
    key_packages,
    linking,
    me,
    policy,
    push,
    recovery,
    socket,
)

ENDPOINTS: Final = (
    *me.routes.endpoints,
    *linking.routes.endpoints,
    *recovery.routes.endpoints,
    *policy.routes.endpoints,
    *push.routes.endpoints,
    *alarms.routes.endpoints,
    *directory.routes.endpoints,
    *key_log.routes.endpoints,
    *key_packages.routes.endpoints,
    *conversations.routes.endpoints,
    *blobs.routes.endpoints,
    *gifts.routes.endpoints,
    *history.routes.endpoints,
    *custody.routes.endpoints,
    *socket.routes.endpoints,
)
