## cli: die Kommandozeile

cli-failed = Das hat nicht geklappt: { $reason }
cli-nothing-done = Es wurde nichts getan.
cli-day = { $day }. { $month } { $year }
cli-aborted = Abgebrochen.
cli-yes-or-no = [j/N]
cli-yes-or-no-typed = [j/n]
cli-yes-or-no-please = Bitte antworten Sie mit ja oder nein.
cli-not-the-same = Die beiden Eingaben sind nicht gleich. Bitte noch einmal.
cli-typed-nothing = Es wurde nichts eingegeben. Bitte noch einmal.
cli-too-many-tries = Das hat mehrmals nicht geklappt. Starten Sie den Befehl neu, wenn Sie alles zur Hand haben.
cli-needs-yes = Das muss bestätigt werden. Geben Sie { $option } an, wenn niemand gefragt werden kann.
cli-needs-input = Hier kann niemand gefragt werden. Verwenden Sie { $option }.
cli-secret-not-readable = Die Datei mit dem Geheimnis (Passwort, Link oder Wörter) ist nicht lesbar, oder ihre erste Zeile ist leer oder zu lang.
cli-no-full-screen = Dieses Terminal kann das Vollbildprogramm nicht zeigen. „teamchat conversations“, „teamchat tail -f“ und „teamchat send“ tun dasselbe Zeile für Zeile.
cli-no-terminal = Das Vollbildprogramm ist auf diesem Computer nicht installiert. Fragen Sie Ihre IT danach; die anderen Befehle gehen auch ohne.
cli-title-or-person = { $typed } ist der Benutzername einer Person und steht im Titel einer Unterhaltung, und einen Titel kann jeder wählen. Für die Person: @{ $typed }. Für die Unterhaltung geben Sie ihre Kennung ein: { $ids }
cli-several = { $typed } kann { $several } sein.

cli-ask-password = Passwort
cli-ask-old-password = Bisheriges Passwort
cli-password-changed = Ihr Passwort ist geändert. Ihre anderen Geräte behalten alles und werden abgemeldet: Melden Sie sich dort mit dem neuen Passwort wieder an, mit `teamchat login`.
cli-ask-new-password = Neues Passwort
cli-password-minimum = Das neue Passwort hat mindestens { $count } Zeichen.
cli-password-short = Dieses Passwort hat { $typed } Zeichen und braucht mindestens { $count }. Nehmen Sie ein längeres.
cli-ask-again = Noch einmal
cli-ask-passphrase = Passphrase dieses Geräts
cli-passphrase-beside-password = Das Passwort öffnet Ihr Konto auf dem Server des Unternehmens. Eine Passphrase schützt, was auf diesem Gerät liegt; sie verlässt es nie, nehmen Sie also eine andere.
cli-passphrase-why = Eine Passphrase schützt, was auf diesem Gerät liegt, und verlässt es nie. Nach ihr wird gefragt, wann immer teamchat hier startet.
cli-ask-new-passphrase = Neue Passphrase für dieses Gerät
cli-passphrase-short = Diese Passphrase hat { $typed } Zeichen und braucht mindestens { $count }: Wer diesen Rechner an sich nimmt, kann beliebig oft raten. Einige Wörter hintereinander lassen sich gut merken.
cli-ask-link = Einladungslink

