## web-lock: die App-Sperre im Browser

web-lock = App-Sperre
web-lock-state-off = Aus. Wer diesen Browser benutzen kann, kann mitlesen.
web-lock-state-on = { $minutes ->
    [one] An. Sperrt sich nach { $minutes } Minute ohne Benutzung.
   *[other] An. Sperrt sich nach { $minutes } Minuten ohne Benutzung.
}
web-lock-off-words = Mit der Sperre öffnet teamchat hier nur, wer die Passphrase kennt oder Ihren Passkey hat. Auch wer die Dateien dieses Browsers kopiert, kann ohne sie nichts lesen.
web-lock-on-words = Was in diesem Browser liegt, öffnet nur eines von diesen:
web-lock-warning = Niemand kann Passphrase oder Passkey zurücksetzen, auch nicht Ihre IT. Vergessen Sie sie, kommen Sie mit Passwort und Wiederherstellungswörtern wieder herein; frühere Nachrichten kommen dann nicht von selbst zurück.
web-lock-passphrase = Passphrase
web-lock-passkey = Passkey
web-lock-passphrase-now = Ihre Passphrase von bisher
web-lock-passphrase-new = Neue Passphrase
web-lock-passphrase-again = Noch einmal
web-lock-passphrase-hint = Mindestens { $count } Zeichen, und nicht Ihr Passwort. Einige Wörter hintereinander lassen sich gut merken.
web-lock-differ = Das ist etwas anderes als darüber.
web-lock-by-passphrase = Etwas, das Sie sich merken und jedes Mal tippen.
web-lock-by-passkey = Fingerabdruck, Gesicht, Geräte-PIN oder Sicherheitsschlüssel.
web-lock-do-passphrase = Passphrase festlegen
web-lock-do-passkey = Passkey hinzufügen
web-lock-do-drop-passphrase = Passphrase entfernen
web-lock-do-drop-passkey = Passkey entfernen
web-lock-do-take-away = Sperre aufheben
web-lock-about-passphrase = Sie gilt nur in diesem Browser. Danach wird alles, was hier liegt, neu verschlüsselt.
web-lock-about-passkey = Zuerst die Passphrase: Sie öffnet teamchat weiterhin.
web-lock-about-make = Ihr Gerät legt jetzt einen Passkey an und fragt dafür nach Fingerabdruck, Gesicht oder PIN.
web-lock-about-try = Der Passkey ist angelegt. Benutzen Sie ihn jetzt einmal: Erst wenn er öffnet, gilt er.
web-lock-about-drop-passphrase = Dann öffnet nur noch der Passkey. Benutzen Sie ihn jetzt einmal.
web-lock-about-drop-passkey = Dann öffnet nur noch die Passphrase. Den Passkey selbst löschen Sie danach in den Einstellungen Ihres Geräts.
web-lock-about-take-away = Dann kann mitlesen, wer diesen Browser benutzen oder seine Dateien kopieren kann.
web-lock-touch = Mit dem Passkey bestätigen
web-lock-make = Passkey anlegen
web-lock-try = Passkey benutzen
web-lock-next = Weiter
web-lock-is-set = Die Sperre ist gesetzt.
web-lock-is-off = Die Sperre ist aufgehoben.
web-lock-change = Ändern
web-lock-drop = Entfernen
web-lock-add = Hinzufügen
web-lock-only = öffnet allein
web-lock-minutes = Sperren, wenn niemand teamchat benutzt
web-lock-minutes-of = { $minutes ->
    [one] nach { $minutes } Minute
   *[other] nach { $minutes } Minuten
}
web-lock-shortcut = Sofort sperren: Alt + Umschalt + L
web-lock-now = Jetzt sperren
web-lock-offer = Soll hier nur lesen können, wer eine Passphrase kennt oder Ihren Fingerabdruck hat?
web-lock-offer-do = Sperre einrichten
web-lock-offer-not = Nicht jetzt

web-locked-heading = teamchat ist gesperrt
web-locked-words = Bis Sie öffnen, wird hier nichts entschlüsselt und nichts geholt: Neue Nachrichten warten beim Server. Was Sie begonnen haben, ist aufgehoben.
web-locked-open = Öffnen
web-locked-opening = Wird geöffnet …
web-locked-touch = Mit Passkey öffnen
web-lock-forgotten = Es lässt sich nicht öffnen?
web-lock-forgotten-words = Ohne Passphrase oder Passkey kann niemand öffnen, was hier liegt, auch nicht Ihre IT. So kommen Sie zurück: Löschen Sie es hier. Melden Sie sich dann mit Ihrem Passwort und Ihren Wiederherstellungswörtern an, als neues Gerät. Was noch nicht gesendet ist, geht verloren; das alte Gerät entfernen Sie danach in den Einstellungen.

web-passkey-stopped = Der Passkey wurde nicht benutzt. Versuchen Sie es noch einmal.
web-passkey-unable = Dieser Passkey kann hier nicht zum Öffnen dienen. Nehmen Sie einen anderen oder eine Passphrase.
web-lock-wrong = Das ist nicht die Passphrase.
web-lock-wrong-pause = Das ist nicht die Passphrase. Der nächste Versuch geht in { $seconds } Sekunden.
web-lock-pause = Noch { $seconds } Sekunden, dann können Sie es wieder versuchen.
web-lock-wrong-passkey = Dieser Passkey öffnet hier nicht.
web-lock-short = Eine neue Passphrase hat mindestens { $count } Zeichen.
web-lock-memory = Für eine Passphrase fehlt diesem Gerät gerade Speicher. Schließen Sie andere Tabs und versuchen Sie es noch einmal.
