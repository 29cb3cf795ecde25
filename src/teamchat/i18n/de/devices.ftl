# Geräte, die gehen: entfernt, verloren, ihr Besitzer ist fort.

error-reason-own-device = Das ist eines Ihrer eigenen Geräte. Entfernen Sie es mit `teamchat devices remove`: dann trägt es Ihre Unterschrift.