cli-welcome = Willkommen, { $name }. Dieser Rechner ist jetzt Ihr Gerät bei { $organisation }.
cli-welcome-back = Willkommen zurück, { $name }. Auf diesem Rechner ist alles noch da.
cli-device-name = Terminal auf { $host }
cli-arriving = { $count ->
    [0] Ihre Unterhaltungen werden gesucht …
   *[other] Ihre Unterhaltungen kommen auf dieses Gerät: { $joined } von { $count } …
}
cli-arriving-titles = { $count ->
    [one] Alles da. Der Titel einer Unterhaltung wird noch erwartet …
   *[other] Alles da. Die Titel von { $count } Unterhaltungen werden noch erwartet …
}
cli-arrived-back = { $count ->
    [0] Sie haben noch keine Unterhaltungen. `teamchat new` beginnt eine.
    [one] Ihre Unterhaltung ist da.
   *[other] Ihre { $count } Unterhaltungen sind da.
}
cli-arrived-alone = { $count ->
    [0] Sie haben noch keine Unterhaltungen. `teamchat new` beginnt eine.
    [one] Ihre Unterhaltung ist da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, ist nicht hier; gibt es eine Sicherung, holt `teamchat history restore` sie.
   *[other] Ihre { $count } Unterhaltungen sind da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, ist nicht hier; gibt es eine Sicherung, holt `teamchat history restore` sie.
}
cli-arrived = { $count ->
    [0] Sie haben noch keine Unterhaltungen. `teamchat new` beginnt eine.
    [one] Ihre Unterhaltung ist da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, bleibt auf Ihren anderen Geräten: Es wurde nur für diese verschlüsselt.
   *[other] Ihre { $count } Unterhaltungen sind da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, bleibt auf Ihren anderen Geräten: Es wurde nur für diese verschlüsselt.
}
cli-arrived-asked = { $count ->
    [0] Sie haben noch keine Unterhaltungen. `teamchat new` beginnt eine.
    [one] Ihre Unterhaltung ist da, und was von jetzt an geschrieben wird.
   *[other] Ihre { $count } Unterhaltungen sind da, und was von jetzt an geschrieben wird.
}
cli-arrived-untitled = { $count ->
    [one] Eine Unterhaltung hat hier noch keinen Titel: Das Gerät eines anderen Mitglieds nennt ihn, sobald eines verbunden ist.
   *[other] { $count } Unterhaltungen haben hier noch keinen Titel: Das Gerät eines anderen Mitglieds nennt ihn, sobald eines verbunden ist.
}
cli-arrived-partly = { $count ->
    [one] Dieser Rechner ist noch nicht in Ihrer Unterhaltung. Er kommt hinein,
   *[other] Dieser Rechner ist bisher in { $joined ->
        [0] keiner
        [one] einer
       *[other] { $joined }
    } von Ihren { $count } Unterhaltungen. In die anderen kommt er,
} sobald teamchat mit einer Verbindung läuft, zum Beispiel „teamchat tail -f“. Was dort bis dahin geschrieben wird, ist auf ihm nicht lesbar.
cli-arrived-waiting = { $count ->
    [one] In eine Unterhaltung
   *[other] In { $count } Unterhaltungen
} muss das Gerät eines anderen Mitglieds dieses hier wieder hereinlassen, weil Ihr letztes entfernt wurde. Das geschieht von selbst, sobald jemand von ihnen teamchat offen hat. Was bis dahin dort geschrieben wird, ist hier nicht lesbar.
cli-arriving-waiting = { $count ->
    [one] In eine Unterhaltung
   *[other] In { $count } Unterhaltungen
} muss ein anderes Mitglied dieses Gerät wieder hereinlassen …
cli-arrive-later = Sie sind angemeldet. In Ihre Unterhaltungen kommt dieser Rechner, sobald teamchat mit einer Verbindung läuft, zum Beispiel „teamchat tail -f“. Was dort bis dahin geschrieben wird, ist auf ihm nicht lesbar.
cli-next = Weiter geht es mit: { $command }
cli-confirm-logout = Dieses Gerät vom Konto von { $name } entfernen, und seine Nachrichten von diesem Rechner?
cli-confirm-erase = Was hier gespeichert ist, ist nicht lesbar. Alles davon auf diesem Rechner löschen?
cli-logged-out = Sie sind abgemeldet. Auf diesem Rechner ist nichts geblieben.
cli-logged-out-here = Sie sind abgemeldet. Auf diesem Rechner ist nichts geblieben. Der Server weiß davon nichts: Gehört das Gerät noch zu Ihrem Konto, entfernen Sie es auf einem anderen Gerät mit `teamchat devices remove`.
cli-logout-needs-server = Es wurde nichts gelöscht: Das Gerät bliebe in Ihrem Konto. `teamchat logout --offline` löscht es hier trotzdem; entfernen Sie es dann auf einem anderen Gerät.

cli-status-who = Konto
cli-status-organisation = Organisation
cli-status-server = Server
cli-status-link = Verbindung
cli-status-queued = Wartend
cli-status-unread = Ungelesen
cli-status-times = Uhrzeiten
cli-status-times-here = dieses Rechners ({ $zone })
cli-link-offline = keine Verbindung
cli-link-connecting = wird verbunden
cli-link-catching-up = Nachrichten werden geholt
cli-link-online = verbunden
cli-link-signed-out = abgemeldet

