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

web-add-nobody = Wählen Sie aus, wer dazukommen soll.
web-add-count = { $count ->
    [0] Hinzufügen
    [one] { $count } Person hinzufügen
   *[other] { $count } Personen hinzufügen
}
web-group = Diese Gruppe
web-group-managed = Personen hinzufügen und umbenennen kann, wer die Gruppe verwaltet.
web-group-leave = Gruppe verlassen
web-member-write = Nachricht schreiben
web-member-remove = Aus der Gruppe entfernen

web-trust-heading = Wie gut ein Schlüssel bekannt ist
web-trust-vouched-words = Ihre Firma sagt, dass er dieser Person gehört. So beginnt es mit jedem.
web-trust-verified-words = Sie haben die Sicherheitsnummer selbst verglichen: Niemand ist dazwischen.
web-trust-changed-words = Es ist ein anderer als vorher. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.

web-number = Sicherheitsnummer, 12 Gruppen von 5 Ziffern
web-number-copy = Nummer kopieren
web-number-not-copied = Der Browser ließ das Kopieren nicht zu. Markieren Sie die Ziffern und kopieren Sie sie selbst.
web-number-same = Stimmt überein
web-number-other = Stimmt NICHT überein
web-number-kept = Der alte Schlüssel bleibt
web-number-again = Noch einmal vergleichen
web-number-keep = Behalten Sie den Schlüssel, den Sie von { $name } vorher kannten: Dann gilt der neue hier nicht.

web-hold-broken = hier stecken geblieben
web-hold-changed = Schlüssel geändert
web-hold-newcomers = jemand kam ungesehen dazu
