## tui: der Terminal-Client

tui-opening = Ihre Unterhaltungen werden geöffnet …
tui-passphrase = Passphrase (Esc beendet)
tui-passphrase-asked = Was auf diesem Gerät liegt, ist verschlüsselt. Geben Sie die Passphrase dieses Geräts ein, nicht Ihr Passwort.
tui-passphrase-empty = Es wurde nichts eingegeben.
tui-unlock = Öffnen
tui-cancel = Abbrechen
tui-close = Schließen
tui-conversations = Unterhaltungen
tui-no-conversations = Hier stehen Ihre Unterhaltungen. Beginnen Sie die erste.
tui-choose = Wählen Sie links eine Unterhaltung.
tui-begin-first = { $key } beginnt Ihre erste Unterhaltung: jemanden auswählen und schreiben.
tui-nothing-yet = Noch nichts geschrieben.
tui-untitled = Ohne Titel
tui-somebody = Jemand
tui-you = Sie
tui-admin = verwaltet die Gruppe
tui-draft = Entwurf
tui-write = Nachricht schreiben
tui-members = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
tui-there = dort ist es { $time }
tui-devices-count = { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
}
tui-waiting = { $count ->
    [one] { $count } Nachricht wartet
   *[other] { $count } Nachrichten warten
}
tui-notices-count = { $count ->
    [one] { $count } Hinweis
   *[other] { $count } Hinweise
}
tui-unsupported = Diese Nachricht braucht eine neuere Version von teamchat.
tui-more-lines = { $count ->
    [one] … { $count } weitere Zeile. Eingabe zeigt alles.
   *[other] … { $count } weitere Zeilen. Eingabe zeigt alles.
}
tui-unread-line = Ungelesen
tui-newest = ↓ Zum Neuesten
tui-newest-count = { $count ->
    [one] ↓ { $count } neue Nachricht
   *[other] ↓ { $count } neue Nachrichten
}
tui-readers-link = Wer liest mit?
tui-not-joined = nicht mehr dabei
tui-not-joined-words = Sie können diese Unterhaltung hier lesen, aber nicht mehr darin schreiben.
tui-leaving-words = Sie verlassen diese Unterhaltung. Das geschieht, sobald ein anderes Mitglied online ist; bis dahin lesen Sie mit, schreiben können Sie nicht mehr.
tui-signed-out = Sie wurden abgemeldet. Ihre Nachrichten und Entwürfe bleiben auf diesem Gerät. Beenden Sie dieses Programm und melden Sie sich mit „teamchat login“ wieder an. Gelingt das nicht, fragen Sie Ihre IT.
tui-key-changed = Der Schlüssel von { $name } hat sich geändert. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.
tui-changed-question = An { $name } schreiben, obwohl sich der Schlüssel geändert hat?
tui-changed-consequence = Den neuen Schlüssel hat noch niemand verglichen. Vergleichen Sie zuerst die Sicherheitsnummer, wenn es vertraulich ist.
tui-send-anyway = Senden
tui-copied = Kopiert.
tui-not-allowed = Das darf nur, wer die Gruppe verwaltet.
tui-nothing-unread = Alles ist gelesen.
tui-nothing-found = Nichts gefunden
tui-palette-hint = Was möchten Sie tun?
tui-go-to-hint = Welche Unterhaltung?
tui-how-to-quit = { $key } beendet teamchat.
tui-hint-help = Hilfe
tui-hint-palette = Befehle

tui-state-queued = wartet
tui-state-sent = gesendet
tui-state-delivered = zugestellt
tui-state-failed = nicht gesendet
tui-about-queued = Sie geht von selbst hinaus, sobald eine Verbindung besteht.
tui-about-sent = Der Server hat sie. Noch nicht alle haben sie auf einem Gerät.
tui-about-delivered = Alle anderen haben sie auf einem Gerät.
tui-about-failed = Sie geht nicht von selbst hinaus. Versuchen Sie es erneut, oder verwerfen Sie sie.

