## link: warum die Verbindung so ist, wie sie ist

link-revoked = Der Server hat die Anmeldung dieses Geräts beendet und nicht gezeigt, dass es entfernt wurde. Ihre Nachrichten bleiben hier. Melden Sie sich neu an.
link-refused = Der Server hat die Verbindung beendet. Es wird erneut versucht.
link-not-stored = Der Speicher dieses Geräts ist voll oder nicht beschreibbar. Schaffen Sie Platz; dann geht es von selbst weiter.
