## screens: was auf dem Bildschirm mehrere Schritte hat: Geräte, die Geräteliste

tui-done = Fertig
tui-try-again = Noch einmal versuchen

tui-device-first = Ihr erstes Gerät, seit { $day }
tui-device-own-key = mit dem Wiederherstellungsschlüssel dazugekommen: { $day }
tui-device-by = über „{ $name }“ dazugekommen: { $day }
tui-device-by-gone = über ein Gerät dazugekommen, das es nicht mehr gibt: { $day }
tui-device-unused = lange nicht benutzt, zuletzt: { $day }
tui-device-unlisted = Es steht nicht in der Geräteliste. Sagen Sie Ihrer IT Bescheid.
tui-device-unnamed = Ein Gerät ohne Namen
tui-device-entry = Eintrag { $number } der Geräteliste
tui-device-unnamed-words = Es steht als Ihres in der Geräteliste, aber der Server nennt es nicht. Ist es keines von Ihren, entfernen Sie es und sagen Sie Ihrer IT Bescheid.
tui-devices-most = { $count } von höchstens { $most ->
    [one] einem Gerät
   *[other] { $most } Geräten
}.
tui-device-lost = Gerät verloren

tui-lost-heading = Welches Gerät ist weg?
tui-lost-which = Wählen Sie es mit ↑ und ↓, dann Eingabe.
tui-lost-none = Sie haben kein anderes Gerät. Ist dieses hier nicht Ihres, sagen Sie Ihrer IT Bescheid: Sie kann Ihre Geräte entfernen, aber nicht mitlesen.
tui-lost-now = Was jetzt geschieht
tui-lost-now-words = Das Gerät wird sofort abgemeldet, und alle Ihre Unterhaltungen bekommen neue Schlüssel: Was ab jetzt geschrieben wird, kann es nicht lesen. Sobald es den Server wieder erreicht, löscht es, was es gespeichert hat.
tui-lost-finder = Was jemand noch sehen kann
tui-lost-finder-words = Was das Gerät schon geholt hat, bis es den Server erreicht: wer es entsperrt, kann es lesen.
tui-lost-remove = Jetzt entfernen
tui-lost-removing = „{ $name }“ wird entfernt …
tui-lost-removing-words = Das dauert einen Augenblick. Auch wenn Sie hier schließen, geht es weiter.
tui-lost-through-question = Haben Sie „{ $name }“ bei sich?
tui-lost-through = „{ $name }“ ist über „{ $lost }“ dazugekommen. Wer ein entsperrtes Gerät von Ihnen hat, kann ein eigenes dazunehmen. Behalten Sie nur, was Sie selbst dazugenommen haben.
tui-lost-mine = Ja, das ist meines
tui-lost-done = „{ $name }“ ist entfernt
tui-lost-done-words = Es ist abgemeldet und liest nichts mehr, was ab jetzt geschrieben wird. Ihre Kollegen müssen nichts tun.
tui-lost-left = Was Sie noch tun sollten
tui-lost-left-words = Sagen Sie Ihrer IT, dass es weg ist. War Ihr Passwort darauf gespeichert: „Passwort ändern“ unter den Befehlen. Waren die Wiederherstellungswörter dabei, sagen Sie auch das.

tui-link-button = Gerät dazunehmen
tui-link-heading = Ein Gerät dazunehmen
tui-link-code-words = Öffnen Sie teamchat auf dem neuen Gerät und wählen Sie „Ich habe ein anderes Gerät“. Geben Sie hier den Code ein, den es zeigt.
tui-link-own-hand = Das neue Gerät muss vor Ihnen liegen. Hat Ihnen jemand einen Code geschickt oder vorgelesen, ist es dessen Gerät: Dann brechen Sie ab.
tui-link-meeting = Das neue Gerät wird gesucht …
tui-link-meeting-words = Lassen Sie es eingeschaltet.
tui-link-compare = Zeigt das neue Gerät dieselben Bilder?
tui-link-compare-words = „{ $name }“ möchte als Ihr Gerät mitlesen. Vergleichen Sie alle sieben, in dieser Reihenfolge.
tui-link-same = Ja, alle gleich
tui-link-other = Nein, andere
tui-link-differs = Nicht dieselben Bilder
tui-link-waiting = „{ $name }“ wird dazugenommen …
tui-link-waiting-words = Sagen Sie jetzt auch auf dem neuen Gerät, dass die Bilder gleich sind.
tui-link-done = „{ $name }“ gehört jetzt dazu
tui-link-done-words = Es ist in einem Augenblick in allen Ihren Unterhaltungen. Ihre anderen Geräte erfahren davon.
tui-link-admin = „{ $name }“ muss noch warten
tui-link-admin-words = In Ihrem Unternehmen gibt die Administration neue Geräte frei. Danach geht es auf dem neuen Gerät von selbst weiter. Möchte es frühere Nachrichten, steht hier unten eine Frage.
tui-link-asking = Ein Code wird geholt …
tui-link-new-heading = Auf Ihrem anderen Gerät
tui-link-new-words = Öffnen Sie dort „Ihre Geräte“ (im Terminal F9), wählen Sie „Gerät dazunehmen“ und geben Sie diesen Code ein:
tui-link-new-lives = Er gilt zehn Minuten. Danach steht hier von selbst ein neuer.
tui-link-new-scan = Hat das andere Gerät eine Kamera, kann es stattdessen den QR-Code lesen.
tui-link-new-compare = Zeigt Ihr anderes Gerät dieselben Bilder?
tui-link-new-compare-words = Vergleichen Sie alle sieben, in dieser Reihenfolge.
tui-link-there = Jetzt das andere Gerät: Sagen Sie auch dort, dass die Bilder gleich sind. Hier geht es dann von selbst weiter.
tui-link-new-admin = In Ihrem Unternehmen gibt die Administration neue Geräte frei. Danach geht es hier von selbst weiter. Sie können teamchat auch beenden und später wieder öffnen.

