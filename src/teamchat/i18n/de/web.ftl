## web: der Client im Browser

web-product = teamchat
web-not-come-heading = teamchat ist noch nicht da
web-not-come = Es lädt länger als sonst, oder ein Teil davon kam nicht an. Prüfen Sie die Verbindung und laden Sie die Seite neu. Es wurde nichts geändert; bleibt es so, fragen Sie Ihre IT.
web-unsupported-heading = Dieser Browser ist zu alt für teamchat
web-unsupported-old = Aktualisieren Sie ihn, oder öffnen Sie diese Adresse mit einem neuen Chrome, Edge, Firefox oder Safari. Es wurde nichts geändert.
web-unsupported-script-heading = teamchat braucht JavaScript
web-unsupported-script = Es verschlüsselt hier im Browser, und das geht nur mit JavaScript. Erlauben Sie es für diese Adresse und laden Sie die Seite neu, oder fragen Sie Ihre IT.
web-no-storage-heading = Hier lässt sich nichts aufbewahren
web-no-storage = teamchat bewahrt Ihre Schlüssel und Nachrichten in diesem Browser auf, und er lässt das gerade nicht zu: in einem privaten Fenster, weil Daten dieser Adresse gesperrt sind, oder weil das Gerät voll ist. Öffnen Sie teamchat in einem gewöhnlichen Fenster, erlauben Sie die Daten dieser Adresse, oder schaffen Sie Platz. Es wurde nichts geändert.
web-unsupported-insecure-heading = Diese Verbindung ist nicht geschützt
web-unsupported-insecure = Ohne https:// kann der Browser nicht verschlüsseln. Öffnen Sie die Adresse mit https://, oder fragen Sie Ihre IT.

web-sign-in-heading = Anmelden
web-sign-in-to = bei { $organisation }
web-sign-in = Anmelden
web-signing-in = Sie werden angemeldet …
web-user-name = Benutzername
web-user-name-hint = Der kurze Name, den Ihre IT Ihnen genannt hat.
web-password = Passwort
web-password-show = Passwort zeigen
web-password-hide = Passwort verbergen
web-required = Hier fehlt noch etwas.
web-sign-in-other = Noch kein Konto? Öffnen Sie den Link aus Ihrer Einladung.

web-invited-heading = Willkommen, { $name }
web-invited-words = { $organisation } lädt Sie zu teamchat ein. Was Sie schreiben, lesen nur die Personen, denen Sie schreiben.
web-new-password = Ihr neues Passwort
web-new-password-hint = Mindestens { $count } Zeichen. Einige Wörter hintereinander lassen sich gut merken.
web-new-password-short = { $missing ->
    [one] Es fehlt noch { $missing } Zeichen.
   *[other] Es fehlen noch { $missing } Zeichen.
}
web-invited-go = Weiter

web-conversations = Unterhaltungen
web-conversations-empty = Noch keine Unterhaltung
web-unread = { $count ->
    [one] { $count } ungelesene Nachricht
   *[other] { $count } ungelesene Nachrichten
}
web-mentioned = Sie wurden erwähnt
web-pinned = angeheftet
web-draft-line = Entwurf: { $text }
web-own-line = Sie: { $text }
web-line-of = { $name }: { $text }
web-list-width = Breite der Liste

web-choose = Wählen Sie eine Unterhaltung
web-choose-words = Links stehen alle, die Sie haben. Die neueste steht oben.
web-gone = Diese Unterhaltung gibt es auf diesem Gerät nicht
web-gone-words = Vielleicht wurde sie entfernt, oder der Link stimmt nicht.
web-to-list = Zu den Unterhaltungen
web-loading = Wird geladen …
web-working = Einen Augenblick …
web-messages-of = Nachrichten mit { $title }
web-nothing-yet = Noch nichts geschrieben
web-nothing-yet-words = Was Sie hier schreiben, lesen nur die Personen in dieser Unterhaltung.
web-before-words = Was hier geschrieben wurde, bevor dieses Gerät dazukam, ist nicht darauf.
web-before-see = Frühere Nachrichten holen
web-newest = Zum Neuesten
web-newest-count = { $count ->
    [one] { $count } neue Nachricht
   *[other] { $count } neue Nachrichten
}
web-today = Heute
web-yesterday = Gestern
web-retry = Erneut senden
web-discard = Verwerfen

web-write = Nachricht
web-write-to = Nachricht an { $title }
web-send = Senden
web-encrypted = Wer kann mitlesen?

web-details = Über diese Unterhaltung
web-close-details = Schließen

web-settings = Einstellungen
web-language = Sprache
web-language-auto = Wie der Browser
web-language-de = Deutsch
web-language-en = English
web-theme = Darstellung
web-theme-auto = Wie das Gerät
web-theme-light = Hell
web-theme-dark = Dunkel
web-keys = Beim Schreiben
web-enter-auto = Eingabetaste sendet, wo es eine Tastatur gibt
web-enter-sends = Eingabetaste sendet
web-enter-breaks = Eingabetaste beginnt eine neue Zeile
web-own-account = Ihr Konto

web-doubted = Mit der Liste der Geräte, die dieser Server führt, stimmt etwas nicht. Schreiben Sie nichts Vertrauliches, bis Ihre IT gesagt hat, was es ist.
web-doubted-look = Ansehen
web-offline = Keine Verbindung. Sie können lesen und schreiben; es geht hinaus, sobald sie wieder da ist.
web-offline-waiting = { $count ->
    [one] Keine Verbindung. { $count } Nachricht wartet und geht von selbst hinaus.
   *[other] Keine Verbindung. { $count } Nachrichten warten und gehen von selbst hinaus.
}
web-link-foreign = Statt teamchat antwortet gerade etwas anderes, zum Beispiel die Anmeldeseite Ihres Netzes. Öffnen Sie in einem neuen Tab irgendeine Seite, oder fragen Sie Ihre IT. Was Sie hier schreiben, geht hinaus, sobald teamchat wieder antwortet.
web-notices = Meldungen
web-dismiss = Meldung schließen

web-update-ready = Eine neue Version von teamchat ist da. Was Sie gerade schreiben, bleibt.
web-update-load = Jetzt laden
