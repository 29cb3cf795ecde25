## notice: was man wissen sollte

notice-own-device-added = Seit dem { $day } gibt es ein weiteres Gerät von Ihnen{ $called ->
    [nothing] .
   *[other] : „{ $called }“.
} Wenn es nicht Ihres ist, entfernen Sie es sofort aus Ihren Geräten und sagen Sie Ihrer IT Bescheid.
notice-own-devices-missing = In der neu begonnenen Geräteliste { $count ->
    [one] fehlt eines Ihrer Geräte
   *[other] fehlen { $count } Ihrer Geräte
}. So ist es, wenn Ihre Firma eine Sicherung von davor eingespielt hat. Melden Sie sich { $count ->
    [one] mit diesem Gerät
   *[other] mit diesen Geräten
} neu an.
notice-own-device-removed = Ihr Unternehmen hat am { $day } { $called ->
    [nothing] eines Ihrer Geräte
   *[other] Ihr Gerät „{ $called }“
} entfernt. Wenn Sie nicht wissen, warum, fragen Sie Ihre IT.
notice-witnesses-late = Die Zeugen, die Sie verlangen, haben die Geräteliste in letzter Zeit nicht unterschrieben. Nachrichten werden noch einen Tag lang gesendet. Fragen Sie, wer den Zeugen betreibt.
