## link: warum die Verbindung so ist, wie sie ist

link-revoked = Sie wurden abgemeldet, weil dieses Gerät entfernt wurde oder seine Anmeldung endete. Ihre Nachrichten bleiben auf diesem Gerät.
link-refused = Der Server hat die Verbindung beendet. Es wird erneut versucht.
link-not-stored = Der Speicher dieses Geräts ist voll oder nicht beschreibbar. Schaffen Sie Platz; dann geht es von selbst weiter.
