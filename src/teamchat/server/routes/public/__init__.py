"""What anybody may call: health, API document, the web client, invitations, login.

And what a removed device is told, which has no session any more.
"""

from typing import Final

from teamchat.server.routes.public import entrance, health, linking, removal, web_client

ENDPOINTS: Final = (
    *health.routes.endpoints,
    *web_client.routes.endpoints,
    *entrance.routes.endpoints,
    *removal.routes.endpoints,
    *linking.routes.endpoints,
)