cli-sent = An { $title } gesendet.
cli-queued = Es gibt keine Verbindung. Ihre Nachricht an { $title } wartet und geht mit der nächsten hinaus.
cli-queued-online = Ihre Nachricht an { $title } wartet noch und geht von selbst hinaus. Dauert es länger als ein paar Minuten, sagt `teamchat status`, woran es liegt.
cli-queued-certificate = Ihre Nachricht an { $title } wartet und wird gesendet, sobald dem Zertifikat des Servers vertraut wird.
cli-waits-signed-out = Ihre Nachricht an { $title } bleibt auf diesem Gerät und wartet. Sie geht hinaus, wenn Sie wieder angemeldet sind.
cli-reader-deactivated = Das Konto von { $who } ist deaktiviert: Es kann sein, dass das niemand liest.
cli-queued-no-room = Ihre Nachricht an { $title } wartet und wird gesendet, sobald Platz ist.
cli-send-failed = Ihre Nachricht an { $title } konnte nicht gesendet werden.
cli-confirm-changed = Trotzdem senden?
cli-text-empty = Es gibt nichts zu senden: Der Text ist leer.
cli-text-too-long = Dieser Text ist zu lang: Es gehen höchstens { $kib } KiB auf einmal.
cli-text-not-utf8 = Das ist kein Text in UTF-8.
cli-nothing-new = Nichts Neues in { $title }.
cli-tail-lost = Die Verbindung ist weg. Was kommt, wird gezeigt, sobald sie wieder da ist.
cli-tail-back = Die Verbindung ist wieder da.
cli-unsupported = (Das zeigt erst eine neuere Version von teamchat.)
cli-delivery-queued = wartet
cli-delivery-failed = nicht gesendet
cli-exported = { $count ->
    [one] Eine Nachricht steht jetzt in { $path }. Dort ist sie nicht mehr verschlüsselt.
   *[other] { $count } Nachrichten stehen jetzt in { $path }. Dort sind sie nicht mehr verschlüsselt.
}

cli-file-exists = Eine Datei { $path } gibt es schon. Sie wurde nicht überschrieben.
cli-file-not-written = Die Datei { $path } ließ sich nicht schreiben.

cli-no-such-conversation = Eine Unterhaltung { $typed } gibt es hier nicht. `teamchat new` beginnt eine.
cli-no-such-person = Niemand namens { $typed } wurde gefunden.
cli-no-such-member = { $typed } ist nicht in dieser Unterhaltung.
cli-no-such-device = Sie haben kein Gerät { $typed }.
cli-no-such-site = Einen Standort { $typed } gibt es nicht. `teamchat admin site list` zeigt, welche es gibt.
cli-no-conversations = Noch keine Unterhaltungen. `teamchat new` beginnt eine.
cli-nothing-unread = Nichts ist ungelesen.
cli-untitled = (noch ohne Titel)
cli-direct = zu zweit
cli-people = { $count ->
    [one] eine Person
   *[other] { $count } Personen
}
cli-no-member = nicht mehr dabei
cli-devices = { $count ->
    [one] ein Gerät
   *[other] { $count } Geräte
}
cli-admin = verwaltet
cli-trust-own = Sie
cli-group-needs-title = Mehr als zwei Personen brauchen einen Titel: --title "…"
cli-started = Die Unterhaltung ist begonnen: { $title }.
cli-was-there = Diese Unterhaltung mit { $title } gibt es schon.
cli-added = Zu { $title } hinzugefügt: { $who }.
cli-is-there = { $who } ist schon in { $title }.
cli-confirm-remove = { $who } aus { $title } entfernen?
cli-removed = { $who } liest in { $title } nicht mehr mit.
cli-leave-direct = Eine Unterhaltung zu zweit lässt sich nicht verlassen, nur eine Gruppe.
cli-confirm-leave = { $title } verlassen?
cli-left = Sie haben { $title } verlassen.
cli-leaving = Sie verlassen { $title }, sobald ein anderes Mitglied online ist. Bis dahin lesen Sie mit.
cli-confirm-accept = In { $title } sind jetzt: { $who }. Ist das richtig?
cli-accepted = Die Mitglieder von { $title } sind angenommen. Was gewartet hat, wird gesendet.
cli-nobody-to-accept = In { $title } kam niemand ungesehen dazu. Es gibt nichts anzunehmen.
cli-rejoined = Dieses Gerät ist { $title } wieder beigetreten.
cli-renamed = Die Unterhaltung heißt jetzt { $title }.
cli-role-admin = { $who } verwaltet jetzt { $title }.
cli-role-member = { $who } verwaltet { $title } nicht mehr.

