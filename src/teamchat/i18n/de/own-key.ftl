## own-key: neu anfangen, es verhindern, und neue Wiederherstellungswörter

tui-enter-lost = Ich habe alles verloren
tui-enter-lost-words = kein Gerät mehr und kein Papier mit den Wörtern
tui-lost-all-question = Wirklich neu anfangen?
tui-lost-all-words = Haben Sie noch ein Gerät oder das Papier mit den Wörtern, gehen Sie zurück und nehmen Sie das. Sonst fangen Sie neu an: Alle Kollegen werden gewarnt, dass Ihr Schlüssel ein anderer ist, und vergleichen mit Ihnen die Sicherheitsnummer. Frühere Nachrichten und die Sicherung sind verloren. Gibt es noch Geräte von Ihnen, werden sie zuerst gefragt und können es verhindern; bis dahin müssen Sie warten.
tui-lost-all-begin = Neu anfangen
tui-lost-all-asking = Ihr neuer Anfang wird vorbereitet …
tui-lost-all-done = Sie haben neu angefangen
tui-lost-all-waits = Ihre Geräte werden zuerst gefragt
tui-lost-all-wait = Wenn keines davon Nein sagt, können Sie weitermachen: { $day }, { $time }. Öffnen Sie dann teamchat wieder und wählen Sie „Ich habe meine Wiederherstellungswörter“, mit den neuen Wörtern.
tui-reset-asked = Jemand will in Ihrem Namen neu anfangen; dann enden alle Ihre Geräte ({ $day }, { $time }). ▸ { $key }: ansehen und verhindern
tui-reset-pending = Jemand will in Ihrem Namen neu anfangen. ▸ { $key }: ansehen und verhindern
tui-reset-question = Waren Sie das?
tui-reset-words = Jemand hat mit Ihrem Passwort gesagt, dass Ihre Wiederherstellungswörter verloren sind. Verhindert es niemand bis dahin ({ $day }, { $time }), enden alle Ihre Geräte, auch dieses, und jemand anderes steht für Sie. Waren Sie es nicht, verhindern Sie es jetzt.
tui-reset-stop = Das war ich nicht
tui-reset-mine = Das war ich
tui-reset-stopping = Es wird verhindert …
tui-reset-stopping-words = Das dauert einen Augenblick.
tui-reset-stopped = Verhindert
tui-reset-stopped-words = Ihre Geräte bleiben. Jemand kennt aber Ihr Passwort: Ändern Sie es jetzt, und sagen Sie Ihrer IT Bescheid.
tui-custody-pending = Jemand bittet die Treuhänder um Ihre Wiederherstellungswörter. ▸ { $key }: ansehen und verhindern
tui-custody-words = Jemand bittet die Treuhänder Ihrer Firma um Ihre Wiederherstellungswörter, von einem Rechner, der keines Ihrer Geräte ist. Damit stünde er für Sie. Waren Sie es nicht, verhindern Sie es jetzt.
tui-custody-refused = Es wurde nichts herausgegeben. Jemand kennt aber Ihr Passwort: Ändern Sie es jetzt, und sagen Sie Ihrer IT Bescheid.
tui-renew-question = Neue Wiederherstellungswörter?
tui-renew-words = Sie bekommen 16 andere Wörter. Die von bisher gelten dann nicht mehr; Ihre Geräte bleiben, und Ihre Kollegen lesen eine Zeile darüber. Nehmen Sie neue, wenn jemand das Papier gesehen haben kann.
tui-renew-old = Zuerst die Wörter von bisher
tui-renewing = Ihre Wörter werden erneuert …
tui-renewing-words = Das dauert einen Augenblick.
tui-renewed = Ihre neuen Wörter gelten
tui-renewed-words = Vernichten Sie das alte Papier.

tui-action-recovery-words = Neue Wiederherstellungswörter
tui-about-recovery-words = Ersetzt die 16 Wörter, wenn jemand sie gesehen haben kann.

tui-error-wrong-recovery-key = Das sind nicht die Wörter, die jetzt für Ihr Konto gelten; vielleicht sind es die einer anderen Person. Suchen Sie das Papier von der Einrichtung Ihres ersten Geräts oder von der letzten Erneuerung. Stammen diese Wörter aus einem neuen Anfang, hat eines Ihrer Geräte ihn verhindert: Dann gelten weiter die von davor.
tui-error-nothing-to-recover = Dieses Konto hatte noch nie ein Gerät, es ist nichts verloren. Wählen Sie „Ich habe meine Wiederherstellungswörter“: Nach Wörtern werden Sie nicht gefragt, Sie bekommen dort welche.

tui-action-password = Passwort ändern
tui-about-password = Setzt ein anderes Passwort für Ihr Konto.
tui-password-looking = Der Server wird gefragt, wie lang es sein muss.
tui-ask-old-password = Ihr Passwort von bisher
tui-ask-old-password-words = Das Passwort Ihres Kontos, nicht die Passphrase dieses Geräts.
tui-password-new = Ihr neues Passwort
tui-password-changing = Ihr Passwort wird geändert …
tui-password-changed = Ihr Passwort ist geändert
tui-password-changed-words = Ihre anderen Geräte behalten alles und werden abgemeldet; dort melden Sie sich mit dem neuen Passwort wieder an.
tui-password-later = Später
