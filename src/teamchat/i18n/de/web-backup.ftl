## web-backup: die Sicherung der eigenen Nachrichten im Browser

web-backup-about = Ihre Nachrichten, verschlüsselt auf dem Server: für den Tag, an dem kein Gerät mehr da ist.
web-backup-words = Nur Ihre Geräte und Ihre Wiederherstellungswörter öffnen die Sicherung. Der Server sieht, wie groß sie ist und wann sie sich ändert.
web-backup-none = Es gibt noch keine Sicherung. Sind alle Geräte verloren, sind es Ihre früheren Nachrichten auch.
web-backup-changed = Zuletzt geändert
web-backup-size = Größe
web-backup-daily = Dieser Browser ergänzt sie jeden Tag, solange teamchat offen ist.
web-backup-not-daily = Dieser Browser ergänzt sie nicht. „Jetzt sichern“ tut es, und von da an jeden Tag.
web-backup-withdrawn = Was jemand für alle löscht, steht noch darin, bis sie das nächste Mal ergänzt wird.
web-backup-not-allowed = Ihre Organisation bewahrt keine Sicherungen auf. Ihre Nachrichten bleiben auf Ihren Geräten; behalten Sie mehr als eines.
web-backup-made-so-far = { $expected ->
    [0] Bisher gesichert: { $lines }
   *[other] Bisher gesichert: { $lines } von etwa { $expected }
}
web-backup-restored-so-far = { $expected ->
    [0] Bisher aus der Sicherung geholt: { $lines }
   *[other] Bisher aus der Sicherung geholt: { $lines } von etwa { $expected }
}
web-cli-history-restored = { $lines ->
    [0] In der Sicherung war nichts, was hier noch fehlt.
    [one] Eine Nachricht der Sicherung wurde gelesen. Was schon hier war, bleibt, wie es war.
   *[other] { $lines } Nachrichten der Sicherung wurden gelesen. Was schon hier war, bleibt, wie es war.
}
web-backup-stays = Sie können weiterarbeiten. Wird teamchat geschlossen, geht es beim nächsten Mal von selbst weiter.
web-backup-goes-on = Die Verbindung zum Server ist weg. Was fertig ist, bleibt; der Rest kommt von selbst, sobald sie wieder da ist und teamchat hier offen ist.
web-backup-backed-up = Gesichert. Dieser Browser ergänzt die Sicherung jeden Tag.
web-backup-coming = Ihre früheren Nachrichten kommen gerade aus der Sicherung.
web-backup-refused = Ihre Sicherung ließ sich nicht ganz einlesen.
web-backup-see = Ansehen

web-error-history-no-key = Dieser Browser hat den Schlüssel Ihrer Sicherung nicht. Ein Gerät, das ihn hat, gibt ihn mit den früheren Nachrichten weiter: „Frühere Nachrichten“ in den Einstellungen. Auch Ihre Wiederherstellungswörter enthalten ihn.
web-error-history-backup-older = Der Server hat eine ältere Sicherung gezeigt, als dieser Browser schon gesehen hat, oder gar keine mehr. Es wurde nichts übernommen und nichts geändert. Haben Sie sie auf einem anderen Gerät gelöscht, löschen Sie sie auch hier und sichern Sie neu; sonst sagen Sie zuerst Ihrer IT Bescheid.
web-error-history-backup-changed = Die Sicherung auf dem Server ist nicht so, wie sie gemacht wurde: beschädigt oder vertauscht. Vom Veränderten wurde nichts übernommen. Sagen Sie Ihrer IT Bescheid; danach können Sie sie hier löschen und neu sichern.
web-error-history-backup-newer = Eine neuere Version von teamchat hat die Sicherung gemacht. Es wurde nichts übernommen und nichts geändert. Laden Sie diese Seite neu; hilft das nicht, fragen Sie Ihre IT, wann der Server auf dem neuesten Stand ist.
web-error-history-changed = Ein Teil der Nachrichten ist nicht so, wie er geschrieben wurde: beschädigt oder vertauscht. Er wurde nicht übernommen; was davor kam, bleibt. Versuchen Sie es noch einmal, und sagen Sie Ihrer IT Bescheid, wenn es wieder geschieht.
