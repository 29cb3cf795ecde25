## web-account: Geräte, Passwort, Abmelden und Hinweise im Browser

web-account = Konto und Geräte
web-devices-about = Wo Sie mitlesen; entfernen, was Sie nicht mehr haben.
web-device-since = dabei seit: { $day }
web-device-remove = Entfernen
web-device-remove-name = { $name } entfernen
web-device-removed = „{ $name }“ ist entfernt. War es verloren, sagen Sie es auch Ihrer IT.
web-password-new-hint = Einige Wörter hintereinander lassen sich gut merken.

web-sign-out = Abmelden und löschen
web-sign-out-about = Beendet teamchat in diesem Browser und löscht, was hier gespeichert ist.
web-sign-out-erased = Ihre Nachrichten, Entwürfe und Schlüssel in diesem Browser werden gelöscht. Das lässt sich nicht zurücknehmen.
web-sign-out-stays = Ihre anderen Geräte und Ihre Kollegen behalten, was sie haben.
web-sign-out-back = Um hier wieder zu schreiben, brauchen Sie Ihr Passwort und Ihre Wiederherstellungswörter. Frühere Nachrichten kommen dann nicht von selbst zurück.
web-sign-out-waiting = { $count ->
    [one] { $count } Nachricht wartet noch auf eine Verbindung und geht verloren.
   *[other] { $count } Nachrichten warten noch auf eine Verbindung und gehen verloren.
}
web-sign-out-go-on = Weiter
web-sign-out-sure = Jetzt abmelden und alles löschen, was in diesem Browser liegt?
web-sign-out-now = Abmelden und löschen
web-sign-out-unasked = Trotzdem hier löschen
web-sign-out-unasked-words = Sie können trotzdem löschen, was hier liegt. Der Server erfährt es dann nicht: Das Gerät steht weiter in Ihrer Liste, bis Sie es von einem anderen Gerät entfernen oder Ihre IT es tut.

web-alarms = { $count ->
    [0] Hinweise
    [one] Hinweise, { $count } neuer
   *[other] Hinweise, { $count } neue
}
web-alarm-new = neu
web-alarm-go = Zu „{ $title }“

web-alarm-custody-requested = Seit dem { $day } bittet jemand die Treuhänder um Ihre Wiederherstellungswörter, von einem Computer, der keines Ihrer Geräte ist. Sind das nicht Sie, verhindern Sie es jetzt mit dem Knopf, der oben in teamchat steht. Ändern Sie danach Ihr Passwort in den Einstellungen und sagen Sie Ihrer IT Bescheid.
web-alarm-own-entries-more = In der Geräteliste steht auf einmal so viel über Sie oder die Treuhänder, dass { $count ->
    [one] eine Änderung hier nicht einzeln gezeigt wird
   *[other] { $count } Änderungen hier nicht einzeln gezeigt werden
}. Sehen Sie in den Einstellungen Ihre Geräte durch und sagen Sie sofort Ihrer IT Bescheid.
web-error-reason-own-device = Das ist eines Ihrer eigenen Geräte. Entfernen Sie es in den Einstellungen unter „Ihre Geräte“: Dann trägt es Ihre Unterschrift.
web-error-reason-too-many-devices = Sie haben so viele Geräte, wie eine Person hier haben darf. Entfernen Sie auf einem davon eines, das Sie nicht mehr benutzen: Einstellungen, „Ihre Geräte“. Melden Sie sich dann hier neu an.
web-error-signed-out = Sie wurden abgemeldet. Melden Sie sich wieder an. Gelingt das nicht, fragen Sie Ihre IT.
web-evicted = Dieser Browser hat entfernt, was teamchat hier aufbewahrt hat: Der Platz war knapp, Sie waren lange nicht hier, oder die Daten dieser Seite wurden gelöscht. Ihre Nachrichten sind noch bei Ihren Kolleginnen und Kollegen und auf Ihren anderen Geräten; verloren ist nur, was hier noch nicht gesendet war. Melden Sie sich mit Passwort und Wiederherstellungswörtern an, oder verbinden Sie diesen Browser mit einem Ihrer Geräte.
web-link-not-stored = Der Speicher, den dieser Browser teamchat gibt, ist voll. Neue Nachrichten warten auf dem Server; was Sie tippen, bleibt stehen, solange diese Seite offen ist. Schaffen Sie Platz auf diesem Gerät, dann geht es von selbst weiter.
web-not-promised = Dieser Browser kann entfernen, was teamchat hier aufbewahrt, wenn der Platz knapp wird oder Sie lange nicht hier waren. Als App installiert bleibt es eher erhalten. Mit Ihren Wiederherstellungswörtern kommen Sie immer zurück.
web-error-store-damaged = Was in diesem Browser gespeichert ist, ist beschädigt und nicht lesbar. Löschen Sie es hier und melden Sie sich wieder an, als neues Gerät: mit Passwort und Wiederherstellungswörtern.
web-error-too-many-devices = Sie haben so viele Geräte, wie hier eine Person haben darf. „{ $name }“ wurde am längsten nicht benutzt: Entfernen Sie es auf einem Ihrer Geräte (Einstellungen, „Ihre Geräte“) oder lassen Sie das Ihre IT tun, und melden Sie sich dann hier neu an.
web-error-vault-locked = Was in diesem Browser gespeichert ist, lässt sich nicht öffnen. Laden Sie die Seite neu. Bleibt es so, löschen Sie es hier und melden Sie sich wieder an: mit Passwort und Wiederherstellungswörtern.
web-notice-custodians = Seit dem { $day } hat Ihre Firma { $count } Treuhänder. Je { $threshold } von ihnen zusammen können jemandem, der alles verloren hat, den Zugang zurückgeben, wenn diese Person es ihnen anvertraut hat. Wer sie sind, steht in den Einstellungen unter „Treuhänder“. Hatten Sie Ihre Wiederherstellungswörter früheren Treuhändern anvertraut, gilt das nicht mehr: Tun Sie es neu, wenn Sie möchten.
web-notice-custody-asked = Seit dem { $day } bittet { $name } Sie als Treuhänderin oder Treuhänder um Ihren Teil der Wiederherstellungswörter. Rufen Sie zuerst an oder gehen Sie hin. Antworten Sie dann in den Einstellungen unter „Treuhänder“.
web-alarm-history-stopped = Frühere Nachrichten, die von diesem Gerät zu einem anderen von Ihnen unterwegs waren, gehen nicht mehr dorthin: Das Gerät wurde entfernt, sein Schlüssel ist ein anderer, oder Ihre Organisation hat ihre Regel geändert. Sehen Sie in den Einstellungen Ihre Geräte an.
web-alarm-history-not-given = { $who } konnten die früheren Nachrichten nicht gegeben werden: Der Server hat sie nicht angenommen. Wer die Unterhaltung verwaltet, kann sie im Terminal von teamchat noch einmal geben.
