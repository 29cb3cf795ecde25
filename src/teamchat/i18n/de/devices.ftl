# Geräte, die gehen: entfernt, verloren, ihr Besitzer ist fort.

error-reason-own-device = Das ist eines Ihrer eigenen Geräte. Entfernen Sie es mit `teamchat devices remove`: dann trägt es Ihre Unterschrift.

error-wiped-by-owner = Dieses Gerät wurde am { $day } von einem Ihrer anderen Geräte aus Ihrem Konto entfernt. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid.
error-wiped-by-company = Ihr Unternehmen hat dieses Gerät am { $day } entfernt. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Wenn Sie es noch brauchen, fragen Sie Ihre IT; mit Ihrem Wiederherstellungsschlüssel kann es als neues Gerät wieder Ihres werden.
error-wiped-reset = Ihr Sicherheitsschlüssel wurde am { $day } ersetzt, und dieses Gerät ist nicht mehr Ihres. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
link-wiped = Dieses Gerät wurde entfernt. Alles, was teamchat hier gespeichert hatte, wurde gelöscht.
notice-own-device-removed-by-own = Am { $day } wurde eines Ihrer Geräte von einem anderen Ihrer Geräte entfernt. Wenn Sie das nicht waren, sehen Sie Ihre Geräte durch (teamchat devices) und sagen Sie sofort Ihrer IT Bescheid.
