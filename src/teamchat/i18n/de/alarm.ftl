## alarm: was man wissen muss

alarm-key-changed = Der Schlüssel von { $who } hat sich geändert. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.
alarm-name-claimed = Der Server gibt den Benutzernamen { $name }, unter dem Sie { $who } kennen, jemand anderem. Das geschieht nie von selbst. Schreiben Sie niemandem Vertrauliches, den Sie unter diesem Namen finden, und sagen Sie Ihrer IT Bescheid.
alarm-log-gap = Der Server gibt einige Nachrichten einer Unterhaltung nicht heraus. Sagen Sie Ihrer IT Bescheid.
alarm-server-behind = Der Server hat Nachrichten einer Unterhaltung verloren. Was Sie gelesen haben, bleibt auf diesem Gerät. Sagen Sie Ihrer IT Bescheid.
alarm-conversation-broken = Eine Unterhaltung lässt sich auf diesem Gerät nicht fortsetzen. Was Sie gelesen haben, bleibt hier. Sie können dieses Gerät wieder beitreten lassen; bricht es noch einmal ab, sagen Sie Ihrer IT Bescheid.
alarm-members-unknown = { $who } ist in eine Unterhaltung gekommen, und niemand wurde dabei gesehen, jemanden hinzuzufügen. Vorerst wird dort nichts gesendet. Fragen Sie die anderen, ob das stimmt, und bestätigen Sie die neuen Mitglieder erst dann.
alarm-direct-is-two = In eine Unterhaltung zu zweit wurde noch jemand gebracht. Dieses Gerät hat sie verlassen, und dort wird nichts gesendet. Sagen Sie Ihrer IT Bescheid.
alarm-proposal-refused = Jemand hat versucht, auf einem Weg, den dieses Programm nie benutzt, zu ändern, wer in einer Unterhaltung ist. Das wurde abgelehnt. Sagen Sie Ihrer IT Bescheid.
alarm-key-log-forked = Der Server zeigt jetzt eine andere Geräteliste als vorher, gleich lang: Er führt zwei. Vielleicht liest jemand mit. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrem Datenschutzbeauftragten Bescheid; dieses Gerät bewahrt die Beweise auf.
alarm-key-log-rolled-back = Der Server zeigt eine ältere Geräteliste als vorher: Es fehlen Einträge. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrer IT Bescheid; dieses Gerät bewahrt die Beweise auf.
alarm-key-log-unproven = Die Geräteliste, die der Server herausgibt, ist nicht die, die er unterschrieben hat: Darin wurde etwas geändert oder entfernt. Nichts davon wird geglaubt. Sagen Sie Ihrem Datenschutzbeauftragten Bescheid; dieses Gerät bewahrt die Beweise auf.
alarm-key-log-unsigned = Was der Server als Geräteliste herausgibt, ist nicht so unterschrieben, wie es sein muss. Nichts davon wird geglaubt, und neue Geräte müssen warten. Sagen Sie Ihrer IT Bescheid.
alarm-key-log-other = Der Server zeigt eine andere Geräteliste als die, die dieses Gerät kennt. Neue Geräte müssen warten. Fragen Sie Ihre IT, ob der Server neu eingerichtet wurde; wenn nicht, schreiben Sie nichts Vertrauliches.
alarm-key-log-anew = Der Server hat seine Geräteliste neu begonnen, wie nach dem Einspielen einer Sicherung. Fragen Sie Ihre IT, ob das so ist. Wenn nicht, schreiben Sie nichts Vertrauliches; dieses Gerät bewahrt die Beweise auf.
alarm-key-log-away = Der Server gibt seine Geräteliste nicht heraus. Neue Geräte müssen warten, bis er es tut. Bleibt es so, sagen Sie Ihrer IT Bescheid.
alarm-key-log-split = { $who } hat eine andere Geräteliste gezeigt bekommen als Sie. Entweder führt der Server zwei Listen, oder das Gerät von { $who } sagt nicht die Wahrheit. Schreiben Sie nichts Vertrauliches, sprechen Sie miteinander und sagen Sie Ihrem Datenschutzbeauftragten Bescheid.
alarm-device-unlisted = In eine Unterhaltung wurde ein Gerät gebracht, das nicht in der Geräteliste steht. Dieses Gerät hat die Unterhaltung verlassen, und dort wird nichts gesendet. Sagen Sie Ihrer IT Bescheid.
alarm-device-stays = Ein Gerät, das nicht mehr benutzt wird, ließ sich nicht aus einer Unterhaltung nehmen: Wer es hat, liest dort vielleicht mit. Schreiben Sie dort nichts Vertrauliches und sagen Sie Ihrer IT Bescheid.
alarm-messages-barred = Der Server nimmt in einer Unterhaltung keine Nachrichten an: Er sagt, dort sei ein Gerät, das nicht mehr benutzt wird. Die Geräteliste nennt keines. Was Sie schreiben, wartet hier. Sagen Sie Ihrer IT Bescheid.
alarm-own-reset = Ihr Sicherheitsschlüssel wurde am { $day } ersetzt, und ein anderes Gerät steht jetzt für Sie. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
alarm-own-entry-refused = Jemand wollte Ihre Geräte ändern und konnte nicht zeigen, dass Sie es sind. Das wurde abgelehnt. Sagen Sie Ihrer IT Bescheid.
alarm-own-device-returned = Ein Gerät von Ihnen, das entfernt war, steht wieder in der Geräteliste. So ist es, wenn Ihre Firma eine Sicherung von davor eingespielt hat. Für dieses Gerät bleibt es draußen: Es bekommt nichts. Bitten Sie Ihre IT, es noch einmal zu entfernen; wurde keine Sicherung eingespielt, schreiben Sie nichts Vertrauliches. Die Beweise sind hier aufbewahrt.
alarm-device-returned = Ein Gerät von { $who }, das entfernt war, steht wieder in der Geräteliste. So ist es, wenn Ihre Firma eine Sicherung von davor eingespielt hat. Es bleibt draußen und bekommt nichts von Ihnen. Sagen Sie { $who } und Ihrer IT Bescheid: Sie muss es noch einmal entfernen.
alarm-own-entries-more = In der Geräteliste steht auf einmal so viel über Sie oder die Treuhänder, dass { $count ->
    [one] eine Änderung hier nicht einzeln gezeigt wird
   *[other] { $count } Änderungen hier nicht einzeln gezeigt werden
}. Sehen Sie Ihre Geräte durch und sagen Sie sofort Ihrer IT Bescheid.
cli-alarm-own-entries-more = In der Geräteliste steht auf einmal so viel über Sie oder die Treuhänder, dass { $count ->
    [one] eine Änderung hier nicht einzeln gezeigt wird
   *[other] { $count } Änderungen hier nicht einzeln gezeigt werden
}. Sehen Sie Ihre Geräte durch (teamchat devices) und sagen Sie sofort Ihrer IT Bescheid.
alarm-key-log-unfit = In der Geräteliste des Servers steht, was niemand richtig eingetragen haben kann (Einträge: { $count }). Nichts davon gilt, aber ein ehrlicher Server trägt so etwas nicht ein. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrem Datenschutzbeauftragten Bescheid; dieses Gerät bewahrt die Beweise auf.
alarm-witnesses-missing = Seit einem Tag haben die Zeugen, die Sie verlangen, die Geräteliste nicht unterschrieben; deshalb wird nichts mehr gesendet. Fragen Sie, wer den Zeugen betreibt, und schreiben Sie nichts Vertrauliches.
alarm-not-withdrawn = Eine Nachricht, die Sie für alle löschen wollten, ist noch da: Der Server hat das Löschen nicht angenommen. Versuchen Sie es noch einmal.
