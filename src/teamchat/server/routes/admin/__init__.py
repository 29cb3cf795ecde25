"""Administration: people, their devices, and sites, by those whose role allows it."""

from typing import Final

from teamchat.server.routes.admin import devices, people, sites

ENDPOINTS: Final = (
    *people.routes.endpoints,
    *devices.routes.endpoints,
    *sites.routes.endpoints,
)
