"""What anybody may call: health, API document, the page for browsers, invitations, login."""

from typing import Final

from teamchat.server.routes.public import entrance, health, landing

ENDPOINTS: Final = (
    *health.routes.endpoints,
    *landing.routes.endpoints,
    *entrance.routes.endpoints,
)
