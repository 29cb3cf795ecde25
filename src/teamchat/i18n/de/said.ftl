# Was mit Nachrichten geschieht, nachdem sie gesagt sind.

tui-answering = Antwort an { $name }: { $text }  Esc ✕
tui-editing = Sie ändern eine Nachricht. Eingabe speichert sie. Esc ✕
tui-edit-not-now = Senden oder löschen Sie erst, was Sie angefangen haben, dann ändern Sie die Nachricht.
said-edited = geändert
said-withdrawn = { $own ->
    [yes] Sie haben diese Nachricht gelöscht.
   *[no] Diese Nachricht wurde gelöscht.
 }
said-quote-not-here = Eine Nachricht, die nicht auf diesem Gerät ist
tui-react-question = Welches Emoji?
tui-react-other = Ein anderes Emoji oder sein Name, dann Eingabe
said-no-emoji = Keines mit diesem Namen. Jedes andere Emoji können Sie hier eingeben oder einfügen.
said-reaction-1 = gut
said-reaction-2 = Herz
said-reaction-3 = lacht
said-reaction-4 = feiert
said-reaction-5 = sieht es an
said-reaction-6 = dankt
tui-delete-question = Diese Nachricht löschen?
tui-delete-own-consequence = Für alle: Sie verschwindet bei allen, die hier sind, sobald deren Geräte verbunden sind; dass sie gelöscht wurde, bleibt sichtbar. Nur hier: Die anderen behalten sie.
tui-delete-consequence = Sie verschwindet nur auf diesem Gerät. Die anderen behalten sie.
tui-delete-here = Nur hier
tui-delete-all = Für alle
tui-version = So hieß es, { $when }
tui-version-failed = Nicht gesendet, { $when }
tui-action-message-answer = Antworten
tui-about-message-answer = Eine Antwort schreiben, die die Nachricht zeigt.
tui-action-message-react = Reagieren
tui-about-message-react = Ein Emoji an die Nachricht setzen oder zurücknehmen.
tui-action-message-edit = Ändern
tui-about-message-edit = Eine eigene Nachricht ändern; alle sehen, dass sie geändert wurde.
tui-action-message-delete = Löschen
tui-about-message-delete = Die Nachricht löschen, für alle oder nur auf diesem Gerät.
