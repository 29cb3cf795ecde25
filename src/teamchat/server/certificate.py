"""The certificate that a running server shows, read again when the operator says so (SIGHUP)."""

from pathlib import Path

from teamchat.server import tls
from teamchat.server.settings import TLSSettings
from teamchat.server.tls import Shown


class ServedCertificate:
    """A certificate and the TLS context that shows it."""

    def __init__(self, settings: TLSSettings) -> None:
        """Read it.

        Raises:
            TLSError: The files cannot be used.
        """
        self._certificate, self._key = Path(settings.certificate), Path(settings.key)
        self.context = tls.context(self._certificate, self._key)
        self._shown = tls.shown(self._certificate)

    def reload(self) -> Shown | None:
        """Read it again; return what is shown from now on if that is another certificate.

        Raises:
            TLSError: The files cannot be used; the certificate of before is still shown.
        """
        tls.reload(self.context, self._certificate, self._key)
        before, self._shown = self._shown, tls.shown(self._certificate)
        return None if self._shown == before else self._shown
