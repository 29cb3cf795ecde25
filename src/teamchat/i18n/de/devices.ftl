# Geräte, die gehen: entfernt, verloren, ihr Besitzer ist fort.

error-reason-own-device = Das ist eines Ihrer eigenen Geräte. Entfernen Sie es mit `teamchat devices remove`: dann trägt es Ihre Unterschrift.

error-wiped-by-owner = Dieses Gerät wurde am { $day } von einem Ihrer anderen Geräte aus Ihrem Konto entfernt. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid.
error-wiped-by-company = Ihr Unternehmen hat dieses Gerät am { $day } entfernt oder Ihr Konto deaktiviert. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Fragen Sie Ihre IT. Besteht Ihr Konto weiter, kann der Rechner mit Ihrem Wiederherstellungsschlüssel als neues Gerät wieder Ihrer werden.
error-wiped-reset = Ihr Sicherheitsschlüssel wurde am { $day } ersetzt, und dieses Gerät ist nicht mehr Ihres. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
link-wiped = Dieses Gerät wurde entfernt. Alles, was teamchat hier gespeichert hatte, wurde gelöscht.
notice-own-device-removed-by-own = Am { $day } wurde { $called ->
    [nothing] eines Ihrer Geräte
   *[other] Ihr Gerät „{ $called }“
} von { $remover ->
    [nothing] einem anderen Ihrer Geräte
   *[other] Ihrem Gerät „{ $remover }“
} entfernt. Wenn Sie das nicht waren, sehen Sie Ihre Geräte durch und sagen Sie sofort Ihrer IT Bescheid.
cli-notice-own-device-removed-by-own = Am { $day } wurde { $called ->
    [nothing] eines Ihrer Geräte
   *[other] Ihr Gerät „{ $called }“
} von { $remover ->
    [nothing] einem anderen Ihrer Geräte
   *[other] Ihrem Gerät „{ $remover }“
} entfernt. Wenn Sie das nicht waren, sehen Sie Ihre Geräte durch (teamchat devices) und sagen Sie sofort Ihrer IT Bescheid.

cli-devices-of-most = { $count } von höchstens { $most ->
    [one] einem Gerät
   *[other] { $most } Geräten
}.
cli-device-first = erstes Gerät
cli-device-by-recovery-key = mit dem Wiederherstellungsschlüssel
cli-device-by = verknüpft von { $name }
cli-device-by-gone = verknüpft von einem Gerät, das es nicht mehr gibt
cli-device-unlisted = noch nicht in der Geräteliste
cli-devices-as-of = Die Geräteliste wurde hier zuletzt gelesen: { $time }.
cli-device-through = { $name } kam über { $by }. Wer { $by } hatte, kann es hinzugefügt haben. Wenn Sie { $name } nicht selbst haben, entfernen Sie es: teamchat devices remove "{ $name }"
cli-lost-none = Sie haben hier kein anderes Gerät. Wenn das verloren ist, das Sie suchen, lassen Sie es von Ihrer IT entfernen.
cli-lost-others = Ihre anderen Geräte: { $names }.
cli-lost-which = Welches ist verloren
cli-lost-this-device = Das ist das Gerät, das Sie gerade benutzen; es ist also nicht verloren. Nennen Sie das, das fehlt.
cli-lost-now = { $name } wird sofort abgemeldet. Was von da an geschrieben wird, liest es nicht: Vor der nächsten Nachricht bekommen Ihre Unterhaltungen neue Schlüssel. Sobald es den Server wieder erreicht, löscht es, was es gespeichert hat. Was auf ihm noch zu senden war, ist dann verloren.
cli-lost-confirm = { $name } jetzt entfernen?
cli-lost-through = { $name } kam über { $by }: Wer { $by } hat, kann es hinzugefügt haben. { $name } auch entfernen?
cli-lost-finder = Was jemand, der { $name } hat, noch sehen kann: was bis jetzt darauf war, wenn er die Passphrase kennt oder das Gerät offen war. Das bleibt so, bis es den Server erreicht und sich löscht.
cli-lost-next = Sagen Sie jetzt Ihrer IT Bescheid, vor allem, wenn das Gerät entsperrt war oder die Passphrase dabeilag. War Ihr Passwort darauf gespeichert, ändern Sie es jetzt: `teamchat password`. Sagen Sie es auch Kollegen, wenn Vertrauliches auf dem Gerät war.
cli-admin-no-device = { $who } hat kein Gerät. Es wurde nichts geändert.
cli-admin-which-device = { $who } hat mehrere Geräte: { $names }. Sagen Sie, welches gehen soll.
cli-admin-confirm-device = Das Gerät { $name } von { $who } entfernen? Es wird sofort abgemeldet und löscht, was es gespeichert hat; was darauf noch zu senden war, ist verloren.
cli-admin-device-removed = Das Gerät { $name } von { $who } wurde entfernt. { $who } und die Kollegen sehen, dass es das Unternehmen war.
error-too-many-devices = Sie haben so viele Geräte, wie hier eine Person haben darf. { $name } wurde am längsten nicht benutzt: Beenden Sie es auf einem Ihrer Geräte (teamchat devices remove "{ $name }") oder lassen Sie das Ihre IT tun, und melden Sie sich dann hier neu an.

system-deviceless = Das letzte Gerät von { $who } wurde entfernt. { $who } liest hier erst wieder mit, wenn es ein neues gibt; dann geht es von selbst weiter.
system-deviceless-by-company = Das Unternehmen hat das letzte Gerät von { $who } entfernt. { $who } liest hier erst wieder mit, wenn es ein neues gibt; dann geht es von selbst weiter.
system-deviceless-by-own = Das letzte Gerät von { $who } wurde entfernt, von einem Gerät von { $who } aus. { $who } liest hier erst wieder mit, wenn es ein neues gibt; dann geht es von selbst weiter.
system-back = { $who } ist wieder da.
error-peer-absent = { $who } hat zurzeit kein Gerät in Gebrauch, also könnte das niemand lesen. Schreiben Sie wieder, sobald es ein neues gibt.

tui-wiped-heading = Dieses Gerät wurde entfernt
tui-wiped-quit = Beenden
notice-own-device-left = Am { $day } wurde { $called ->
    [nothing] eines Ihrer Geräte
   *[other] Ihr Gerät „{ $called }“
} endgültig abgemeldet, auf diesem Gerät selbst.
