"""What anybody may call: health, the API document, invitations, logging in."""

from typing import Final

from teamchat.server.routes.public import entrance, health

ENDPOINTS: Final = (*health.routes.endpoints, *entrance.routes.endpoints)
