"""The settings file that `init` leaves behind, so that `serve` knows what `init` was told.

A file that is there is never changed: what it says against the command line is refused.
"""

import json
from urllib.parse import urlsplit

from teamchat.server.settings import FILE_NAME, ServerSettings, Settings, load
from teamchat.server.settings_values import SettingsError


def check(settings: Settings, *, public_url: str | None) -> None:
    """Refuse an address that would be in the links of today and not in those of tomorrow.

    Args:
        settings: The settings of the installation.
        public_url: The address on the command line; None if there is none.

    Raises:
        SettingsError: There is a settings file, and it says another address or none.
    """
    path = settings.data / FILE_NAME
    if public_url is None or not path.exists():
        return
    if load(path, {}).server.public_url != public_url:
        raise SettingsError(
            f"{path} has another public_url or none; write it there and leave --public-url out"
        )


def keep(settings: Settings) -> None:
    """Write the file if there is none; what is not in it has its default.

    The port of the address that people use is the port to listen on, unless another was given.
    """
    path = settings.data / FILE_NAME
    if path.exists():
        return
    server: dict[str, str | int] = {"data": "."}
    if settings.server.public_url:
        server["public_url"] = settings.server.public_url
    port = urlsplit(settings.server.public_url).port
    if port is not None and settings.server.port == ServerSettings().port:
        server["port"] = port
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in server.items())
    path.write_text(
        f"# Settings of this server; config/server.example.toml lists them all.\n[server]\n{lines}",
        encoding="utf-8",
    )
    path.chmod(0o600)