tui-log-heading = Geräteliste
tui-log-good = ✓ Alles stimmt
tui-log-good-words = { $count ->
    [one] Dieses Gerät hat den einen Eintrag selbst gelesen.
   *[other] Dieses Gerät hat alle { $count } Einträge selbst gelesen.
} Zuletzt nachgesehen: { $day }, { $time }.
tui-log-bad = ! Hier stimmt etwas nicht
tui-log-late = ! Die Zeugen fehlen
tui-log-unread = Noch nicht gelesen
tui-log-about-heading = Was das ist
tui-log-about = Alle Geräte aller Kollegen stehen in einer Liste, die nur wachsen kann und die für alle dieselbe ist. Kommt ein Gerät dazu, sieht es jeder. So kann niemand heimlich eines dazustellen, auch nicht der Server und nicht die IT.
tui-log-own-heading = Ihre Geräte darin
tui-log-own = Eintrag { $number }: { $name }
tui-log-own-this = dieses Gerät
tui-log-own-other = ein anderes Gerät von Ihnen
tui-log-own-ended = entfernt
tui-log-own-none = Dieses Gerät steht noch nicht in der Liste.
tui-log-refused-heading = Abgelehnte Einträge
tui-log-witnesses-heading = Zeugen
tui-log-witnesses-none = Sie verlangen keine Zeugen. Mit „teamchat log witnesses“ können Sie verlangen, dass der Betriebsrat oder jemand anderes die Liste mitunterschreibt.
tui-log-witnesses-required = Sie verlangen { $quorum } von { $count }, { $hours ->
    [one] jede Stunde
   *[other] alle { $hours } Stunden
}: { $names }.
tui-log-witnesses-met = Zuletzt unterschrieben: { $day }, { $time }.
tui-log-witnesses-never = Sie haben noch nie unterschrieben.
tui-log-witnesses-until = In Ordnung: bis { $until }. Ohne neue Unterschrift wird nichts mehr gesendet: ab { $stops }.
tui-log-cosigners = Mitunterschrieben hat: { $names }
tui-log-compare-heading = Zum Vergleichen
tui-log-compare = Wer bei { $count ->
    [one] einem Eintrag
   *[other] { $count } Einträgen
} dieselbe Prüfsumme sieht, sieht dieselbe Liste:
tui-log-keep-proof = Beweis speichern

tui-proof-which = Für welches Gerät?
tui-proof-which-words = Der Beweis zeigt, dass ein Gerät von Ihnen in der Liste steht. Wählen Sie mit ↑ und ↓, dann Eingabe.
tui-proof-making = Der Beweis wird geholt …
tui-proof-making-words = Er wird geprüft, bevor er gespeichert wird.
tui-proof-done = Der Beweis ist gespeichert
tui-proof-check = Jeder kann ihn prüfen, ohne teamchat und ohne den Server, mit dem Schlüssel der Liste:

tui-action-key-list = Geräteliste
tui-about-key-list = Zeigt, ob die Liste aller Geräte stimmt, und speichert einen Beweis.

tui-alarm-own-entries-more = In der Geräteliste steht auf einmal so viel über Sie oder die Treuhänder, dass { $count ->
    [one] eine Änderung hier nicht einzeln gezeigt wird
   *[other] { $count } Änderungen hier nicht einzeln gezeigt werden
}. Sehen Sie Ihre Geräte durch (F9) und sagen Sie sofort Ihrer IT Bescheid.
tui-notice-own-device-removed-by-own = Am { $day } wurde { $called ->
    [nothing] eines Ihrer Geräte
   *[other] Ihr Gerät „{ $called }“
} von { $remover ->
    [nothing] einem anderen Ihrer Geräte
   *[other] Ihrem Gerät „{ $remover }“
} entfernt. Wenn Sie das nicht waren, sehen Sie Ihre Geräte durch (F9) und sagen Sie sofort Ihrer IT Bescheid.
