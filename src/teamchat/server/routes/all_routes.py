"""Every route of the server, in the order in which they are registered and documented."""

from collections.abc import Sequence
from typing import Final

from teamchat.server.endpoints import Endpoint
from teamchat.server.routes import admin, employee, public

ENDPOINTS: Final[Sequence[Endpoint]] = (
    *public.ENDPOINTS,
    *employee.ENDPOINTS,
    *admin.ENDPOINTS,
)
"""What `app` serves and `openapi` describes."""
