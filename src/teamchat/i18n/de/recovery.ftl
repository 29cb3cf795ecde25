# Der Wiederherstellungsschlüssel: gezeigt, bestätigt, ausgedruckt, wieder eingetippt

cli-ask-recovery-key = Wiederherstellungsschlüssel (16 Wörter)
cli-recovery-key-other = Das ist ein Wiederherstellungsschlüssel, aber nicht der, der jetzt gilt. Sehen Sie nach, ob Sie noch einen anderen haben; vielleicht sind es die Wörter einer anderen Person. Haben Sie diesen bei einem neuen Anfang (--lost-key) bekommen, wurde dieser auf einem Ihrer Geräte aufgehalten: Dann gelten die Wörter von davor.
cli-recovery-key-not-now = Diese Wörter sind ein Wiederherstellungsschlüssel, aber nicht der, der jetzt gilt; vielleicht sind es die Wörter einer anderen Person. Haben Sie sie bei einem neuen Anfang (--lost-key) bekommen, wurde dieser auf einem Ihrer Geräte aufgehalten: Dann gelten die Wörter von davor. Haben Sie keine anderen mehr: `teamchat recover --lost-key`.
cli-recovery-key =
    Das ist Ihr Wiederherstellungsschlüssel: 16 Wörter. Schreiben Sie sie in dieser Reihenfolge auf Papier und bewahren Sie es getrennt von diesem Rechner auf.
    Niemand kann sie Ihnen noch einmal zeigen, auch Ihre IT nicht:
