"""Administration: people, their devices, sites and custodians, by those whose role allows it."""

from typing import Final

from teamchat.server.routes.admin import custodians, devices, linkings, people, sites

ENDPOINTS: Final = (
    *people.routes.endpoints,
    *devices.routes.endpoints,
    *linkings.routes.endpoints,
    *sites.routes.endpoints,
    *custodians.routes.endpoints,
)
