# Vertrauen und Wiederherstellung im Browser; was anders heißt als `web-`, steht dort mit eigenen Worten.

web-recovery-lost = Ich habe keine Wörter mehr
web-sign-in-helped = Die Treuhänder helfen { $name }. Melden Sie sich an, um weiterzumachen.
web-lost-none = Treuhändern ist nichts von Ihnen anvertraut. So bleibt ein Weg: neu anfangen.
web-custody-code = Ihr Code
web-tui-lost-all-wait = Wenn keines davon Nein sagt, können Sie weitermachen: { $day }, { $time }. Melden Sie sich dann hier wieder an, mit den neuen Wörtern.
web-error-reason-custodians-changed = Ihre Firma hat inzwischen andere Treuhänder. Sehen Sie sie sich noch einmal an und beginnen Sie von vorn.
web-error-reason-custodians-not-ready = Noch haben nicht alle Treuhänder angenommen. Versuchen Sie es später.
web-error-reason-nothing-entrusted = Den jetzigen Treuhändern ist nichts von Ihnen anvertraut; sie können Ihnen nicht helfen. Haben Sie auch Ihre Wörter nicht mehr, fangen Sie neu an, dafür brauchen Sie niemanden.
web-error-reason-custody-asked = Sie haben die Treuhänder schon gefragt, vielleicht auf einem anderen Computer. Machen Sie dort weiter, oder nehmen Sie jene Anfrage zuerst zurück.
web-error-reason-custody-approved = Sie haben Ihren Teil schon gegeben. War es ein Versehen, nehmen Sie ihn sofort zurück, und rufen Sie die Person und Ihre IT-Abteilung an.
web-error-no-custodian = Sie gehören nicht zu den Treuhändern Ihrer Firma.
web-error-custodian-key = Den Schlüssel von { $name } hat kein Gerät dieser Person unterschrieben. Es wurde nichts anvertraut. { $name } soll das Amt noch einmal annehmen; bleibt es so, sagen Sie es Ihrer IT-Abteilung.
web-error-custody-shares = Was die Treuhänder gegeben haben, ergibt nicht Ihre Wiederherstellungswörter. Bitten Sie eine weitere Treuhänderin oder einen weiteren Treuhänder um Zustimmung; haben alle zugestimmt, fangen Sie neu an.
web-error-reason-no-reset-asked = Es wartet kein neuer Anfang: Er wurde nicht verlangt, oder eines Ihrer Geräte hat ihn verhindert. Beginnen Sie noch einmal.
web-error-nothing-to-recover = Dieses Konto hatte noch nie ein Gerät, es gibt nichts wiederherzustellen. Melden Sie sich einfach an.
web-error-wrong-recovery-key = Dieser Wiederherstellungsschlüssel passt nicht zu Ihrem Konto; vielleicht sind es die Wörter einer anderen Person. Suchen Sie das Papier, das bei der Einrichtung Ihres ersten Geräts oder zuletzt bei einer Erneuerung beschrieben wurde.
