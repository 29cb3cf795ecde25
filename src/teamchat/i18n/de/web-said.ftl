## web: was mit Nachrichten im Browser geschieht

web-tui-editing = Sie ändern eine Nachricht.
web-tui-delete-own-consequence = Für alle: Sie verschwindet bei allen, die hier sind, sobald deren Geräte verbunden sind; dass sie gelöscht wurde, bleibt sichtbar. Wer sie gelesen hat, hat sie gelesen, und was jemand kopiert hat, bleibt. Nur hier: Die anderen behalten sie.
web-aim-leave = Doch nicht
web-change-to = Neuer Text der Nachricht
web-change-save = Änderung speichern
web-change-failed = Ihre Änderung wurde nicht gesendet.
web-answer-to = Antwort auf „{ $text }“
web-reactions = Reaktionen
web-reaction-put = Sie haben mit { $emoji } reagiert.
web-reaction-back = Sie haben { $emoji } zurückgenommen.
web-message-menu = Mehr zu dieser Nachricht
web-more-emojis = Mehr Emojis
web-find-emoji = Emoji suchen
web-versions = Was vorher dastand
web-who-reacted = Wer reagiert hat
web-take-back = Zurücknehmen
web-no-reaction = Niemand mehr.
web-deleted = Gelöscht.
