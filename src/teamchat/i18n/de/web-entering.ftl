## web-entering: die Wege hinein im Browser

web-elsewhere-heading = teamchat ist in einem anderen Tab offen
web-elsewhere = Jener Tab antwortet nicht: Vielleicht schläft er, oder er hat eine ältere Version geladen. Sobald Sie ihn öffnen, neu laden oder schließen, geht es auch hier weiter.
web-stopped-heading = teamchat ist stehen geblieben
web-stopped-again = Neu laden
web-not-invited-heading = Mit dieser Einladung geht es nicht weiter
web-not-invited-sign-in = Stattdessen anmelden
web-invited-user-name = So melden Sie sich später an: merken Sie ihn sich mit dem Passwort.
web-invited-beside = Sie haben eine Einladung geöffnet; hier ist schon { $name } angemeldet. Gilt die Einladung jemand anderem, öffnen Sie sie in einem anderen Browser oder auf einem anderen Gerät, oder melden Sie sich hier erst ab.
web-invited-beside-read = Verstanden
web-recovery-asked-words = Sie melden sich auf einem weiteren Gerät an. Tippen Sie die 16 Wörter von Ihrem Papier.
web-recovery-asked-hint = Der Reihe nach, mit Leerzeichen dazwischen. Von jedem Wort genügen vier Buchstaben.
web-recovery-asked-none = Sind Sie noch auf einem Gerät angemeldet? Dann geht es auch ohne die Wörter:
web-recovery-words = Ihre Wiederherstellungswörter
web-recovery-go = Weiter
web-recovery-word = Wort { $place }
web-tui-words-heading = Ihre 16 Wieder­herstellungs­wörter
web-tui-enter-words-title = Ihre 16 Wieder­herstellungs­wörter
web-tui-words-which-words = Sehen Sie auf Ihr Papier und tippen Sie dieses eine Wort. „Die Wörter zeigen“ zeigt noch einmal alle.
web-tui-words-wrong = Das ist nicht Wort { $place }. Sehen Sie noch einmal auf Ihr Papier.
web-erase = Löschen, was auf diesem Gerät ist
web-erase-question = Löschen, was auf diesem Gerät ist?
web-erase-consequence = Nachrichten, Schlüssel und was noch nicht gesendet ist, sind dann aus diesem Browser verschwunden. Mit Ihren Wiederherstellungswörtern können Sie ihn als neues Gerät einrichten.
web-error-tab-closed = Der Tab, der das gerade tat, wurde geschlossen. Sehen Sie nach, ob es geschehen ist, und versuchen Sie es sonst noch einmal.
web-error-elsewhere = teamchat ist in einem anderen Tab dieses Browsers offen. Machen Sie dort weiter, oder schließen Sie ihn und versuchen Sie es noch einmal.
