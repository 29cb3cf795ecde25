## directory: was man über die Geräte anderer wissen muss

alarm-entry-refused = Jemand wollte die Geräte von { $who } ändern und konnte nicht zeigen, dass es { $who } war. Das wurde abgelehnt, und an ein solches Gerät wird nichts gesendet. Sagen Sie { $who } und Ihrer IT Bescheid.
