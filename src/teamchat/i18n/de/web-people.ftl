## web-people: neue Unterhaltungen, Mitglieder und ihre Schlüssel im Browser

web-sheet-not-loaded = Das ließ sich nicht öffnen: Ein Teil von teamchat kam nicht vom Server. Es wurde nichts geändert. Versuchen Sie es noch einmal; geht es weiter nicht, laden Sie die Seite neu.
web-conversations-begin = Suchen Sie jemanden aus Ihrer Firma und schreiben Sie die erste Nachricht. Schreibt Ihnen jemand, steht es auch hier.

web-new-group = Neue Gruppe
web-new-group-words = mehrere Personen, mit einem Titel
web-new-group-hint = Alle in der Gruppe sehen ihn, der Server nicht.
web-new-group-nobody = Wählen Sie noch aus, wer in die Gruppe soll.
web-new-group-begin = { $count ->
    [0] Gruppe beginnen
    [one] Gruppe mit { $count } Person beginnen
   *[other] Gruppe mit { $count } Personen beginnen
}
web-people = Personen
web-people-chosen = Ausgewählt
web-people-take-out = (doch nicht)
web-people-found = { $count ->
    [0] Niemand gefunden
    [one] { $count } Person gefunden
   *[other] { $count } Personen gefunden
}
web-people-nobody-words = Suchen Sie mit einem Teil des Namens, oder fragen Sie, wie der Benutzername lautet.
web-people-there = ist schon dabei
web-people-inactive = hat hier kein Konto mehr
web-people-beginning = Die Unterhaltung wird begonnen …