tui-link-offline = Keine Verbindung
tui-link-connecting = Verbindung wird aufgebaut
tui-link-catching-up = Nachrichten werden geholt
tui-link-online = Verbunden
tui-link-signed-out = Abgemeldet

tui-day-today = heute
tui-day-yesterday = gestern
tui-day = { $weekday }, { $day }. { $month }
tui-day-year = { $weekday }, { $day }. { $month } { $year }
tui-date-short = { $day }.{ $month }.{ $year }
tui-weekday-1 = Montag
tui-weekday-2 = Dienstag
tui-weekday-3 = Mittwoch
tui-weekday-4 = Donnerstag
tui-weekday-5 = Freitag
tui-weekday-6 = Samstag
tui-weekday-7 = Sonntag
tui-weekday-short-1 = Mo
tui-weekday-short-2 = Di
tui-weekday-short-3 = Mi
tui-weekday-short-4 = Do
tui-weekday-short-5 = Fr
tui-weekday-short-6 = Sa
tui-weekday-short-7 = So
tui-month-1 = Januar
tui-month-2 = Februar
tui-month-3 = März
tui-month-4 = April
tui-month-5 = Mai
tui-month-6 = Juni
tui-month-7 = Juli
tui-month-8 = August
tui-month-9 = September
tui-month-10 = Oktober
tui-month-11 = November
tui-month-12 = Dezember

tui-new-conversation = Neue Unterhaltung
tui-search-people = Name oder Benutzername
tui-group-title = Titel der Gruppe
tui-chosen = Ausgewählt: { $names }
tui-nobody-found = Niemand gefunden
tui-begin = Beginnen
tui-add-people = Personen hinzufügen
tui-add = Hinzufügen
tui-rename = Umbenennen
tui-rename-question = Wie soll die Unterhaltung heißen?
system-encryption = { $id ->
    [61453] Ende-zu-Ende-verschlüsselt, auch gegen Quantencomputer ausgelegt.
   *[other] Ende-zu-Ende-verschlüsselt ({ $suite }).
}
tui-members-heading = Mitglieder
tui-members-left = Sie sind nicht mehr in dieser Unterhaltung. Wer jetzt darin ist, erfahren Sie nicht mehr.
tui-members-unknown = Dieses Gerät ist gerade nicht in der Unterhaltung und weiß deshalb nicht, wer es ist.
tui-choose-then-verify = Um eine Sicherheitsnummer zu vergleichen: Wählen Sie eine Person, dann { $key }.
tui-member-not-admin = Verwaltung entziehen
tui-remove-question = { $name } aus dieser Gruppe entfernen?
tui-remove-consequence = { $name } behält, was bis jetzt gelesen wurde, und kann nichts lesen, was ab jetzt geschrieben wird.
tui-leave-question = „{ $title }“ verlassen?
tui-leave-consequence = Sie können lesen, was Sie jetzt haben, und nichts, was ab jetzt geschrieben wird. Nur wer die Gruppe verwaltet, kann Sie zurückholen.
tui-discard-question = Diese Nachricht verwerfen?
tui-discard-consequence = Sie wurde nicht gesendet. Ihr Text ist danach verloren.
tui-sign-out-question = Auf diesem Gerät abmelden?
tui-sign-out-consequence = Der Server vergisst dieses Gerät. Um wieder zu schreiben, melden Sie sich mit Passwort und Wiederherstellungsschlüssel an.

