"""Whether the people who are told an address get to this server by it.

Nothing here is wrong for sure: a proxy may stand in front that nobody declared. So it warns.
"""

from urllib.parse import urlsplit

from teamchat.server.settings import Settings, is_loopback


def unreachable(settings: Settings) -> str:
    """Return why nobody but this machine reaches the server; empty if nothing speaks for it."""
    server = settings.server
    host = urlsplit(server.public_url).hostname or ""
    if not host or is_loopback(host) or not is_loopback(server.host) or server.trusted_proxies:
        return ""
    return (
        f"people are told {settings.url}, but nobody except this machine gets through to "
        f'{server.host}: write host = "0.0.0.0" (or "::") into [server] to listen on all addresses '
        "of this machine, or name the proxy in front in trusted_proxies"
    )
