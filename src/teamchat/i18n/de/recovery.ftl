# Der Wiederherstellungsschlüssel: gezeigt, bestätigt, ausgedruckt, wieder eingetippt

cli-ask-recovery-key = Wiederherstellungsschlüssel (16 Wörter)
cli-recovery-key-other = Das ist ein Wiederherstellungsschlüssel, aber nicht der Ihres Kontos. Sehen Sie nach, ob Sie noch einen anderen haben.
cli-recovery-key =
    Das ist Ihr Wiederherstellungsschlüssel: 16 Wörter. Schreiben Sie sie in dieser Reihenfolge auf Papier und bewahren Sie es getrennt von diesem Rechner auf.
    Niemand kann sie Ihnen noch einmal zeigen, auch Ihre IT nicht:
cli-recovery-key-lost = Ohne diese Wörter und ohne ein Gerät ist verloren, wer Sie für Ihre Kollegen waren: Sie beginnen neu, und alle werden gewarnt.
cli-ask-recovery-word = Tippen Sie Wort { $place } Ihres Wiederherstellungsschlüssels
cli-recovery-word-wrong = Das ist nicht Wort { $place }. Sehen Sie auf Ihr Papier. Wenn Sie jetzt nicht bestätigen wollen, tippen Sie: ohne Bestätigung
cli-recovery-confirmed = Bestätigt. Bewahren Sie das Papier gut auf.
cli-recovery-unconfirmed = Sie haben nicht bestätigt, dass Sie die 16 Wörter haben. Schreiben Sie sie jetzt auf: Sie werden nicht wieder gezeigt.
cli-recovery-sheet = Das Blatt liegt in { $path }. Drucken Sie es aus und löschen Sie danach die Datei.
error-recovery-count = Ein Wiederherstellungsschlüssel hat { $wanted } Wörter, hier sind es { $count }. Vergleichen Sie sie mit Ihrem Papier.
error-recovery-word = Wort { $place } gibt es in keinem Wiederherstellungsschlüssel. Ist vielleicht gemeint: { $meant }?
error-recovery-word-strange = Wort { $place } gibt es in keinem Wiederherstellungsschlüssel. Vergleichen Sie es mit Ihrem Papier.
error-recovery-mixed = Jedes dieser Wörter gibt es, aber zusammen sind sie kein Wiederherstellungsschlüssel: Eines ist ein anderes, oder zwei sind vertauscht. Vergleichen Sie sie mit Ihrem Papier.
error-wrong-recovery-key = Dieser Wiederherstellungsschlüssel passt nicht zu Ihrem Konto. Suchen Sie das Papier, das bei der Einrichtung Ihres ersten Geräts oder zuletzt bei einer Erneuerung beschrieben wurde. Haben Sie keines mehr: `teamchat recover --lost-key`.
trust-sheet-title = Wiederherstellungsschlüssel für teamchat
trust-sheet-whose = Von
trust-sheet-organisation = Organisation
trust-sheet-server = Server
trust-sheet-day = Erstellt am
trust-sheet-what-for = Mit diesen Wörtern kommen Sie wieder an Ihr Konto, Ihre Unterhaltungen und deren gesicherten Verlauf, wenn kein Gerät mehr da ist: auf einem neuen Rechner mit `teamchat recover`. Dazu brauchen Sie auch Ihr Passwort. Vier Buchstaben jedes Wortes genügen, Groß- und Kleinschreibung ist gleich.
trust-sheet-keep = Bewahren Sie dieses Blatt getrennt von Ihren Geräten auf, so wie einen Reisepass. Geben Sie die Wörter niemandem, auch nicht Ihrer IT: Wer sie und Ihr Passwort hat, kann sich als Sie ausgeben. Hat sie jemand gesehen: `teamchat recover --new-key`.
trust-sheet-delete = Löschen Sie die Datei, sobald dieses Blatt gedruckt ist.