tui-readers-heading = Wer kann mitlesen?
tui-readers-left = Sie sind nicht mehr in dieser Unterhaltung. Was dort jetzt geschrieben wird, ist nicht für Sie. Was hier steht, war für die bestimmt, die damals dabei waren.
tui-readers-only = { $count ->
    [one] Nur Sie können diese Unterhaltung lesen. Nicht die IT, nicht der Server.
   *[other] Nur die { $count } Personen in dieser Unterhaltung können mitlesen. Nicht die IT, nicht der Server.
}
tui-readers-devices = { $count ->
    [one] Zusammen lesen alle hier auf { $count } Gerät.
   *[other] Zusammen lesen alle hier auf { $count } Geräten.
}
tui-server-sees-heading = Was der Server sieht
tui-server-sees = Wer in der Unterhaltung ist, wer wann schreibt und wie viel. Nicht, was geschrieben wird, und nicht den Titel.
tui-trust-heading = Wie sicher das ist
tui-trust-words = Welches Gerät zu wem gehört, steht in der Geräteliste, die für alle dieselbe ist: F7 zeigt, ob sie stimmt. Ob ein Schlüssel wirklich der einer Person ist, wissen Sie, wenn Sie die Sicherheitsnummer mit ihr vergleichen, persönlich oder am Telefon.
tui-trust-changed-words = Der Schlüssel von jemandem hier hat sich geändert, und Sie haben ihn noch nicht verglichen.
tui-encryption-heading = Wie verschlüsselt wird
tui-retention-heading = Wie lange Nachrichten bleiben

tui-verify-heading = Sicherheitsnummer mit { $name }
tui-verify-words = { $name } sieht dieselbe Nummer unter „Sicherheitsnummer vergleichen“. Lesen Sie sie einander vor, persönlich oder am Telefon.
tui-verify-wait = …
tui-verify-yes = Stimmt überein
tui-verify-no = Stimmt nicht
tui-verify-done = Vermerkt. Ändert sich der Schlüssel von { $name }, erfahren Sie es.
tui-verify-not-done = Das ließ sich nicht vermerken: Der Schlüssel von { $name } hat sich inzwischen geändert. Vergleichen Sie erneut.
tui-verify-differs = Schreiben Sie { $name } hier nichts Vertrauliches. Sagen Sie Ihrer IT Bescheid: Vielleicht liest jemand mit.

