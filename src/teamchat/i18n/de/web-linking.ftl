## web-linking: weitere Geräte und frühere Nachrichten im Browser

web-linking-way = Mit einem Ihrer Geräte verbinden
web-linking-heading = Diesen Browser verbinden
web-linking-words = Öffnen Sie auf einem Gerät, auf dem Sie angemeldet sind, die Einstellungen, „Ihre Geräte“, „Gerät verbinden“. Scannen Sie dort diesen Code oder tippen Sie ihn ein.
web-linking-scan = Code zum Scannen
web-linking-typed = Oder eintippen
web-linking-terminal = Im Terminal: teamchat devices link { $code }
web-linking-renewed = Beide Codes erneuern sich von selbst; lassen Sie diese Seite offen, bis Ihr anderes Gerät einen gelesen hat.
web-linking-same = Zeigen beide dasselbe?
web-linking-same-here = Sehen Sie auf Ihr anderes Gerät: Zeigt es genau das, in dieser Reihenfolge?
web-linking-same-there = Sehen Sie auf „{ $name }“: Zeigt es genau das, in dieser Reihenfolge?
web-linking-yes = Ja, dasselbe
web-linking-no = Nein, etwas anderes
web-linking-numbers = Zahlen vergleichen
web-linking-pictures = Bilder vergleichen
web-linking-waiting = Einen Moment
web-linking-other-side = Sagen Sie jetzt auch auf dem anderen Gerät, dass beide dasselbe zeigen.
web-linking-entering = Dieser Browser wird eingelassen …
web-linking-needs-admin = Ihre Verwaltung muss dieses Gerät erst freigeben. Danach geht es von selbst weiter, auch wenn Sie diese Seite schließen und später wieder öffnen.
web-linking-ended = Nicht verbunden
web-linking-again = Neuen Code zeigen
web-linking-leave = Abbrechen

web-link-device = Gerät verbinden
web-link-own-hand = Machen Sie nur weiter, wenn Sie das neue Gerät selbst in der Hand haben. Hat Ihnen jemand einen Code geschickt, gehört er zu dessen Gerät: Er könnte alles lesen.
web-link-where = Öffnen Sie teamchat auf dem neuen Gerät und wählen Sie „Mit einem Ihrer Geräte verbinden“; im Terminal: teamchat link { $address }. Es zeigt einen Code.
web-link-code = Code, den das neue Gerät zeigt
web-link-code-hint = Zehn Buchstaben und Ziffern
web-link-go = Weiter
web-link-scan = Code scannen
web-link-type = Code eintippen
web-link-hold = Halten Sie den Code vor die Kamera.
web-link-camera = Was die Kamera sieht
web-link-camera-refused = teamchat darf die Kamera nicht benutzen. Erlauben Sie es im Browser, oder tippen Sie den Code ein.
web-link-scanner-missing = Der Teil von teamchat, der Codes liest, kam nicht vom Server. Tippen Sie den Code ein.
web-link-camera-none = Hier lässt sich keine Kamera benutzen. Tippen Sie den Code ein.
web-link-meeting = Das neue Gerät wird gesucht …
web-link-linked = „{ $name }“ gehört jetzt zu Ihnen: Es liest und schreibt als Sie.
web-link-waits = „{ $name }“ wartet auf Ihre Verwaltung. Bitten Sie um die Freigabe; danach kommt es von selbst herein.
web-link-not-differs = „{ $name }“ wurde nicht eingelassen, und nichts wurde geändert. Beginnen Sie neu mit einem neuen Code. Zeigen die beiden wieder Verschiedenes, ist jemand dazwischen: Sagen Sie es Ihrer IT.

web-history-about = Was geschrieben wurde, bevor ein Gerät dazukam: holen oder weitergeben.
web-history-wanted = „{ $name }“ möchte Ihre früheren Nachrichten.
web-history-look = Ansehen und entscheiden
web-history-given-so-far = { $expected ->
    [0] Bisher weitergegeben: { $lines }
   *[other] Bisher weitergegeben: { $lines } von etwa { $expected }
}
web-history-taken-so-far = { $expected ->
    [0] Bisher geholt: { $lines }
   *[other] Bisher geholt: { $lines } von etwa { $expected }
}
web-history-asked = Dieser Browser hat darum gebeten. Sagen Sie jetzt auf einem anderen Gerät von Ihnen ja; im Terminal: teamchat history give.
web-history-giver = „{ $name }“ gibt sie weiter. Sie kommen von selbst, solange teamchat hier offen ist.
web-history-not = Nicht weitergeben
web-history-declined = Sie wollten nicht. Auf diesem Gerät werden Sie danach nicht mehr gefragt; weitergeben können Sie sie trotzdem noch.
web-history-none-asks = Kein anderes Gerät von Ihnen bittet darum.
web-history-policy-all = Ein neues Gerät darf alle früheren Nachrichten haben.
web-history-policy-none = Ihre Organisation lässt neue Geräte keine früheren Nachrichten haben.
web-history-policy-days = { $days ->
    [one] Ein neues Gerät darf die Nachrichten des letzten Tages haben.
   *[other] Ein neues Gerät darf die Nachrichten der letzten { $days } Tage haben.
}
web-history-room-taking = Frühere Nachrichten werden geholt: { $percent } %
web-history-room-giving = Frühere Nachrichten werden weitergegeben: { $percent } %

web-error-history-not-asked = Dieser Browser hat nicht um frühere Nachrichten gebeten. Bitten Sie darum in den Einstellungen, „Frühere Nachrichten“.
web-error-history-gone = Diese Bitte um frühere Nachrichten gibt es nicht mehr: Sie wurde abgebrochen oder ist zu lange her. Bitten Sie auf dem neuen Gerät noch einmal darum.
web-error-history-not-yours = Was der Server gezeigt hat, kommt nicht von einem Gerät von Ihnen. Nichts wurde geholt oder weitergegeben. Sehen Sie in den Einstellungen Ihre Geräte an.
web-error-history-receiver = Das Gerät, das Ihre früheren Nachrichten haben sollte, ist keines mehr von Ihnen, oder der Server zeigt dafür einen anderen Schlüssel. Es wird nichts mehr weitergegeben. Sehen Sie in den Einstellungen Ihre Geräte an.
web-error-history-cut-off = Der letzte Teil der Nachrichten auf dem Weg fehlt. Was gekommen ist, bleibt. Bitten Sie noch einmal darum in den Einstellungen, „Frühere Nachrichten“.
web-error-history-disagree = Der Server hat nicht die Nachrichten, die dieses Gerät ihm geschickt hat. Sie wurden zurückgenommen. Bitten Sie auf dem neuen Gerät noch einmal darum.
web-error-reason-linking-declined = Ihre Verwaltung hat dieses Gerät abgelehnt. Fragen Sie dort, warum; in diesem Browser wurde nichts behalten.