cli-recovery-key-lost = Haben Sie kein Gerät mehr und auch diese Wörter nicht, sind Ihre früheren Nachrichten verloren und ebenso der Schlüssel, an dem Ihre Kollegen Sie erkennen: Sie beginnen neu, und alle werden gewarnt, dass Ihr Schlüssel ein anderer ist.
cli-ask-recovery-word = Tippen Sie Wort { $place } Ihres Wiederherstellungsschlüssels
cli-recovery-word-wrong = Das ist nicht Wort { $place }. Sehen Sie auf Ihr Papier. Wenn Sie jetzt nicht bestätigen wollen, tippen Sie: ohne Bestätigung
cli-recovery-begin-again = Die Wörter stimmten mehrmals nicht, deshalb gelten sie nicht. Beginnen Sie noch einmal und schreiben Sie die neuen Wörter auf: `{ $command }`
cli-recovery-confirmed = Bestätigt. Bewahren Sie das Papier gut auf.
cli-recovery-unconfirmed = Sie haben nicht bestätigt, dass Sie die 16 Wörter haben. Schreiben Sie sie jetzt auf: Sie werden nicht wieder gezeigt.
cli-recovery-sheet = Das Blatt liegt in { $path }. Drucken Sie es aus und löschen Sie danach die Datei.
cli-recovery-void = Die Wörter von eben gelten nicht. Vernichten Sie, was Sie davon aufgeschrieben haben.
cli-recovery-void-sheet = Das Blatt { $path } wurde gelöscht.
cli-recovery-uncertain = Ob die Wörter von eben gelten, ist noch ungewiss. Werfen Sie weder sie noch frühere weg, bis ein neuer Versuch gelungen ist.
error-recovery-count = Ein Wiederherstellungsschlüssel hat { $wanted } Wörter, hier { $count ->
    [one] ist es eines
   *[other] sind es { $count }
}. Vergleichen Sie sie mit Ihrem Papier.
error-recovery-word = Wort { $place } gibt es in keinem Wiederherstellungsschlüssel. Ist vielleicht gemeint: { $meant }?
error-recovery-word-strange = Wort { $place } gibt es in keinem Wiederherstellungsschlüssel. Vergleichen Sie es mit Ihrem Papier.
error-recovery-mixed = Jedes dieser Wörter gibt es, aber zusammen sind sie kein Wiederherstellungsschlüssel: Eines ist ein anderes, oder zwei sind vertauscht. Vergleichen Sie sie mit Ihrem Papier.
error-wrong-recovery-key = Dieser Wiederherstellungsschlüssel passt nicht zu Ihrem Konto; vielleicht sind es die Wörter einer anderen Person. Suchen Sie das Papier, das bei der Einrichtung Ihres ersten Geräts oder zuletzt bei einer Erneuerung beschrieben wurde. Haben Sie keines mehr: `teamchat recover --lost-key`.
trust-sheet-title = Wiederherstellungsschlüssel für teamchat
trust-sheet-whose = Von
trust-sheet-organisation = Organisation
trust-sheet-server = Server
trust-sheet-day = Erstellt am
trust-sheet-what-for = Mit diesen Wörtern kommen Sie wieder an Ihr Konto, Ihre Unterhaltungen und deren gesicherten Verlauf, wenn kein Gerät mehr da ist: auf einem neuen Rechner mit „{ $command }“. Dazu brauchen Sie auch Ihr Passwort. Vier Buchstaben jedes Wortes genügen, Groß- und Kleinschreibung ist gleich.
trust-sheet-keep = Bewahren Sie dieses Blatt getrennt von Ihren Geräten auf, so wie einen Reisepass. Geben Sie die Wörter niemandem, auch nicht Ihrer IT: Wer sie und Ihr Passwort hat, kann sich als Sie ausgeben. Hat sie jemand gesehen, geben Sie auf einem Ihrer Geräte ein: „teamchat recover --new-key“.
trust-sheet-delete = Löschen Sie die Datei, sobald dieses Blatt gedruckt ist.
alarm-own-reset-asked = Jemand hat mit Ihrem Passwort verlangt, Ihren Wiederherstellungsschlüssel für verloren zu erklären. Am { $day } enden dann alle Ihre Geräte. Waren Sie das nicht, verhindern Sie es auf diesem Gerät. Ändern Sie danach Ihr Passwort.
cli-alarm-own-reset-asked = Jemand hat mit Ihrem Passwort verlangt, Ihren Wiederherstellungsschlüssel für verloren zu erklären. Am { $day } enden dann alle Ihre Geräte. Waren Sie das nicht, verhindern Sie es auf diesem Gerät: „teamchat recover --cancel“. Ändern Sie danach Ihr Passwort: „teamchat password“.
alarm-own-key-renewed = Ihr Wiederherstellungsschlüssel wurde am { $day } auf einem anderen Ihrer Geräte erneuert. Waren Sie das nicht, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
notice-key-renewed = { $who } hat den Schlüssel erneuert, und der alte bestätigt es. Sie können weiterschreiben. Sie hatten die Sicherheitsnummer verglichen: Es ist jetzt eine andere, vergleichen Sie sie bei Gelegenheit wieder.
system-key-renewed = { $who } hat den Schlüssel erneuert. Der alte Schlüssel bestätigt es.
error-reason-no-reset-asked = Es wartet kein neuer Anfang: Er wurde nicht verlangt, oder eines Ihrer Geräte hat ihn verhindert. Beginnen Sie wieder mit `teamchat recover --lost-key`.
error-reason-reset-not-due = Ihr neuer Anfang muss noch warten, weil Sie noch Geräte haben oder bis vor Kurzem hatten. Versuchen Sie es später wieder.
cli-ask-server = Adresse des Servers, zum Beispiel https://chat.example
cli-ask-user-name = Benutzername
cli-recover-one-of = Wählen Sie eines: --lost-key, --new-key oder --cancel.
cli-confirm-start-over = Ohne die 16 Wörter beginnen Sie neu: Alle Ihre Geräte enden, der gesicherte Verlauf ist verloren, und alle Kollegen werden gewarnt. Haben Sie noch Geräte, werden diese zuerst gefragt; hat das letzte eben erst geendet, warten Sie ebenso lange. Wenn Sie das wollen, tippen Sie Ihren Benutzernamen { $name }
cli-fresh-start-waits = Ihre Geräte sind verständigt. Wenn keines davon Nein sagt, können Sie ab dem { $when } weitermachen, auf diesem oder einem anderen Rechner, mit den neuen Wörtern: { $command }
cli-fresh-start-done = Sie haben neu begonnen. Ihre Kollegen werden gewarnt, dass Ihr Schlüssel ein anderer ist: Sagen Sie ihnen, dass Sie es sind, und vergleichen Sie die Sicherheitsnummer.
cli-fresh-start-stopped = Aufgehalten. Jemand kennt Ihr Passwort, wenn nicht Sie das waren: Ändern Sie es mit `teamchat password` und sagen Sie Ihrer IT Bescheid.
cli-fresh-start-none = Es wartet kein neuer Anfang; es war nichts aufzuhalten.
cli-confirm-new-key = Einen neuen Wiederherstellungsschlüssel machen? Die Wörter von bisher gelten dann nicht mehr, Ihre Geräte bleiben, und Ihre Kollegen lesen eine Zeile darüber.
cli-old-words = Zuerst die 16 Wörter, die bis jetzt gelten.
cli-key-renewed = Ihr Schlüssel ist erneuert. Vernichten Sie das alte Blatt.
error-nothing-to-recover = Dieses Konto hatte noch nie ein Gerät, es gibt nichts wiederherzustellen. Melden Sie sich einfach an: `teamchat login`.
cli-no-witnesses-yet = Haben Sie bisher Zeugen der Geräteliste verlangt, verlangen Sie sie hier noch einmal, denn sie kommen nicht mit: `teamchat log witnesses`.
cli-recovered-no-backup = Auf dem Server liegt keine Sicherung Ihres Verlaufs. Haben Sie noch ein anderes Gerät, holen Sie ihn von dort: `teamchat history ask`.
cli-recovered-history-later = Ihr Verlauf ist noch nicht hier; alles andere schon. Versuchen Sie es später: `teamchat history restore`.