tui-hold-broken = Diese Unterhaltung ist auf diesem Gerät stecken geblieben; was Sie gelesen haben, bleibt hier.
tui-hold-broken-short = ! hier stecken geblieben
tui-hold-changed = Der Schlüssel von { $who } hat sich geändert; bis Sie ihn angesehen haben, wird hier nichts gesendet.
tui-hold-changed-short = ! Schlüssel geändert
tui-hold-newcomers = { $who } kam dazu, als dieses Gerät weg war, und niemand wurde beim Hinzufügen gesehen; bis Sie entscheiden, wird nichts gesendet.
tui-hold-newcomers-short = ! jemand kam ungesehen dazu
tui-hold-waiting = Das Gerät eines anderen Mitglieds muss dieses hier wieder hereinlassen. Das geschieht von selbst, sobald jemand von ihnen teamchat offen hat. Was Sie schreiben, bleibt liegen und wird dann gesendet.
tui-hold-entering = Dieses Gerät kommt gerade erst in die Unterhaltung. Was Sie schreiben, bleibt liegen und wird dann gesendet.
tui-hold-offer = ▸ { $key }: ansehen und entscheiden
tui-nothing-to-resolve = Hier steht nichts im Weg.
tui-nobody-to-accept = Alle hier kamen vor Ihren Augen dazu. Es ist niemand anzunehmen.
tui-rejoining = Tritt wieder bei … Das kann eine Minute dauern; Sie können anderswo weitermachen.
tui-rejoin-question = „{ $title }“ wieder beitreten?
tui-rejoin-consequence = Was Sie gelesen haben, bleibt hier. Was die anderen seit dem Steckenbleiben geschrieben haben, bis Sie wieder da sind, fehlt auf diesem Gerät für immer. Die anderen sehen, dass dieses Gerät wieder beigetreten ist.
tui-newcomers-heading = Wer dazukam
tui-newcomers-words = Diese Personen kamen dazu, als dieses Gerät weg war, und niemand wurde beim Hinzufügen gesehen. Fragen Sie jemanden, den Sie kennen, ob das stimmt. Sagen Sie erst dann, dass sie dazugehören; was Sie schreiben, können sie ab dann lesen.
tui-newcomers-accept = Ja, sie gehören dazu
tui-newcomers-later = Noch nicht
tui-verify-new = Der Schlüssel von { $name } hat sich geändert. Das geschieht, wenn jemand ohne Wiederherstellungsschlüssel neu anfängt, oder wenn jemand dazwischensteht. Vergleichen Sie die Nummer. Stimmt sie nicht, nehmen Sie nichts an, und sagen Sie es { $name } und Ihrer IT-Abteilung.
tui-verify-keep = Alten behalten
tui-verify-kept = Der Schlüssel von vorher bleibt. Sagen Sie Ihrer IT Bescheid: Für { $name } wurde ein fremder Schlüssel behauptet.
tui-verify-question = Was sieht { $name }?
tui-verify-hint = Die 60 Ziffern, oder was der QR-Code sagt
tui-verify-compare = Vergleichen
tui-verify-no-number = Das ist keine Sicherheitsnummer. Sie hat 60 Ziffern; es wurde nichts verglichen.
tui-matches = ✓ stimmt überein
tui-matches-words = { $name } sieht dieselbe Sicherheitsnummer wie Sie: Niemand ist dazwischen.
tui-mark = Als verifiziert vermerken
tui-not-now = Jetzt nicht
tui-does-not-match = ✕ stimmt NICHT überein
tui-does-not-match-words = { $name } sieht eine andere Sicherheitsnummer als Sie.
tui-code-heading = QR-Code für { $name }
tui-code-words = Jede Kamera-App liest ihn. Wer ihn gescannt hat, vergleicht: im Terminal unter „Nummer eingeben“ oder mit teamchat verify und --compare.
tui-code-no-room = Hier ist kein Platz für den QR-Code: Er braucht { $columns } Spalten und { $lines } Zeilen. Die Ziffern sagen dasselbe.

tui-devices-heading = Ihre Geräte
tui-devices-words = Jedes dieser Geräte kann Ihre Unterhaltungen lesen. Entfernen Sie, was Sie nicht mehr haben.
tui-device-this = dieses Gerät
tui-device-used = zuletzt benutzt: { $day }
tui-device-remove = Gerät entfernen
tui-device-question = „{ $name }“ entfernen?
tui-device-consequence = Es wird sofort abgemeldet und kann nichts lesen, was ab jetzt geschrieben wird. Was es schon geholt hat, kann noch darauf liegen.

tui-notices-heading = Hinweise
tui-notices-none = Es gibt nichts, was Sie wissen müssten.
tui-notice-line = { $time } · { $title }
tui-message-heading = Nachricht von { $name }
tui-event-heading = Was geschehen ist
tui-help-heading = Tasten
tui-help-words = Alles hier steht auch unter den Befehlen, und alles geht auch mit der Maus.
tui-help-palette-only = Befehle
tui-scope-everywhere = Überall
tui-scope-conversation = In einer Unterhaltung
tui-scope-message = Auf einer Nachricht
tui-scope-composer = Beim Schreiben
tui-scope-members = Bei den Mitgliedern
tui-scope-verify = Beim Vergleichen einer Sicherheitsnummer

tui-error-network = Der Server ist nicht erreichbar. Nichts wurde geändert; versuchen Sie es erneut.
tui-error-unknown = Das ging nicht: { $what }

tui-key-ctrl = Strg
tui-key-shift = Umschalt
tui-key-alt = Alt
tui-key-enter = Eingabe
tui-key-escape = Esc
tui-key-home = Pos1
tui-key-end = Ende
tui-key-pageup = Bild auf
tui-key-pagedown = Bild ab
tui-key-delete = Entf
tui-key-backspace = Rücktaste

