## entering: die Wege hinein im Terminal-Client, und die Wiederherstellungswörter

tui-next = Weiter
tui-back = Zurück
tui-empty = Es wurde nichts eingegeben.

tui-enter-heading = Willkommen bei teamchat
tui-enter-how = Wie kommen Sie hinein? Wählen Sie mit ↑ und ↓, dann Eingabe.
tui-enter-invitation = Ich habe eine Einladung
tui-enter-invitation-words = einen Link von Ihrem Unternehmen
tui-enter-device = Ich habe ein anderes Gerät
tui-enter-device-words = auf dem teamchat schon läuft
tui-enter-begun = Das Verbinden geht weiter
tui-enter-begun-words = mit dem anderen Gerät, wie Sie begonnen haben
tui-enter-words = Ich habe meine Wiederherstellungswörter
tui-enter-words-words = und Benutzername und Passwort
tui-enter-broken-off = Sie haben abgebrochen. Auf diesem Gerät ist nichts geblieben.
tui-enter-looking = Die Einladung wird angesehen …
tui-enter-looking-words = Dafür wird der Server Ihres Unternehmens gefragt.
tui-enter-welcome = Willkommen, { $name } ({ $organisation })
tui-enter-new-password = { $count ->
    [0] Denken Sie sich ein Passwort für Ihr Konto aus.
   *[other] Denken Sie sich ein Passwort für Ihr Konto aus, mit mindestens { $count } Zeichen.
}
tui-enter-again = Geben Sie zur Sicherheit noch einmal dasselbe ein.
tui-enter-differs = Das ist etwas anderes als eben. Geben Sie dasselbe ein, oder gehen Sie mit Esc zurück.
tui-enter-passphrase-title = Eine Passphrase für dieses Gerät
tui-enter-passphrase = Sie schützt, was auf diesem Gerät liegt, und verlässt es nie. Nehmen Sie eine andere als Ihr Passwort, mit mindestens { $count } Zeichen: Einige Wörter hintereinander lassen sich gut merken.
tui-enter-short = { $typed ->
    [one] Das ist ein Zeichen
   *[other] Das sind { $typed } Zeichen
}; es müssen mindestens { $count } sein.
tui-enter-making = Ihr Gerät wird eingerichtet …
tui-enter-making-words = Das dauert einen Augenblick.
tui-enter-words-title = Ihre 16 Wiederherstellungswörter
tui-enter-words-asked = Tippen Sie sie der Reihe nach, mit Leerzeichen dazwischen. Vier Buchstaben von jedem genügen.

tui-ask-link = Ihre Einladung
tui-ask-link-words = Fügen Sie den Link ein, den Sie bekommen haben (meist Umschalt+Strg+V).
tui-ask-server = Der Server Ihres Unternehmens
tui-ask-server-words = Seine Adresse, wie sie in Ihrer Einladung stand oder wie Ihre IT sie nennt.
tui-ask-user = Ihr Benutzername
tui-ask-user-words = Nicht Ihr voller Name, sondern der kurze, mit dem Sie sich anmelden.
tui-ask-password = Ihr Passwort
tui-ask-password-words = Das Passwort Ihres Kontos. Wer es vergessen hat, bekommt von der IT ein neues.
tui-ask-passphrase = Die Passphrase dieses Geräts
tui-ask-passphrase-words = Die, die Sie sich ausgedacht haben, als Sie begonnen haben.

tui-words-heading = Ihre 16 Wiederherstellungswörter
tui-words-paper = Schreiben Sie sie der Reihe nach auf Papier. Mit ihnen kommen Sie wieder hinein, wenn kein Gerät mehr da ist.
tui-words-lost = Niemand kann sie Ihnen noch einmal zeigen, auch Ihre IT nicht. Bewahren Sie das Papier getrennt von Ihren Geräten auf.
tui-words-written = Steht auf Papier
tui-words-sheet = Blatt speichern
tui-words-sheet-done = Das Blatt ist gespeichert
tui-words-sheet-delete = Drucken Sie es aus, und löschen Sie danach die Datei:
tui-words-sheet-name = teamchat-wiederherstellung
tui-words-which = Welches ist Wort { $place }?
tui-words-which-words = Sehen Sie auf Ihr Papier und tippen Sie dieses eine Wort. Esc zeigt noch einmal alle.
tui-words-wrong = Das ist nicht Wort { $place }. Sehen Sie auf Ihr Papier. Esc zeigt noch einmal alle.
tui-words-off-question = Ohne die Wörter aufhören?
tui-words-off-words = Ihr Gerät wird dann nicht eingerichtet. Sie können später von vorn anfangen und bekommen andere Wörter.
tui-words-again = Die Wörter zeigen
tui-words-off = Aufhören

tui-file-where = Wohin?
tui-file-where-words = Es entsteht eine neue Datei, die nur Sie lesen können.
tui-file-keep = Speichern
tui-file-path = { $path }
tui-file-exists = Diese Datei gibt es schon; sie wird nicht überschrieben. Nehmen Sie einen anderen Namen.
tui-file-not-written = Hierhin lässt sich nichts speichern. Nehmen Sie einen anderen Ort.
