"""Administration: people and sites, by those whose role allows it."""

from typing import Final

from teamchat.server.routes.admin import people, sites

ENDPOINTS: Final = (*people.routes.endpoints, *sites.routes.endpoints)