cli-this-device = dieses Gerät
cli-remove-this-device = Das ist das Gerät, das Sie gerade benutzen. `teamchat logout` entfernt es.
cli-confirm-device = Das Gerät { $name } entfernen? Es liest von da an nichts Neues.
cli-device-removed = Das Gerät { $name } wurde entfernt.
cli-compare = Vergleichen Sie diese 60 Ziffern oder den QR-Code mit { $who }, persönlich oder am Telefon: Nur wenn Sie beide dasselbe sehen, ist niemand dazwischen.
cli-compare-then = Danach: teamchat verify { $user } --confirm
cli-verify-level = { $who }: { $level }
cli-compare-changed = Der Schlüssel von { $who } hat sich geändert. Vergleichen Sie diese 60 Ziffern oder den QR-Code, persönlich oder am Telefon. Gleich: teamchat verify { $user } --confirm nimmt den Schlüssel an. Nicht gleich: Nehmen Sie nichts an, schreiben Sie { $who } nichts, und sagen Sie es { $who } und Ihrer IT-Abteilung. Einen Schlüssel, der nur behauptet wurde, legt teamchat verify { $user } --keep-old beiseite.
cli-no-room-for-code = Der QR-Code fehlt: Er braucht ein Terminal mit { $columns } Spalten und { $lines } Zeilen. Die Ziffern sagen dasselbe.
cli-matches = ✓ stimmt überein: { $who } sieht dieselbe Sicherheitsnummer wie Sie.
cli-confirm-matched = { $who } als persönlich verifiziert vermerken?
cli-not-marked = Vermerkt ist noch nichts. Mit --yes wird { $who } als persönlich verifiziert vermerkt.
cli-not-sixty-digits = Das ist keine Sicherheitsnummer. Geben Sie alle 60 Ziffern in Anführungszeichen an, oder was der QR-Code sagt.
cli-verify-oneself = Das sind Sie selbst. Eine Sicherheitsnummer haben Sie mit jeder anderen Person.
cli-confirm-verify = Sehen Sie und { $who } dieselben Ziffern?
cli-verified = { $who } ist jetzt vermerkt als: ✓ persönlich verifiziert. Ändert sich der Schlüssel, erfahren Sie es.
cli-key-kept = Der Schlüssel von { $who } von vorher bleibt. Sagen Sie Ihrer IT Bescheid: Es wurde ein fremder Schlüssel behauptet.
cli-safety-number-differs = ✕ stimmt NICHT überein: { $who } sieht eine andere Sicherheitsnummer als Sie. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrer IT Bescheid: Vielleicht liest jemand mit.

cli-log-origin = Geräteliste
cli-log-size = Einträge
cli-log-root = Wurzel
cli-log-checked = Zuletzt geprüft
cli-log-cosigners = Mitgezeichnet von
cli-log-nobody = niemandem
cli-log-refused = Abgelehnte Einträge
cli-log-refusal = Eintrag { $index } ({ $who }) bricht eine Regel der Geräteliste. Er zählt nicht.
cli-log-finding = { $time }: { $text }
cli-log-found = { $count ->
    [one] Es wurde etwas gefunden, das nicht sein darf. `teamchat log evidence` schreibt den Beweis in Dateien.
   *[other] Es wurden { $count } Dinge gefunden, die nicht sein dürfen. `teamchat log evidence` schreibt die Beweise in Dateien.
}
cli-log-not-read = Dieses Gerät hat die Geräteliste noch nicht gelesen. Versuchen Sie es wieder, wenn es eine Verbindung gibt.
cli-log-proved = Prüfen kann das jeder, mit dem Schlüssel der Geräteliste: { $key }
cli-log-required = Verlangt
cli-log-no-witnesses = keine Zeugen
cli-log-met = Zuletzt gezeichnet
cli-log-never-met = noch nie
cli-log-until = In Ordnung bis
cli-log-until-when = { $until }; ab dem { $stops } wird ohne eine neue Unterschrift nichts mehr gesendet
cli-log-until-stopped = { $until }; seit dem { $stops } wird nichts mehr gesendet
cli-log-quorum = { $quorum } von { $count }, vor höchstens { $hours ->
    [one] einer Stunde
   *[other] { $hours } Stunden
}: { $names }
cli-log-none-and-some = Geben Sie entweder --none oder die Schlüssel von Zeugen an, nicht beides.

cli-inactive = deaktiviert
cli-invited = Geben Sie diesen Link an { $who } weiter. Man öffnet ihn im Browser, am Handy oder am Rechner; im Terminal nimmt ihn `teamchat join`. Er gilt einmal, bis zum { $until }.
cli-confirm-deactivate = Das beendet den Zugang von { $name } auf allen Geräten für immer; es lässt sich nicht rückgängig machen. Die Geräte löschen alles von teamchat, sobald sie sich wieder verbinden, auch was noch nicht gesendet war. Tippen Sie { $name }, um fortzufahren
cli-deactivated = { $who } hat keinen Zugang mehr.
