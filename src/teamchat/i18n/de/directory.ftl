## directory: was man über die Geräte anderer wissen muss

alarm-entry-refused = Jemand wollte die Geräte von { $who } ändern und konnte nicht zeigen, dass es { $who } war. Das wurde abgelehnt, und an ein solches Gerät wird nichts gesendet. Sagen Sie { $who } und Ihrer IT Bescheid.

## directory: Beweise als Dateien

cli-evidence-none = In der Geräteliste wurde nichts gefunden, was nicht sein darf; es wurde nichts geschrieben.
cli-evidence-written = { $count ->
    [one] Ein Fund wurde geschrieben.
   *[other] { $count } Funde wurden geschrieben.
} Nur Sie können die Dateien lesen. Geben Sie sie Ihrem Datenschutzbeauftragten oder Betriebsrat: Jeder kann sie ohne teamchat prüfen.
cli-evidence-key = der öffentliche Schlüssel der Geräteliste. Vergleichen Sie ihn mit dem, den andere haben, etwa beim Zeugen Ihres Betriebsrats.
cli-evidence-known = der Stand der Liste, den dieses Gerät gelesen und geprüft hatte, vom Server unterschrieben.
cli-evidence-shown = der Stand der Liste, den der Server gezeigt hat, so wie er kam.
cli-evidence-claim = wie viele Einträge { $who } gesehen haben will und die Wurzel (hexadezimal) dieser Liste. Das ist gesagt und nicht unterschrieben; vergleichen Sie es mit known.checkpoint.
cli-evidence-entry = Eintrag { $index } der Liste (gezählt ab 0), wie ihn der Server eingetragen hat.
cli-evidence-proof = der Beweis, dass der Server eine Liste mit diesem Eintrag unterschrieben hat.
cli-evidence-no-proof = Der Server hat nicht herausgegeben, was beweist, dass der Eintrag in der Liste steht. Versuchen Sie es später noch einmal und heben Sie diese Dateien auf.
cli-evidence-certificate = das Zertifikat des Geräts, das nicht in der Liste steht.
cli-evidence-how = So wird geprüft: .checkpoint-Dateien sind signierte Notizen (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), .tlog-proof-Dateien sind Beweise (c2sp.org/tlog-proof). Jedes Programm, das diese Formate liest, prüft sie mit dem Schlüssel in log.vkey. Zwei unterschriebene Stände mit gleich vielen Einträgen und verschiedenen Wurzeln beweisen, dass der Server zwei Listen führt.
cli-evidence-digest = Im Prüfprotokoll des Servers steht dieser Fund unter der folgenden Prüfsumme, wenn der Server aufschreibt, was ihm gesagt wird. Sie ist die SHA-256 dessen, was `sha256sum` über die Dateien in der Reihenfolge ihrer Namen sagt, ohne READ-ME.txt und entry.tlog-proof:
