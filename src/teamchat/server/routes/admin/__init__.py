"""Administration: people, their devices, sites and custodians, by those whose role allows it."""

from typing import Final

from teamchat.server.routes.admin import custodians, devices, people, sites

ENDPOINTS: Final = (
    *people.routes.endpoints,
    *devices.routes.endpoints,
    *sites.routes.endpoints,
    *custodians.routes.endpoints,
)