tui-action-palette = Befehle
tui-about-palette = Findet jeden Befehl nach seinem Namen.
tui-action-help = Hilfe
tui-about-help = Zeigt alle Tasten.
tui-action-help-sign = Hilfe
tui-about-help-sign = Zeigt alle Tasten, wo gerade nichts geschrieben wird.
tui-action-go-to = Zur Unterhaltung
tui-about-go-to = Findet eine Unterhaltung nach ihrem Titel.
tui-action-new-conversation = Neue Unterhaltung
tui-about-new-conversation = Schreibt einer Person oder beginnt eine Gruppe.
tui-action-next-unread = Nächste ungelesene
tui-about-next-unread = Öffnet die nächste Unterhaltung mit Ungelesenem.
tui-action-previous-conversation = Vorige Unterhaltung
tui-about-previous-conversation = Öffnet die Unterhaltung darüber.
tui-action-next-conversation = Nächste Unterhaltung
tui-about-next-conversation = Öffnet die Unterhaltung darunter.
tui-action-next-pane = Nächster Bereich
tui-about-next-pane = Geht von der Liste zu den Nachrichten, zum Schreiben und reihum.
tui-action-previous-pane = Voriger Bereich
tui-about-previous-pane = Geht andersherum.
tui-action-back = Zurück
tui-about-back = Vom Schreiben zu den Nachrichten und zurück; schließt, was offen ist.
tui-action-devices = Ihre Geräte
tui-about-devices = Zeigt die Geräte, die als Sie mitlesen, und entfernt eines.
tui-action-notices = Hinweise
tui-about-notices = Zeigt, was Sie wissen müssen.
tui-action-theme = Hell oder dunkel
tui-about-theme = Wechselt zwischen hell und dunkel.
tui-action-sign-out = Abmelden
tui-about-sign-out = Beendet die Sitzung dieses Geräts.
tui-action-quit = Beenden
tui-about-quit = Schließt teamchat; Entwürfe bleiben erhalten.
tui-action-members = Mitglieder
tui-about-members = Zeigt, wer hier ist; hinzufügen, entfernen, verlassen.
tui-action-readers = Wer kann mitlesen?
tui-about-readers = Sagt in klaren Worten, wer diese Unterhaltung lesen kann.
tui-action-verify = Sicherheitsnummer vergleichen
tui-about-verify = Stellt sicher, dass niemand dazwischen ist.
tui-action-add-people = Personen hinzufügen
tui-about-add-people = Fügt dieser Gruppe Personen hinzu.
tui-action-rename = Unterhaltung umbenennen
tui-about-rename = Gibt dieser Gruppe einen anderen Titel.
tui-action-leave = Unterhaltung verlassen
tui-about-leave = Verlässt diese Gruppe.
tui-action-to-newest = Zum Neuesten
tui-about-to-newest = Blättert zur neuesten Nachricht.
tui-action-resolve = Ansehen und entscheiden
tui-about-resolve = Zeigt, was diese Unterhaltung aufhält und was hilft.
tui-action-accept-members = Neue Mitglieder annehmen
tui-about-accept-members = Zeigt, wer dazukam, als dieses Gerät weg war, und nimmt sie an.
tui-action-rejoin = Wieder beitreten
tui-about-rejoin = Bringt dieses Gerät zurück in eine Unterhaltung, die stecken blieb.
tui-action-language = Deutsch / English
tui-about-language = Spricht die andere Sprache, jetzt und beim nächsten Mal.
tui-action-suspend = Zur Shell
tui-about-suspend = Legt teamchat beiseite; „fg“ in der Shell holt es zurück.
tui-action-message-previous = Nachricht darüber
tui-about-message-previous = Wählt die Nachricht darüber.
tui-action-message-next = Nachricht darunter
tui-about-message-next = Wählt die Nachricht darunter.
tui-action-page-back = Zurückblättern
tui-about-page-back = Liest weiter zurück.
tui-action-page-on = Vorblättern
tui-about-page-on = Liest weiter vor.
tui-action-message-first = Erste Nachricht
tui-about-message-first = Wählt die älteste geladene Nachricht.
tui-action-message-last = Letzte Nachricht
tui-about-message-last = Wählt die neueste Nachricht.
tui-action-message-open = Ganze Nachricht
tui-about-message-open = Zeigt alles und was sich damit tun lässt.
tui-action-message-copy = Kopieren
tui-about-message-copy = Kopiert den Text der Nachricht.
tui-action-message-retry = Erneut senden
tui-about-message-retry = Sendet eine Nachricht erneut, die nicht hinausging.
tui-action-message-discard = Verwerfen
tui-about-message-discard = Verwirft eine Nachricht, die nicht hinausging.
tui-action-send = Senden
tui-about-send = Sendet, was geschrieben ist.
tui-action-line-break = Neue Zeile
tui-about-line-break = Beginnt eine neue Zeile, ohne zu senden.
tui-action-line-start = Zeilenanfang
tui-about-line-start = Geht an den Anfang der Zeile.
tui-action-line-end = Zeilenende
tui-about-line-end = Geht an das Ende der Zeile.
tui-action-character-back = Zeichen zurück
tui-about-character-back = Geht ein Zeichen zurück.
tui-action-character-on = Zeichen vor
tui-about-character-on = Geht ein Zeichen vor.
tui-action-word-back = Wort zurück
tui-about-word-back = Geht ein Wort zurück.
tui-action-word-on = Wort vor
tui-about-word-on = Geht ein Wort vor.
tui-action-delete-on = Zeichen löschen
tui-about-delete-on = Löscht das Zeichen unter der Schreibmarke.
tui-action-kill-word-back = Wort davor ausschneiden
tui-about-kill-word-back = Schneidet das Wort vor der Schreibmarke aus.
tui-action-kill-word-on = Wort danach ausschneiden
tui-about-kill-word-on = Schneidet das Wort nach der Schreibmarke aus.
tui-action-kill-to-start = Bis Anfang ausschneiden
tui-about-kill-to-start = Schneidet alles vor der Schreibmarke aus.
tui-action-kill-to-end = Bis Ende ausschneiden
tui-about-kill-to-end = Schneidet alles nach der Schreibmarke aus.
tui-action-yank = Wieder einsetzen
tui-about-yank = Setzt ein, was zuletzt ausgeschnitten wurde.
tui-action-undo = Rückgängig
tui-about-undo = Nimmt die letzte Änderung zurück.
tui-action-redo = Wiederholen
tui-about-redo = Macht die Änderung erneut.
tui-action-timeline-back = Nachrichten zurück
tui-about-timeline-back = Liest beim Schreiben weiter zurück.
tui-action-timeline-on = Nachrichten vor
tui-about-timeline-on = Liest beim Schreiben weiter vor.
tui-action-member-add = Hinzufügen
tui-about-member-add = Fügt der Gruppe Personen hinzu.
tui-action-member-remove = Entfernen
tui-about-member-remove = Entfernt die Person aus der Gruppe.
tui-action-member-admin = Verwalten lassen
tui-about-member-admin = Lässt die Person andere hinzufügen und entfernen, oder nimmt ihr das.
tui-action-member-verify = Sicherheitsnummer
tui-about-member-verify = Vergleicht die Sicherheitsnummer mit der Person.
tui-action-member-leave = Verlassen
tui-about-member-leave = Verlässt die Gruppe.
tui-action-verify-enter = Nummer eingeben
tui-about-verify-enter = Geben Sie die Ziffern ein, die die andere Person sieht, oder was ihr QR-Code sagt; teamchat vergleicht.
tui-action-verify-code = QR-Code
tui-about-verify-code = Zeigt die Sicherheitsnummer als QR-Code, über den ganzen Bildschirm.
