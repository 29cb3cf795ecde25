## web-words: in the browser what brings one back has one name: the recovery words

web-notice-custodians-none = Seit dem { $day } hat Ihre Firma keine Treuhänder mehr. Hatten Sie ihnen Ihre Wiederherstellungswörter anvertraut, gilt das nicht mehr: Verwahren Sie die Wörter selbst gut.
web-error-no-custodians = Ihre Firma hat keine Treuhänder. Verwahren Sie Ihre Wiederherstellungswörter selbst gut.
web-error-custody-no-history-key = Dieses Gerät hat den Schlüssel nicht, den Treuhänder brauchen. Tun Sie es auf Ihrem ersten Gerät oder auf einem, das Sie mit Ihren Wiederherstellungswörtern eingerichtet haben.
web-notice-custody-opened = Die Treuhänder haben Ihre Wiederherstellungswörter dem Gerät gegeben, das am { $day } danach gefragt hat. Waren das nicht Sie, entfernen Sie dieses Gerät und sagen Sie es Ihrer IT-Abteilung. Waren Sie es: Nehmen Sie neue Wiederherstellungswörter.
web-cli-custody-entrusted = Ihre Wiederherstellungswörter sind den Treuhändern in Teilen anvertraut; { $threshold } von ihnen sind nötig. Behalten Sie trotzdem Ihre eigenen. Ändern sie sich, erfahren Sie es, und dies gilt nicht mehr.
web-error-wiped-by-company = Ihr Unternehmen hat dieses Gerät am { $day } entfernt oder Ihr Konto deaktiviert. Alles, was teamchat hier gespeichert hatte, wurde gelöscht. Fragen Sie Ihre IT. Besteht Ihr Konto weiter, wird das Gerät mit Ihren Wiederherstellungswörtern wieder Ihres.
web-error-reason-too-many-renewals = Sie haben Ihre Wiederherstellungswörter schon mehrmals erneuert. Versuchen Sie es in einer Stunde wieder.
web-error-recovery-count = Es sind { $wanted } Wiederherstellungswörter, hier { $count ->
    [one] ist es eines
   *[other] sind es { $count }
}. Vergleichen Sie sie mit Ihrem Papier.
web-error-recovery-word = Wort { $place } ist kein Wiederherstellungswort. Ist vielleicht gemeint: { $meant }?
web-error-recovery-word-strange = Wort { $place } ist kein Wiederherstellungswort. Vergleichen Sie es mit Ihrem Papier.
web-error-recovery-mixed = Jedes dieser Wörter gibt es, aber zusammen sind sie niemandes Wiederherstellungswörter: Eines ist ein anderes, oder zwei sind vertauscht. Vergleichen Sie sie mit Ihrem Papier.
web-trust-sheet-title = Wiederherstellungswörter für teamchat
web-alarm-own-reset-asked = Jemand hat mit Ihrem Passwort verlangt, Ihre Wiederherstellungswörter für verloren zu erklären. Am { $day } enden dann alle Ihre Geräte. Waren Sie das nicht, verhindern Sie es auf diesem Gerät. Ändern Sie danach Ihr Passwort.
web-alarm-own-key-renewed = Ihre Wiederherstellungswörter wurden am { $day } auf einem anderen Ihrer Geräte erneuert. Waren Sie das nicht, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
web-tui-verify-new = Der Schlüssel von { $name } hat sich geändert. Das geschieht, wenn jemand ohne Wiederherstellungswörter neu anfängt, oder wenn jemand dazwischensteht. Vergleichen Sie die Nummer. Stimmt sie nicht, nehmen Sie nichts an, und sagen Sie es { $name } und Ihrer IT-Abteilung.
web-error-custody-share = Ihr Teil passt nicht zu dieser Anfrage von { $name }; es wurde nichts herausgegeben. Hat { $name } eine neue Identität angenommen, oder haben Sie das, müssen die Wiederherstellungswörter neu anvertraut werden.
