error-reason-history-given-already = Ein anderes Ihrer Geräte gibt seinen Verlauf schon weiter, oder dieses hat selbst danach gefragt. Warten Sie, bis er angekommen ist, oder lassen Sie das neue Gerät noch einmal fragen.
error-reason-no-history-backup = Ihre Organisation bewahrt keine Sicherungen von Verläufen auf. Ihre Geräte behalten ihren eigenen.
error-history-policy = Ihre Organisation gibt neuen Geräten keine früheren Nachrichten. Sie bleiben auf den Geräten, die sie haben.
error-history-not-asked = Dieses Gerät hat nicht um frühere Nachrichten gebeten. Bitten Sie darum mit: teamchat history ask
error-history-gone = Diese Bitte um frühere Nachrichten gibt es nicht mehr: Sie wurde abgebrochen oder ist zu lange her. Bitten Sie auf dem neuen Gerät noch einmal darum mit: teamchat history ask
error-history-not-yours = Was der Server gezeigt hat, kommt nicht von einem Ihrer Geräte. Es wurde nichts übernommen und nichts weitergegeben. Sehen Sie Ihre Geräte an mit: teamchat devices
error-history-receiver = Das Gerät, das Ihre früheren Nachrichten bekommen sollte, ist keines Ihrer Geräte mehr, oder der Server zeigt dafür einen anderen Schlüssel. Es wird nichts weiter gegeben. Sehen Sie Ihre Geräte an mit: teamchat devices
error-history-policy-changed = Ihre Organisation hat inzwischen geändert, wie weit zurück neue Geräte lesen dürfen. In einer Minute geht es nach der neuen Regel weiter.
alarm-history-stopped = Frühere Nachrichten, die von diesem Gerät zu einem anderen von Ihnen unterwegs waren, gehen nicht mehr dorthin: Das Gerät wurde entfernt, sein Schlüssel ist ein anderer, oder Ihre Organisation hat ihre Regel geändert. Sehen Sie Ihre Geräte an.
cli-alarm-history-stopped = Frühere Nachrichten, die von diesem Gerät zu einem anderen von Ihnen unterwegs waren, gehen nicht mehr dorthin: Das Gerät wurde entfernt, sein Schlüssel ist ein anderer, oder Ihre Organisation hat ihre Regel geändert. Sehen Sie Ihre Geräte an: `teamchat devices`.
error-history-changed = Die Nachrichten wurden unterwegs verändert oder kommen von woanders. Sie wurden nicht übernommen; sonst hat sich nichts geändert. Versuchen Sie es noch einmal, und sagen Sie Ihrer IT Bescheid, wenn es wieder geschieht.
error-history-cut-off = Das Ende der Nachrichten fehlt. Was angekommen ist, bleibt. Bitten Sie noch einmal darum mit: teamchat history ask
error-history-disagree = Der Server hat nicht die Nachrichten, die dieses Gerät ihm geschickt hat. Sie wurden zurückgenommen. Bitten Sie auf dem neuen Gerät noch einmal darum mit: teamchat history ask
error-history-no-room = Der Server hat keinen Platz für diesen Verlauf, oder Sie bewahren dort so viel auf, wie Sie dürfen. Es ist nichts verloren; versuchen Sie es später wieder, oder sagen Sie Ihrer IT Bescheid.
error-history-no-key = Dieses Gerät hat den Schlüssel Ihrer Sicherung nicht. Ein Gerät, das ihn hat, gibt ihn mit den früheren Nachrichten weiter: teamchat history ask. Auch Ihr Wiederherstellungsschlüssel enthält ihn: teamchat recover
error-history-no-backup = Auf dem Server liegt keine Sicherung Ihrer Nachrichten.
error-history-backup-older = Der Server hat eine ältere Sicherung gezeigt, als dieses Gerät schon gesehen hat. Es wurde nichts übernommen und nichts geändert. Sagen Sie Ihrer IT Bescheid; teamchat history forget entfernt die Sicherung, damit eine neue gemacht werden kann.
error-history-backup-changed = Die Sicherung auf dem Server ist nicht so, wie sie gemacht wurde. Vom Veränderten wurde nichts übernommen. Sagen Sie Ihrer IT Bescheid; teamchat history forget entfernt die Sicherung, damit eine neue gemacht werden kann.
error-history-backup-newer = Die Sicherung hat eine neuere Version von teamchat gemacht. Es wurde nichts übernommen und nichts geändert. Bringen Sie teamchat auf diesem Gerät auf den neuesten Stand, und versuchen Sie es dann noch einmal.
cli-history-asked = Ihre anderen Geräte wurden um das gebeten, was vorher geschrieben wurde. Stimmen Sie auf einem zu, das es hat: teamchat history give. Es kommt, während hier ein Programm offen ist, oder mit: teamchat history ask
cli-history-not-now = Nicht weitergegeben. Sie können das später tun mit: teamchat history give
cli-history-asked-waiting = Gebeten. Stimmen Sie jetzt auf einem Gerät zu, das die Nachrichten hat: teamchat history give. Strg-C beendet das Warten; derselbe Befehl macht später weiter.
cli-history-asked-given = Ein anderes Ihrer Geräte gibt sie schon weiter. Strg-C beendet das Warten; derselbe Befehl macht später weiter.
cli-history-taking = Nachrichten übernommen: { $lines } von etwa { $expected }
cli-history-taken = Die früheren Nachrichten sind da.
cli-history-cancelled = Abgebrochen. Was angekommen ist, bleibt.
cli-history-giving = Nachrichten weitergegeben: { $lines } von etwa { $expected }
cli-history-given = Weitergegeben. { $device } kann sie jetzt übernehmen.
cli-history-confirm = Ihre Nachrichten an { $device } weitergeben? Es muss Ihr eigenes Gerät sein, in Ihrer eigenen Hand.
cli-history-policy-note = { $policy }
cli-history-nobody-asked = Kein anderes Ihrer Geräte hat um frühere Nachrichten gebeten. Bitten Sie auf dem neuen Gerät darum mit: teamchat history ask
cli-history-several = Mehrere Geräte haben darum gebeten: { $devices }. Nennen Sie eines davon.
cli-history-backing-up = Nachrichten gesichert: { $lines }
cli-history-backed-up = Gesichert. Nur Ihre Geräte und Ihr Wiederherstellungsschlüssel öffnen die Sicherung. Dieses Gerät ergänzt sie jeden Tag.
cli-history-given-before = { $device } hat sie schon bekommen. Fehlt dort etwas, geben Sie auf jenem Gerät ein: `teamchat history ask`.
cli-history-restored = { $lines ->
    [0] In der Sicherung war keine Nachricht.
    [one] Eine Nachricht der Sicherung wurde gelesen.
   *[other] { $lines } Nachrichten der Sicherung wurden gelesen.
} Was schon hier war, bleibt, wie es war.
cli-history-confirm-forget = Ihre Sicherung vom Server entfernen? Ihre Geräte behalten, was sie haben.
cli-history-forgotten = Entfernt. Dieses Gerät macht keine Sicherungen mehr.
cli-history-policy-all = Ein neues Gerät darf alle früheren Nachrichten haben.
cli-history-policy-none = Ihre Organisation gibt neuen Geräten keine früheren Nachrichten.
cli-history-policy-days = Ein neues Gerät darf die Nachrichten { $days ->
    [one] des letzten Tages
   *[other] der letzten { $days } Tage
} haben.
cli-history-wish = { $device } hat um frühere Nachrichten gebeten. Geben Sie sie weiter mit: teamchat history give
cli-history-wish-given = { $device } hat um frühere Nachrichten gebeten; { $giver } gibt sie weiter.
cli-history-coming = Von den früheren Nachrichten sind bisher { $lines } von etwa { $expected } hier. Weiter geht es mit: teamchat history ask
cli-history-waiting = Dieses Gerät hat um frühere Nachrichten gebeten. Stimmen Sie auf einem anderen zu: teamchat history give
cli-history-backup-not-allowed = Ihre Organisation bewahrt keine Sicherungen auf.
cli-history-backup-none = Es gibt keine Sicherung. Machen Sie eine mit: teamchat history backup
cli-history-backup-here = Sicherung: { $size } KiB, zuletzt geändert am { $time }. { $own ->
    [yes] Dieses Gerät ergänzt sie jeden Tag.
   *[no] Dieses Gerät ergänzt sie nicht; damit beginnt teamchat history backup.
}
