### teamchat auf Deutsch. Ein Abschnitt für jeden Ort; dieselben Schlüssel wie in en.ftl.
### Sie, aktiv, kurz, ohne Fachwörter. Sagen, was geschah, was sicher ist, was zu tun ist.

## system: Zeilen im Verlauf

system-created = { $by-own ->
    [yes] Sie haben die Unterhaltung begonnen.
   *[no] { $by ->
        [nobody] Hier beginnt die Unterhaltung.
       *[other] { $by } hat die Unterhaltung begonnen.
    }
}
system-added = { $who-own ->
    [yes] { $by-own ->
        [yes] Sie sind dazugekommen.
       *[no] { $by ->
            [nobody] Sie wurden hinzugefügt.
           *[other] { $by } hat Sie hinzugefügt.
        }
    }
    [too] { $by-own ->
        [yes] Sie haben { $who } hinzugefügt.
       *[no] { $by ->
            [nobody] Sie und { $who } sind dazugekommen.
           *[other] { $by } hat Sie und { $who } hinzugefügt.
        }
    }
   *[no] { $by-own ->
        [yes] Sie haben { $who } hinzugefügt.
       *[no] { $by ->
            [nobody] { $who } ist dazugekommen.
           *[other] { $by } hat { $who } hinzugefügt.
        }
    }
}
system-removed = { $who-own ->
    [yes] { $by-own ->
        [yes] Sie wurden entfernt.
       *[no] { $by ->
            [nobody] Sie wurden entfernt.
           *[other] { $by } hat Sie entfernt.
        }
    }
    [too] { $by-own ->
        [yes] Sie haben { $who } entfernt.
       *[no] { $by ->
            [nobody] Sie und { $who } wurden entfernt.
           *[other] { $by } hat Sie und { $who } entfernt.
        }
    }
   *[no] { $by-own ->
        [yes] Sie haben { $who } entfernt.
       *[no] { $by ->
            [nobody] { $who } ist nicht mehr in dieser Unterhaltung.
           *[other] { $by } hat { $who } entfernt.
        }
    }
}
system-leaving = Sie wollten die Unterhaltung verlassen.
system-left = { $who-own ->
    [yes] Sie haben die Unterhaltung verlassen.
   *[no] { $who } hat die Unterhaltung verlassen.
}
system-renamed = { $by-own ->
    [yes] Sie haben die Unterhaltung „{ $title }“ genannt.
   *[no] { $by } hat die Unterhaltung „{ $title }“ genannt.
}
system-title-told = { $by-own ->
    [yes] Auf Ihrem anderen Gerät heißt diese Unterhaltung „{ $title }“.
   *[no] Laut { $by } heißt diese Unterhaltung „{ $title }“.
}
system-joined = Dieses Gerät liest jetzt mit.
system-rejoined = Dieses Gerät ist wieder in der Unterhaltung. Nachrichten aus der Zwischenzeit können hier fehlen.
system-undecryptable = Eine Nachricht ist auf diesem Gerät nicht lesbar. Bitten Sie darum, sie noch einmal zu senden.
system-reset = Der Server beginnt diese Unterhaltung neu. Frühere Nachrichten bleiben auf diesem Gerät.
system-not-begun = Diese Unterhaltung gibt es schon an anderer Stelle. Was nicht gesendet wurde, bleibt hier: Kopieren Sie es dorthin.
system-broken = Diese Unterhaltung lässt sich auf diesem Gerät nicht fortsetzen. Was Sie gelesen haben, bleibt hier.
system-device-added = { $who-own ->
    [yes] Sie benutzen ein neues Gerät.
    [too] Sie und { $who } benutzen neue Geräte.
   *[no] { $who } benutzt ein neues Gerät.
}
system-key-changed = Der Schlüssel von { $who } hat sich geändert. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.
system-members-unknown = { $who } ist dazugekommen, und niemand wurde dabei gesehen, jemanden hinzuzufügen. Fragen Sie die anderen, ob das stimmt.

## link: warum die Verbindung so ist, wie sie ist

link-revoked = Sie wurden abgemeldet, weil dieses Gerät entfernt wurde oder seine Anmeldung endete. Ihre Nachrichten bleiben auf diesem Gerät.
link-refused = Der Server hat die Verbindung beendet. Es wird erneut versucht.
link-not-stored = Der Speicher dieses Geräts ist voll oder nicht beschreibbar. Schaffen Sie Platz; dann geht es von selbst weiter.

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
alarm-own-reset = Ihr Sicherheitsschlüssel wurde am { $day } ersetzt, und ein anderes Gerät steht jetzt für Sie. Wenn Sie das nicht waren, sagen Sie sofort Ihrer IT Bescheid und warnen Sie Ihre Kollegen.
alarm-own-entry-refused = Jemand wollte Ihre Geräte ändern und konnte nicht zeigen, dass Sie es sind. Das wurde abgelehnt. Sagen Sie Ihrer IT Bescheid.
alarm-witnesses-missing = Seit einem Tag haben die Zeugen, die Sie verlangen, die Geräteliste nicht unterschrieben; deshalb wird nichts mehr gesendet. Fragen Sie, wer den Zeugen betreibt, und schreiben Sie nichts Vertrauliches.

## notice: was man wissen sollte

notice-own-device-added = Seit { $day } gibt es ein weiteres Gerät von Ihnen. Wenn es nicht Ihres ist, entfernen Sie es sofort aus Ihren Geräten und sagen Sie Ihrer IT Bescheid.
notice-own-device-removed = Ihr Unternehmen hat am { $day } eines Ihrer Geräte entfernt. Wenn Sie nicht wissen, warum, fragen Sie Ihre IT.
notice-witnesses-late = Die Zeugen, die Sie verlangen, haben die Geräteliste in letzter Zeit nicht unterschrieben. Nachrichten werden noch einen Tag lang gesendet. Fragen Sie, wer den Zeugen betreibt.

## trust: wie gut ein Schlüssel bekannt ist, und wer sonst mitlesen könnte

trust-sign-vouched = ○
trust-sign-verified = ✓
trust-sign-changed = !
trust-level-vouched = vom Unternehmen bestätigt
trust-level-verified = persönlich verifiziert
trust-level-changed = Schlüssel geändert
trust-retention = In dieser Version wird nichts von selbst gelöscht: Nachrichten bleiben auf den Geräten aller, und verschlüsselt auf dem Server.
trust-no-others = Es liest kein Bot, kein Archiv und keine Compliance-Stelle mit: Das gibt es in dieser Version nicht.

## error: was nicht ging, und was hilft

error-offline = Es gibt keine Verbindung zum Server. Versuchen Sie es wieder, wenn sie da ist.
error-no-server = Unter { $address } antwortet kein teamchat-Server. Prüfen Sie jeden Buchstaben der Adresse und ob sie mit https:// beginnt; dann, ob dieser Rechner verbunden ist.
error-clock = Die Uhr dieses Rechners geht falsch: Sie zeigt { $here }, die des Servers { $there }. Stellen Sie sie richtig und versuchen Sie es dann noch einmal. Geht sie richtig, sagen Sie Ihrer IT Bescheid.
error-certificate = Für { $server } ist hier kein gültiges Zertifikat bekannt ({ $reason }). Hat Ihr Unternehmen eine eigene Zertifizierungsstelle, geben Sie deren Datei beim Anmelden mit --ca-file an; sonst sagen Sie Ihrer IT Bescheid.
error-not-possible = Das hat nicht geklappt. Es wurde nichts geändert; versuchen Sie es noch einmal.
error-not-allowed = Das dürfen Sie nicht. Fragen Sie jemanden, der es verwaltet.
error-not-a-member = Sie sind nicht oder nicht mehr in dieser Unterhaltung.
error-leaving = Sie verlassen diese Unterhaltung gerade. Darin lässt sich nichts mehr senden oder ändern.
error-no-such-conversation = Diese Unterhaltung gibt es auf diesem Gerät nicht.
error-no-such-message = Diese Nachricht gibt es nicht, oder sie ist schon gesendet.
error-no-device = { $who } hat noch kein Gerät. Bitten Sie um eine erste Anmeldung und versuchen Sie es dann noch einmal.
error-key-changed = Der Schlüssel von { $who } hat sich geändert; bis Sie ihn angesehen haben, wird nichts gesendet. Vergleichen Sie zuerst die Sicherheitsnummer und versuchen Sie es dann noch einmal.
error-device-unlisted = { $who } hat ein Gerät, das nicht in der Geräteliste steht; niemand wurde hinzugefügt. Versuchen Sie es später wieder. Bleibt es so, sagen Sie Ihrer IT Bescheid.
error-witnesses-missing = Die Zeugen, die Sie verlangen, haben die Geräteliste zu lange nicht unterschrieben; deshalb wird nichts gesendet. Fragen Sie, wer den Zeugen betreibt, oder verlangen Sie keine Zeugen mehr.
error-witnesses = Diese Zeugen lassen sich nicht verlangen: Ein Schlüssel stimmt nicht oder ist zweimal da, oder es sind nicht so viele, wie unterschreiben sollen.
error-log-not-listed = In der Geräteliste steht dieses Gerät nicht, oder sie wurde noch nicht gelesen. Versuchen Sie es wieder, wenn es eine Verbindung gibt.
error-log-proof = Was der Server herausgibt, beweist nicht, dass dieses Gerät in der Geräteliste steht. Versuchen Sie es noch einmal; bleibt es so, sagen Sie Ihrer IT Bescheid.
error-members-unknown = In diese Unterhaltung ist { $who } gekommen, und niemand wurde dabei gesehen, jemanden hinzuzufügen. Fragen Sie die anderen, bestätigen Sie die neuen Mitglieder und versuchen Sie es dann noch einmal.
error-name-claimed = Der Server gibt den Benutzernamen, unter dem Sie { $who } kennen, jemand anderem; deshalb wurde niemand genommen. Sagen Sie Ihrer IT Bescheid. Eine Unterhaltung, die Sie mit { $who } schon haben, geht weiter.
error-others-came = Inzwischen ist noch jemand dazugekommen. Sehen Sie nach, wer es ist, und entscheiden Sie dann.
error-number-changed = Die Sicherheitsnummer hat sich geändert, seit sie angezeigt wurde. Vergleichen Sie die neue.
error-key-in-use = { $who } benutzt den geänderten Schlüssel in einer Unterhaltung. Vergleichen Sie die Sicherheitsnummer, oder lassen Sie zuerst das Gerät entfernen.
error-not-broken = Diese Unterhaltung geht auf diesem Gerät. Es gibt nichts, dem es wieder beitreten müsste.
error-text-not-sendable = Dieser Text lässt sich nicht senden: Er ist leer oder zu lang.
error-conversation-broken = Diese Unterhaltung lässt sich auf diesem Gerät nicht fortsetzen.
error-direct-is-two = Eine Unterhaltung zu zweit bleibt zu zweit. Beginnen Sie eine Gruppe, um mit mehr Personen zu schreiben.
error-not-with-yourself = Zu einer Unterhaltung gehört noch jemand.
error-unknown-person = Der Schlüssel dieser Person ist noch nicht bekannt. Beginnen Sie zuerst eine Unterhaltung mit ihr.
error-title-not-usable = Dieser Titel geht nicht: Er ist leer, zu lang oder hat mehr als eine Zeile.
error-not-found = Das gibt es auf diesem Server nicht, oder es ist nicht für Sie.
error-not-accepted = Der Server hat das nicht angenommen.
error-conflict = Das gibt es schon, oder es wurde gerade geändert. Sehen Sie nach, wie es jetzt ist.
error-reason-password-too-short = Dieses Passwort ist zu kurz. Nehmen Sie ein längeres; es wurde nichts geändert.
error-password-too-short = Dieses Passwort ist zu kurz: Es braucht mindestens { $count } Zeichen. Nichts wurde geändert, und die Einladung gilt noch.
error-reason-password-too-easy = Dieses Passwort ist zu leicht zu erraten. Nehmen Sie ein anderes; es wurde nichts geändert.
error-reason-user-name-taken = Diesen Benutzernamen gibt es schon. Nehmen Sie einen anderen.
error-reason-user-name-not-usable = Dieser Benutzername geht nicht: Er besteht aus Kleinbuchstaben ohne Umlaute, Ziffern und . _ @ + - und beginnt mit einem Buchstaben oder einer Ziffer.
error-reason-name-not-usable = Dieser Name geht nicht: Er ist leer, zu lang oder hat mehr als eine Zeile.
error-reason-site-taken = Einen Standort dieses Namens gibt es schon.
error-reason-no-such-site = Diesen Standort gibt es nicht.
error-reason-no-such-time-zone = Diese Zeitzone gibt es nicht. Sie heißt zum Beispiel Europe/Berlin oder Asia/Shanghai.
error-reason-too-many-devices = Sie haben so viele Geräte, wie eine Person hier haben darf. Beenden Sie auf einem davon eines, das Sie nicht mehr benutzen (teamchat devices), und melden Sie sich dann hier neu an.
error-reason-oneself = Sich selbst können Sie nicht deaktivieren. Bitten Sie jemanden, der ebenfalls verwaltet.
error-reason-own-account-deactivated = Ihr Konto ist deaktiviert. Fragen Sie Ihre IT; Ihre Nachrichten bleiben auf diesem Gerät.
error-reason-deactivated = Dieses Konto ist deaktiviert. Wer dahintersteht, kann nicht mehr eingeladen werden.
error-too-many-requests = Zu viele Versuche. Warten Sie eine Minute und versuchen Sie es dann noch einmal.
error-wrong-credentials = Benutzername oder Passwort ist falsch.
error-signed-out = Sie wurden abgemeldet. Melden Sie sich mit `teamchat login` neu an. Gelingt das nicht, fragen Sie Ihre IT.
error-invitation-link = Das ist kein Einladungslink. Er sieht so aus: https://chat.example/join#…
error-invitation-incomplete = Dieser Einladungslink ist nicht vollständig, oder es ist etwas hineingeraten. Kopieren Sie ihn ganz, von https:// bis zum letzten Zeichen, und sonst nichts.
error-invitation-used = Diese Einladung wurde schon benutzt oder ist abgelaufen. Bitten Sie um eine neue.
error-wrong-recovery-key = Dieser Wiederherstellungsschlüssel passt nicht zu Ihrem Konto. Suchen Sie, was bei der Einrichtung Ihres ersten Geräts aufgeschrieben wurde; ohne ihn kann dieses Gerät nicht Ihres werden.
error-recovery-box = Der Server bewahrt etwas anderes als Ihre Identität auf. Es wurde nichts geändert; sagen Sie Ihrer IT Bescheid.
error-protocol = Dieser Server (Version { $version }) und dieses Programm passen nicht zusammen. Aktualisieren Sie das ältere von beiden.
error-server-address = { $address } ist keine Adresse eines Servers. Sie sieht so aus, und dahinter steht nichts: https://chat.example
error-address-of-invitation = Das ist ein Einladungslink. `teamchat join` fragt danach.
error-ca-file = Die Datei { $path } enthält keine Zertifizierungsstelle.
error-own-device = Das ist das Gerät, das Sie gerade benutzen. Melden Sie sich stattdessen ab.
error-not-logged-in = Hier ist niemand angemeldet. Mit einer Einladung: `teamchat join`. Mit Benutzername und Passwort: `teamchat login https://… NAME`.
error-profile-name = { $name } kann kein Profil heißen: Nehmen Sie Buchstaben, Ziffern, Punkte und Bindestriche.
error-profile-taken = Hier ist schon jemand angemeldet. Melden Sie sich zuerst ab, oder wählen Sie ein anderes Profil.
error-device-removed = Dieses Gerät wurde aus Ihrem Konto entfernt und kann nicht weitermachen. Melden Sie sich ab, das löscht, was hier gespeichert ist; melden Sie sich dann neu an.
error-profile-locked = Ein anderes teamchat-Programm auf diesem Rechner hat dieses Konto offen (Prozess { $process }), zum Beispiel „teamchat tail -f“ oder das Vollbild-Programm. Schreiben Sie dort, oder beenden Sie es und versuchen Sie es dann noch einmal.
error-vault-locked = Was hier gespeichert ist, lässt sich nicht öffnen: Die Datei mit dem Schlüssel dazu fehlt oder ist beschädigt. Können Sie sie nicht zurückholen, löscht `teamchat logout --offline` hier alles; danach melden Sie sich wieder an, mit Passwort und Wiederherstellungsschlüssel.
error-wrong-passphrase = Diese Passphrase ist falsch. Haben Sie sie vergessen, machen Sie diesen Rechner zu einem neuen Gerät: `teamchat --profile neu login https://… NAME`, mit Passwort und Wiederherstellungsschlüssel. Was hier liegt, bleibt dann verschlossen.
error-passphrase-not-usable = Diese Passphrase geht nicht: Sie ist leer oder endlos.
error-keyring = Der Schlüsselbund dieses Rechners gibt den Schlüssel nicht heraus. Entsperren Sie ihn und versuchen Sie es dann noch einmal.
error-store-damaged = Was auf diesem Gerät gespeichert ist, ist beschädigt und nicht lesbar. `teamchat logout --offline` löscht es; danach melden Sie sich als neues Gerät wieder an: mit Passwort und Wiederherstellungsschlüssel.
error-store-version = Eine neuere Version von teamchat hat dieses Konto benutzt. Aktualisieren Sie dieses Programm.
error-still-working = Das dauert länger als sonst. Es geht von selbst weiter, sobald es kann.
error-not-stored = Es lässt sich nichts speichern: Der Speicher dieses Geräts ist voll oder nicht beschreibbar. Es wurde nichts gesendet. Schaffen Sie Platz und versuchen Sie es dann noch einmal.
error-folder = teamchat kann den Ordner { $path } nicht benutzen, in dem es aufhebt, was zu diesem Gerät gehört. Es wurde nichts geändert. Machen Sie ihn für sich beschreibbar, oder nennen Sie mit TEAMCHAT_HOME einen anderen.
error-stopped = teamchat musste anhalten. Was gesendet und empfangen wurde, ist sicher.
error-closed = Das Konto wurde geschlossen.

## cli: die Kommandozeile

cli-failed = Das hat nicht geklappt: { $reason }
cli-nothing-done = Es wurde nichts getan.
cli-aborted = Abgebrochen.
cli-yes-or-no = [j/N]
cli-not-the-same = Die beiden Eingaben sind nicht gleich. Bitte noch einmal.
cli-typed-nothing = Es wurde nichts eingegeben. Bitte noch einmal.
cli-too-many-tries = Das hat mehrmals nicht geklappt. Starten Sie den Befehl neu, wenn Sie alles zur Hand haben.
cli-needs-yes = Das muss bestätigt werden. Geben Sie --yes an, wenn niemand gefragt werden kann.
cli-needs-input = Hier kann niemand gefragt werden. Verwenden Sie { $option }.
cli-secret-not-readable = Das Geheimnis ist nicht lesbar, oder seine erste Zeile ist leer.
cli-no-full-screen = Dieses Terminal kann das Vollbildprogramm nicht zeigen. „teamchat conversations“, „teamchat tail -f“ und „teamchat send“ tun dasselbe Zeile für Zeile.
cli-no-terminal = Das Vollbildprogramm ist auf diesem Computer nicht installiert. Fragen Sie Ihre IT danach; die anderen Befehle gehen auch ohne.
cli-title-or-person = { $typed } ist der Benutzername einer Person und steht im Titel einer Unterhaltung, und einen Titel kann jeder wählen. Für die Person: @{ $typed }. Für die Unterhaltung geben Sie ihre Kennung ein: { $ids }
cli-several = { $typed } kann { $several } sein.

cli-ask-password = Passwort
cli-ask-new-password = Neues Passwort
cli-password-minimum = Das neue Passwort hat mindestens { $count } Zeichen.
cli-password-short = Dieses Passwort hat { $typed } Zeichen und braucht mindestens { $count }. Nehmen Sie ein längeres.
cli-ask-again = Noch einmal
cli-ask-passphrase = Passphrase dieses Geräts
cli-passphrase-why = Das Passwort öffnet Ihr Konto auf dem Server des Unternehmens. Eine Passphrase schützt, was auf diesem Gerät liegt; sie verlässt es nie, nehmen Sie also eine andere.
cli-ask-new-passphrase = Neue Passphrase für dieses Gerät
cli-passphrase-short = Diese Passphrase hat { $typed } Zeichen und braucht mindestens { $count }: Wer diesen Rechner an sich nimmt, kann beliebig oft raten. Einige Wörter hintereinander lassen sich gut merken.
cli-ask-recovery-key = Wiederherstellungsschlüssel
cli-recovery-key-mistyped = Da ist ein Tippfehler: Ein Wiederherstellungsschlüssel hat 35 Buchstaben und Ziffern in 7 Fünfergruppen. Vergleichen Sie ihn mit dem, was Sie aufgeschrieben haben.
cli-recovery-key-other = Das ist ein Wiederherstellungsschlüssel, aber nicht der Ihres Kontos. Sehen Sie nach, ob Sie noch einen anderen haben.
cli-ask-link = Einladungslink

cli-welcome = Willkommen, { $name }. Dieser Rechner ist jetzt Ihr Gerät bei { $organisation }.
cli-welcome-back = Willkommen zurück, { $name }. Auf diesem Rechner ist alles noch da.
cli-device-name = Terminal auf { $host }
cli-recovery-key =
    Das ist Ihr Wiederherstellungsschlüssel. Schreiben Sie ihn auf und bewahren Sie ihn getrennt von diesem Rechner auf.
    Sie brauchen ihn für jedes weitere Gerät, und niemand kann ihn Ihnen noch einmal zeigen:
cli-arriving = { $count ->
    [0] Ihre Unterhaltungen werden gesucht …
   *[other] Ihre Unterhaltungen kommen auf dieses Gerät: { $joined } von { $count } …
}
cli-arriving-titles = { $count ->
    [one] Alles da. Der Titel einer Unterhaltung wird noch erwartet …
   *[other] Alles da. Die Titel von { $count } Unterhaltungen werden noch erwartet …
}
cli-arrived = { $count ->
    [0] Sie haben noch keine Unterhaltungen. `teamchat new` beginnt eine.
    [one] Ihre Unterhaltung ist da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, bleibt auf Ihren anderen Geräten: Es wurde nur für diese verschlüsselt.
   *[other] Ihre { $count } Unterhaltungen sind da, und was von jetzt an geschrieben wird. Was vorher geschrieben wurde, bleibt auf Ihren anderen Geräten: Es wurde nur für diese verschlüsselt.
}
cli-arrived-untitled = { $count ->
    [one] Eine Unterhaltung hat hier noch keinen Titel: Das Gerät eines anderen Mitglieds nennt ihn, sobald eines verbunden ist.
   *[other] { $count } Unterhaltungen haben hier noch keinen Titel: Das Gerät eines anderen Mitglieds nennt ihn, sobald eines verbunden ist.
}
cli-arrived-partly = Dieser Rechner ist bisher in { $joined } von Ihren { $count } Unterhaltungen. In die anderen kommt er, sobald teamchat mit einer Verbindung läuft, zum Beispiel „teamchat tail -f“. Was dort bis dahin geschrieben wird, ist auf ihm nicht lesbar.
cli-arrive-later = Sie sind angemeldet. In Ihre Unterhaltungen kommt dieser Rechner, sobald teamchat mit einer Verbindung läuft, zum Beispiel „teamchat tail -f“. Was dort bis dahin geschrieben wird, ist auf ihm nicht lesbar.
cli-next = Weiter geht es mit: { $command }
cli-confirm-logout = Dieses Gerät vom Konto von { $name } entfernen, und seine Nachrichten von diesem Rechner?
cli-confirm-erase = Was hier gespeichert ist, ist nicht lesbar. Alles davon auf diesem Rechner löschen?
cli-logged-out = Sie sind abgemeldet. Auf diesem Rechner ist nichts geblieben.
cli-logged-out-here = Sie sind abgemeldet. Auf diesem Rechner ist nichts geblieben. Der Server weiß davon nichts: Gehört das Gerät noch zu Ihrem Konto, entfernen Sie es auf einem anderen Gerät mit `teamchat devices remove`.
cli-logout-needs-server = Es wurde nichts gelöscht: Das Gerät bliebe in Ihrem Konto. `teamchat logout --offline` löscht es hier trotzdem; entfernen Sie es dann auf einem anderen Gerät.

cli-status-who = Konto
cli-status-organisation = Organisation
cli-status-server = Server
cli-status-link = Verbindung
cli-status-queued = Wartend
cli-status-unread = Ungelesen
cli-status-times = Uhrzeiten
cli-status-times-here = dieses Rechners ({ $zone })
cli-link-offline = keine Verbindung
cli-link-connecting = wird verbunden
cli-link-catching-up = Nachrichten werden geholt
cli-link-online = verbunden
cli-link-signed-out = abgemeldet

cli-sent = An { $title } gesendet.
cli-queued = Es gibt keine Verbindung. Ihre Nachricht an { $title } wartet und geht mit der nächsten hinaus.
cli-queued-certificate = Ihre Nachricht an { $title } wartet und wird gesendet, sobald dem Zertifikat des Servers vertraut wird.
cli-waits-signed-out = Ihre Nachricht an { $title } bleibt auf diesem Gerät und wartet. Sie geht hinaus, wenn Sie wieder angemeldet sind.
cli-reader-deactivated = Das Konto von { $who } ist deaktiviert: Es kann sein, dass das niemand liest.
cli-queued-no-room = Ihre Nachricht an { $title } wartet und wird gesendet, sobald Platz ist.
cli-send-failed = Ihre Nachricht an { $title } konnte nicht gesendet werden.
cli-confirm-changed = Trotzdem senden?
cli-text-empty = Es gibt nichts zu senden: Der Text ist leer.
cli-text-too-long = Dieser Text ist zu lang: Es gehen höchstens { $kib } KiB auf einmal.
cli-text-not-utf8 = Das ist kein Text in UTF-8.
cli-nothing-new = Nichts Neues in { $title }.
cli-tail-lost = Die Verbindung ist weg. Was kommt, wird gezeigt, sobald sie wieder da ist.
cli-tail-back = Die Verbindung ist wieder da.
cli-unsupported = (Das zeigt erst eine neuere Version von teamchat.)
cli-delivery-queued = wartet
cli-delivery-failed = nicht gesendet
cli-exported = { $count ->
    [one] Eine Nachricht steht jetzt in { $path }. Dort ist sie nicht mehr verschlüsselt.
   *[other] { $count } Nachrichten stehen jetzt in { $path }. Dort sind sie nicht mehr verschlüsselt.
}

cli-file-exists = Eine Datei { $path } gibt es schon. Sie wurde nicht überschrieben.
cli-file-not-written = Die Datei { $path } ließ sich nicht schreiben.

cli-no-such-conversation = Eine Unterhaltung { $typed } gibt es hier nicht. `teamchat new` beginnt eine.
cli-no-such-person = Niemand namens { $typed } wurde gefunden.
cli-no-such-member = { $typed } ist nicht in dieser Unterhaltung.
cli-no-such-device = Sie haben kein Gerät { $typed }.
cli-no-such-site = Einen Standort { $typed } gibt es nicht. `teamchat admin site list` zeigt, welche es gibt.
cli-no-conversations = Noch keine Unterhaltungen. `teamchat new` beginnt eine.
cli-nothing-unread = Nichts ist ungelesen.
cli-untitled = (noch ohne Titel)
cli-direct = zu zweit
cli-people = { $count ->
    [one] eine Person
   *[other] { $count } Personen
}
cli-no-member = nicht mehr dabei
cli-devices = { $count ->
    [one] ein Gerät
   *[other] { $count } Geräte
}
cli-admin = verwaltet
cli-trust-own = Sie
cli-group-needs-title = Mehr als zwei Personen brauchen einen Titel: --title "…"
cli-started = { $title } beginnt.
cli-was-there = Diese Unterhaltung mit { $title } gibt es schon.
cli-added = Zu { $title } hinzugefügt: { $who }.
cli-is-there = { $who } ist schon in { $title }.
cli-confirm-remove = { $who } aus { $title } entfernen?
cli-removed = { $who } liest in { $title } nicht mehr mit.
cli-leave-direct = Eine Unterhaltung zu zweit lässt sich nicht verlassen, nur eine Gruppe.
cli-confirm-leave = { $title } verlassen?
cli-left = Sie haben { $title } verlassen.
cli-leaving = Sie verlassen { $title }, sobald ein anderes Mitglied online ist. Bis dahin lesen Sie mit.
cli-confirm-accept = In { $title } sind jetzt: { $who }. Ist das richtig?
cli-accepted = Die Mitglieder von { $title } sind angenommen. Was gewartet hat, wird gesendet.
cli-nobody-to-accept = In { $title } kam niemand ungesehen dazu. Es gibt nichts anzunehmen.
cli-rejoined = Dieses Gerät ist { $title } wieder beigetreten.
cli-renamed = Die Unterhaltung heißt jetzt { $title }.
cli-role-admin = { $who } verwaltet jetzt { $title }.
cli-role-member = { $who } verwaltet { $title } nicht mehr.

cli-this-device = dieses Gerät
cli-remove-this-device = Das ist das Gerät, das Sie gerade benutzen. `teamchat logout` entfernt es.
cli-confirm-device = Das Gerät { $name } entfernen? Es liest von da an nichts Neues.
cli-device-removed = Das Gerät { $name } wurde entfernt.
cli-compare = Vergleichen Sie diese 60 Ziffern oder den QR-Code mit { $who }, persönlich oder am Telefon: Nur wenn Sie beide dasselbe sehen, ist niemand dazwischen.
cli-compare-then = Danach: teamchat verify { $user } --confirm
cli-verify-level = { $who }: { $level }
cli-compare-changed = Der Schlüssel von { $who } hat sich geändert. Vergleichen Sie diese 60 Ziffern oder den QR-Code, persönlich oder am Telefon. Gleich: teamchat verify { $user } --confirm nimmt den Schlüssel an. Nicht gleich: --keep-old behält den von vorher.
cli-no-room-for-code = Der QR-Code fehlt: Er braucht ein Terminal mit { $columns } Spalten und { $lines } Zeilen. Die Ziffern sagen dasselbe.
cli-matches = ✓ stimmt überein: { $who } sieht dieselbe Sicherheitsnummer wie Sie.
cli-confirm-matched = { $who } als persönlich verifiziert vermerken?
cli-not-marked = Vermerkt ist noch nichts. Mit --yes wird { $who } als persönlich verifiziert vermerkt.
cli-not-sixty-digits = Das ist keine Sicherheitsnummer. Geben Sie alle 60 Ziffern in Anführungszeichen an, oder was der QR-Code sagt.
cli-verify-oneself = Das sind Sie selbst. Eine Sicherheitsnummer haben Sie mit jeder anderen Person.
cli-confirm-verify = Sehen Sie und { $who } dieselben Ziffern?
cli-verified = { $who } ist jetzt vermerkt als: ✓ persönlich verifiziert. Ändert sich der Schlüssel, erfahren Sie es.
cli-key-kept = Der Schlüssel von { $who } von vorher bleibt. Sagen Sie Ihrer IT Bescheid: Es wurde ein fremder Schlüssel behauptet.
cli-safety-number-differs = ✕ stimmt NICHT überein: { $who } sieht eine andere Sicherheitsnummer als Sie. Schreiben Sie nichts Vertrauliches und sagen Sie Ihrer IT Bescheid: Vielleicht liest jemand mit.

cli-log-origin = Geräteliste
cli-log-size = Einträge
cli-log-root = Wurzel
cli-log-checked = Zuletzt geprüft
cli-log-cosigners = Mitgezeichnet von
cli-log-nobody = niemandem
cli-log-refused = Abgelehnte Einträge
cli-log-refusal = Eintrag { $index } ({ $who }) bricht eine Regel der Geräteliste. Er zählt nicht.
cli-log-finding = { $time }: { $text }
cli-log-found = { $count ->
    [one] Es wurde etwas gefunden, das nicht sein darf. Mit --json gibt dieser Befehl den Beweis aus.
   *[other] Es wurden { $count } Dinge gefunden, die nicht sein dürfen. Mit --json gibt dieser Befehl die Beweise aus.
}
cli-log-not-read = Dieses Gerät hat die Geräteliste noch nicht gelesen. Versuchen Sie es wieder, wenn es eine Verbindung gibt.
cli-log-proved = Prüfen kann das jeder, mit dem Schlüssel der Geräteliste: { $key }
cli-log-required = Verlangt
cli-log-no-witnesses = keine Zeugen
cli-log-quorum = { $quorum } von { $count }, vor höchstens { $hours ->
    [one] einer Stunde
   *[other] { $hours } Stunden
}: { $names }
cli-log-none-and-some = Geben Sie entweder --none oder die Schlüssel von Zeugen an, nicht beides.

cli-inactive = deaktiviert
cli-invited = Geben Sie diesen Link an { $who } weiter. Dort tippt man `teamchat join` und fügt den Link ein. Er gilt einmal, bis { $until }.
cli-confirm-deactivate = Das beendet den Zugang von { $name } auf allen Geräten für immer; es lässt sich nicht rückgängig machen. Tippen Sie { $name }, um fortzufahren
cli-deactivated = { $who } hat keinen Zugang mehr.

## tui: der Terminal-Client

tui-opening = Ihre Unterhaltungen werden geöffnet …
tui-passphrase = Passphrase (Esc beendet)
tui-passphrase-asked = Was auf diesem Gerät liegt, ist verschlüsselt. Geben Sie die Passphrase dieses Geräts ein, nicht Ihr Passwort.
tui-passphrase-empty = Es wurde nichts eingegeben.
tui-unlock = Öffnen
tui-cancel = Abbrechen
tui-close = Schließen
tui-conversations = Unterhaltungen
tui-no-conversations = Hier stehen Ihre Unterhaltungen. Beginnen Sie die erste.
tui-choose = Wählen Sie links eine Unterhaltung.
tui-begin-first = { $key } beginnt Ihre erste Unterhaltung: jemanden auswählen und schreiben.
tui-nothing-yet = Noch nichts geschrieben.
tui-untitled = Ohne Titel
tui-somebody = Jemand
tui-you = Sie
tui-admin = verwaltet die Gruppe
tui-draft = Entwurf
tui-write = Nachricht schreiben
tui-members = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
tui-there = dort ist es { $time }
tui-devices-count = { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
}
tui-waiting = { $count ->
    [one] { $count } Nachricht wartet
   *[other] { $count } Nachrichten warten
}
tui-notices-count = { $count ->
    [one] { $count } Hinweis
   *[other] { $count } Hinweise
}
tui-unsupported = Diese Nachricht braucht eine neuere Version von teamchat.
tui-more-lines = { $count ->
    [one] … { $count } weitere Zeile. Eingabe zeigt alles.
   *[other] … { $count } weitere Zeilen. Eingabe zeigt alles.
}
tui-unread-line = Ungelesen
tui-newest = ↓ Zum Neuesten
tui-newest-count = { $count ->
    [one] ↓ { $count } neue Nachricht
   *[other] ↓ { $count } neue Nachrichten
}
tui-readers-link = Wer liest mit?
tui-not-joined = nicht mehr dabei
tui-not-joined-words = Sie können diese Unterhaltung hier lesen, aber nicht mehr darin schreiben.
tui-leaving-words = Sie verlassen diese Unterhaltung. Das geschieht, sobald ein anderes Mitglied online ist; bis dahin lesen Sie mit, schreiben können Sie nicht mehr.
tui-signed-out = Sie wurden abgemeldet. Ihre Nachrichten und Entwürfe bleiben auf diesem Gerät. Beenden Sie dieses Programm und melden Sie sich mit „teamchat login“ wieder an. Gelingt das nicht, fragen Sie Ihre IT.
tui-key-changed = Der Schlüssel von { $name } hat sich geändert. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.
tui-changed-question = An { $name } schreiben, obwohl sich der Schlüssel geändert hat?
tui-changed-consequence = Den neuen Schlüssel hat noch niemand verglichen. Vergleichen Sie zuerst die Sicherheitsnummer, wenn es vertraulich ist.
tui-send-anyway = Senden
tui-copied = Kopiert.
tui-not-allowed = Das darf nur, wer die Gruppe verwaltet.
tui-nothing-unread = Alles ist gelesen.
tui-nothing-found = Nichts gefunden
tui-palette-hint = Was möchten Sie tun?
tui-go-to-hint = Welche Unterhaltung?
tui-how-to-quit = { $key } beendet teamchat.
tui-hint-help = Hilfe
tui-hint-palette = Befehle

tui-state-queued = wartet
tui-state-sent = gesendet
tui-state-delivered = zugestellt
tui-state-failed = nicht gesendet
tui-about-queued = Sie geht von selbst hinaus, sobald eine Verbindung besteht.
tui-about-sent = Der Server hat sie. Noch nicht alle haben sie auf einem Gerät.
tui-about-delivered = Alle anderen haben sie auf einem Gerät.
tui-about-failed = Sie geht nicht von selbst hinaus. Versuchen Sie es erneut, oder verwerfen Sie sie.

tui-link-offline = Keine Verbindung
tui-link-connecting = Verbindung wird aufgebaut
tui-link-catching-up = Nachrichten werden geholt
tui-link-online = Verbunden
tui-link-signed-out = Abgemeldet

tui-day-today = Heute
tui-day-yesterday = Gestern
tui-day = { $weekday }, { $day }. { $month }
tui-day-year = { $weekday }, { $day }. { $month } { $year }
tui-date-short = { $day }.{ $month }.{ $year }
tui-weekday-1 = Montag
tui-weekday-2 = Dienstag
tui-weekday-3 = Mittwoch
tui-weekday-4 = Donnerstag
tui-weekday-5 = Freitag
tui-weekday-6 = Samstag
tui-weekday-7 = Sonntag
tui-weekday-short-1 = Mo
tui-weekday-short-2 = Di
tui-weekday-short-3 = Mi
tui-weekday-short-4 = Do
tui-weekday-short-5 = Fr
tui-weekday-short-6 = Sa
tui-weekday-short-7 = So
tui-month-1 = Januar
tui-month-2 = Februar
tui-month-3 = März
tui-month-4 = April
tui-month-5 = Mai
tui-month-6 = Juni
tui-month-7 = Juli
tui-month-8 = August
tui-month-9 = September
tui-month-10 = Oktober
tui-month-11 = November
tui-month-12 = Dezember

tui-new-conversation = Neue Unterhaltung
tui-search-people = Name oder Benutzername
tui-group-title = Titel der Gruppe
tui-chosen = Ausgewählt: { $names }
tui-nobody-found = Niemand gefunden
tui-begin = Beginnen
tui-add-people = Personen hinzufügen
tui-add = Hinzufügen
tui-rename = Umbenennen
tui-rename-question = Wie soll die Unterhaltung heißen?
system-encryption = { $id ->
    [61453] Ende-zu-Ende-verschlüsselt, auch gegen Quantencomputer ausgelegt.
   *[other] Ende-zu-Ende-verschlüsselt ({ $suite }).
}
tui-members-heading = Mitglieder
tui-members-left = Sie sind nicht mehr in dieser Unterhaltung. Wer jetzt darin ist, erfahren Sie nicht mehr.
tui-members-unknown = Dieses Gerät ist gerade nicht in der Unterhaltung und weiß deshalb nicht, wer es ist.
tui-choose-then-verify = Um eine Sicherheitsnummer zu vergleichen: Wählen Sie eine Person, dann { $key }.
tui-member-not-admin = Verwaltung entziehen
tui-remove-question = { $name } aus dieser Gruppe entfernen?
tui-remove-consequence = { $name } behält, was bis jetzt gelesen wurde, und kann nichts lesen, was ab jetzt geschrieben wird.
tui-leave-question = „{ $title }“ verlassen?
tui-leave-consequence = Sie können lesen, was Sie jetzt haben, und nichts, was ab jetzt geschrieben wird. Nur wer die Gruppe verwaltet, kann Sie zurückholen.
tui-discard-question = Diese Nachricht verwerfen?
tui-discard-consequence = Sie wurde nicht gesendet. Ihr Text ist danach verloren.
tui-sign-out-question = Auf diesem Gerät abmelden?
tui-sign-out-consequence = Der Server vergisst dieses Gerät. Um wieder zu schreiben, melden Sie sich mit Passwort und Wiederherstellungsschlüssel an.

tui-readers-heading = Wer kann mitlesen?
tui-readers-left = Sie sind nicht mehr in dieser Unterhaltung. Was dort jetzt geschrieben wird, ist nicht für Sie. Was hier steht, war für die bestimmt, die damals dabei waren.
tui-readers-only = { $count ->
    [one] Nur Sie können diese Unterhaltung lesen. Nicht die IT, nicht der Server.
   *[other] Nur die { $count } Personen in dieser Unterhaltung können mitlesen. Nicht die IT, nicht der Server.
}
tui-readers-devices = { $count ->
    [one] Zusammen lesen alle hier auf { $count } Gerät.
   *[other] Zusammen lesen alle hier auf { $count } Geräten.
}
tui-server-sees-heading = Was der Server sieht
tui-server-sees = Wer in der Unterhaltung ist, wer wann schreibt und wie viel. Nicht, was geschrieben wird, und nicht den Titel.
tui-trust-heading = Wie sicher das ist
tui-trust-words = Der Server des Unternehmens sagt, welcher Schlüssel zu wem gehört. Um ohne ihn sicher zu sein, vergleichen Sie die Sicherheitsnummer mit der Person, persönlich oder am Telefon.
tui-trust-changed-words = Der Schlüssel von jemandem hier hat sich geändert, und Sie haben ihn noch nicht verglichen.
tui-encryption-heading = Wie verschlüsselt wird
tui-retention-heading = Wie lange Nachrichten bleiben

tui-verify-heading = Sicherheitsnummer mit { $name }
tui-verify-words = { $name } sieht dieselbe Nummer unter „Sicherheitsnummer vergleichen“. Lesen Sie sie einander vor, persönlich oder am Telefon.
tui-verify-wait = …
tui-verify-yes = Stimmt überein
tui-verify-no = Stimmt nicht
tui-verify-done = Vermerkt. Ändert sich der Schlüssel von { $name }, erfahren Sie es.
tui-verify-not-done = Das ließ sich nicht vermerken: Der Schlüssel von { $name } hat sich inzwischen geändert. Vergleichen Sie erneut.
tui-verify-differs = Schreiben Sie { $name } hier nichts Vertrauliches. Sagen Sie Ihrer IT Bescheid: Vielleicht liest jemand mit.

tui-hold-broken = Diese Unterhaltung ist auf diesem Gerät stecken geblieben; was Sie gelesen haben, bleibt hier.
tui-hold-broken-short = ! hier stecken geblieben
tui-hold-changed = Der Schlüssel von { $who } hat sich geändert; bis Sie ihn angesehen haben, wird hier nichts gesendet.
tui-hold-changed-short = ! Schlüssel geändert
tui-hold-newcomers = { $who } kam dazu, als dieses Gerät weg war, und niemand wurde beim Hinzufügen gesehen; bis Sie entscheiden, wird nichts gesendet.
tui-hold-newcomers-short = ! jemand kam ungesehen dazu
tui-hold-entering = Dieses Gerät kommt gerade erst in die Unterhaltung. Was Sie schreiben, bleibt liegen und wird dann gesendet.
tui-hold-offer = ▸ { $key }: ansehen und entscheiden
tui-nothing-to-resolve = Hier steht nichts im Weg.
tui-nobody-to-accept = Alle hier kamen vor Ihren Augen dazu. Es ist niemand anzunehmen.
tui-rejoining = Tritt wieder bei … Das kann eine Minute dauern; Sie können anderswo weitermachen.
tui-rejoin-question = „{ $title }“ wieder beitreten?
tui-rejoin-consequence = Was Sie gelesen haben, bleibt hier. Was die anderen seit dem Steckenbleiben geschrieben haben, bis Sie wieder da sind, fehlt auf diesem Gerät für immer. Die anderen sehen, dass dieses Gerät wieder beigetreten ist.
tui-newcomers-heading = Wer dazukam
tui-newcomers-words = Diese Personen kamen dazu, als dieses Gerät weg war, und niemand wurde beim Hinzufügen gesehen. Fragen Sie jemanden, den Sie kennen, ob das stimmt. Sagen Sie erst dann, dass sie dazugehören; was Sie schreiben, können sie ab dann lesen.
tui-newcomers-accept = Ja, sie gehören dazu
tui-newcomers-later = Noch nicht
tui-verify-new = Der Schlüssel von { $name } hat sich geändert. Das geschieht, wenn jemand ohne Wiederherstellungsschlüssel neu anfängt, oder wenn jemand dazwischensteht. Vergleichen Sie die Nummer. Stimmt sie nicht, behalten Sie den alten Schlüssel.
tui-verify-keep = Alten behalten
tui-verify-kept = Der Schlüssel von vorher bleibt. Sagen Sie Ihrer IT Bescheid: Für { $name } wurde ein fremder Schlüssel behauptet.
tui-verify-question = Was sieht { $name }?
tui-verify-hint = Die 60 Ziffern, oder was der QR-Code sagt
tui-verify-compare = Vergleichen
tui-verify-no-number = Das ist keine Sicherheitsnummer. Sie hat 60 Ziffern; es wurde nichts verglichen.
tui-matches = ✓ stimmt überein
tui-matches-words = { $name } sieht dieselbe Sicherheitsnummer wie Sie: Niemand ist dazwischen.
tui-mark = Als verifiziert vermerken
tui-not-now = Jetzt nicht
tui-does-not-match = ✕ stimmt NICHT überein
tui-does-not-match-words = { $name } sieht eine andere Sicherheitsnummer als Sie.
tui-code-heading = QR-Code für { $name }
tui-code-words = Jede Kamera-App liest ihn. Wer ihn gescannt hat, vergleicht: im Terminal unter „Nummer eingeben“ oder mit teamchat verify und --compare.
tui-code-no-room = Hier ist kein Platz für den QR-Code: Er braucht { $columns } Spalten und { $lines } Zeilen. Die Ziffern sagen dasselbe.

tui-devices-heading = Ihre Geräte
tui-devices-words = Jedes dieser Geräte kann Ihre Unterhaltungen lesen. Entfernen Sie, was Sie nicht mehr haben.
tui-device-this = dieses Gerät
tui-device-used = zuletzt benutzt: { $day }
tui-device-remove = Gerät entfernen
tui-device-question = „{ $name }“ entfernen?
tui-device-consequence = Es wird sofort abgemeldet und kann nichts lesen, was ab jetzt geschrieben wird. Was es schon geholt hat, kann noch darauf liegen.

tui-notices-heading = Hinweise
tui-notices-none = Es gibt nichts, was Sie wissen müssten.
tui-notice-line = { $time } · { $title }
tui-message-heading = Nachricht von { $name }
tui-event-heading = Was geschehen ist
tui-help-heading = Tasten
tui-help-words = Alles hier steht auch unter den Befehlen, und alles geht auch mit der Maus.
tui-help-palette-only = Befehle
tui-scope-everywhere = Überall
tui-scope-conversation = In einer Unterhaltung
tui-scope-message = Auf einer Nachricht
tui-scope-composer = Beim Schreiben
tui-scope-members = Bei den Mitgliedern
tui-scope-verify = Beim Vergleichen einer Sicherheitsnummer

tui-error-network = Der Server ist nicht erreichbar. Nichts wurde geändert; versuchen Sie es erneut.
tui-error-unknown = Das ging nicht: { $what }

tui-key-ctrl = Strg
tui-key-shift = Umschalt
tui-key-alt = Alt
tui-key-enter = Eingabe
tui-key-escape = Esc
tui-key-home = Pos1
tui-key-end = Ende
tui-key-pageup = Bild auf
tui-key-pagedown = Bild ab
tui-key-delete = Entf
tui-key-backspace = Rücktaste

tui-action-palette = Befehle
tui-about-palette = Findet jeden Befehl nach seinem Namen.
tui-action-help = Hilfe
tui-about-help = Zeigt alle Tasten.
tui-action-help-sign = Hilfe
tui-about-help-sign = Zeigt alle Tasten, wo gerade nichts geschrieben wird.
tui-action-go-to = Zur Unterhaltung
tui-about-go-to = Findet eine Unterhaltung nach ihrem Titel.
tui-action-new-conversation = Neue Unterhaltung
tui-about-new-conversation = Schreibt einer Person oder beginnt eine Gruppe.
tui-action-next-unread = Nächste ungelesene
tui-about-next-unread = Öffnet die nächste Unterhaltung mit Ungelesenem.
tui-action-previous-conversation = Vorige Unterhaltung
tui-about-previous-conversation = Öffnet die Unterhaltung darüber.
tui-action-next-conversation = Nächste Unterhaltung
tui-about-next-conversation = Öffnet die Unterhaltung darunter.
tui-action-next-pane = Nächster Bereich
tui-about-next-pane = Geht von der Liste zu den Nachrichten, zum Schreiben und reihum.
tui-action-previous-pane = Voriger Bereich
tui-about-previous-pane = Geht andersherum.
tui-action-back = Zurück
tui-about-back = Vom Schreiben zu den Nachrichten und zurück; schließt, was offen ist.
tui-action-devices = Ihre Geräte
tui-about-devices = Zeigt die Geräte, die als Sie mitlesen, und entfernt eines.
tui-action-notices = Hinweise
tui-about-notices = Zeigt, was Sie wissen müssen.
tui-action-theme = Hell oder dunkel
tui-about-theme = Wechselt zwischen hell und dunkel.
tui-action-sign-out = Abmelden
tui-about-sign-out = Beendet die Sitzung dieses Geräts.
tui-action-quit = Beenden
tui-about-quit = Schließt teamchat; Entwürfe bleiben erhalten.
tui-action-members = Mitglieder
tui-about-members = Zeigt, wer hier ist; hinzufügen, entfernen, verlassen.
tui-action-readers = Wer kann mitlesen?
tui-about-readers = Sagt in klaren Worten, wer diese Unterhaltung lesen kann.
tui-action-verify = Sicherheitsnummer vergleichen
tui-about-verify = Stellt sicher, dass niemand dazwischen ist.
tui-action-add-people = Personen hinzufügen
tui-about-add-people = Fügt dieser Gruppe Personen hinzu.
tui-action-rename = Unterhaltung umbenennen
tui-about-rename = Gibt dieser Gruppe einen anderen Titel.
tui-action-leave = Unterhaltung verlassen
tui-about-leave = Verlässt diese Gruppe.
tui-action-to-newest = Zum Neuesten
tui-about-to-newest = Blättert zur neuesten Nachricht.
tui-action-resolve = Ansehen und entscheiden
tui-about-resolve = Zeigt, was diese Unterhaltung aufhält und was hilft.
tui-action-accept-members = Neue Mitglieder annehmen
tui-about-accept-members = Zeigt, wer dazukam, als dieses Gerät weg war, und nimmt sie an.
tui-action-rejoin = Wieder beitreten
tui-about-rejoin = Bringt dieses Gerät zurück in eine Unterhaltung, die stecken blieb.
tui-action-language = Deutsch / English
tui-about-language = Spricht die andere Sprache, jetzt und beim nächsten Mal.
tui-action-suspend = Zur Shell
tui-about-suspend = Legt teamchat beiseite; „fg“ in der Shell holt es zurück.
tui-action-message-previous = Nachricht darüber
tui-about-message-previous = Wählt die Nachricht darüber.
tui-action-message-next = Nachricht darunter
tui-about-message-next = Wählt die Nachricht darunter.
tui-action-page-back = Zurückblättern
tui-about-page-back = Liest weiter zurück.
tui-action-page-on = Vorblättern
tui-about-page-on = Liest weiter vor.
tui-action-message-first = Erste Nachricht
tui-about-message-first = Wählt die älteste geladene Nachricht.
tui-action-message-last = Letzte Nachricht
tui-about-message-last = Wählt die neueste Nachricht.
tui-action-message-open = Ganze Nachricht
tui-about-message-open = Zeigt alles und was sich damit tun lässt.
tui-action-message-copy = Kopieren
tui-about-message-copy = Kopiert den Text der Nachricht.
tui-action-message-retry = Erneut senden
tui-about-message-retry = Sendet eine Nachricht erneut, die nicht hinausging.
tui-action-message-discard = Verwerfen
tui-about-message-discard = Verwirft eine Nachricht, die nicht hinausging.
tui-action-send = Senden
tui-about-send = Sendet, was geschrieben ist.
tui-action-line-break = Neue Zeile
tui-about-line-break = Beginnt eine neue Zeile, ohne zu senden.
tui-action-line-start = Zeilenanfang
tui-about-line-start = Geht an den Anfang der Zeile.
tui-action-line-end = Zeilenende
tui-about-line-end = Geht an das Ende der Zeile.
tui-action-character-back = Zeichen zurück
tui-about-character-back = Geht ein Zeichen zurück.
tui-action-character-on = Zeichen vor
tui-about-character-on = Geht ein Zeichen vor.
tui-action-word-back = Wort zurück
tui-about-word-back = Geht ein Wort zurück.
tui-action-word-on = Wort vor
tui-about-word-on = Geht ein Wort vor.
tui-action-delete-on = Zeichen löschen
tui-about-delete-on = Löscht das Zeichen unter der Schreibmarke.
tui-action-kill-word-back = Wort davor ausschneiden
tui-about-kill-word-back = Schneidet das Wort vor der Schreibmarke aus.
tui-action-kill-word-on = Wort danach ausschneiden
tui-about-kill-word-on = Schneidet das Wort nach der Schreibmarke aus.
tui-action-kill-to-start = Bis Anfang ausschneiden
tui-about-kill-to-start = Schneidet alles vor der Schreibmarke aus.
tui-action-kill-to-end = Bis Ende ausschneiden
tui-about-kill-to-end = Schneidet alles nach der Schreibmarke aus.
tui-action-yank = Wieder einsetzen
tui-about-yank = Setzt ein, was zuletzt ausgeschnitten wurde.
tui-action-undo = Rückgängig
tui-about-undo = Nimmt die letzte Änderung zurück.
tui-action-redo = Wiederholen
tui-about-redo = Macht die Änderung erneut.
tui-action-timeline-back = Nachrichten zurück
tui-about-timeline-back = Liest beim Schreiben weiter zurück.
tui-action-timeline-on = Nachrichten vor
tui-about-timeline-on = Liest beim Schreiben weiter vor.
tui-action-member-add = Hinzufügen
tui-about-member-add = Fügt der Gruppe Personen hinzu.
tui-action-member-remove = Entfernen
tui-about-member-remove = Entfernt die Person aus der Gruppe.
tui-action-member-admin = Verwalten lassen
tui-about-member-admin = Lässt die Person andere hinzufügen und entfernen, oder nimmt ihr das.
tui-action-member-verify = Sicherheitsnummer
tui-about-member-verify = Vergleicht die Sicherheitsnummer mit der Person.
tui-action-member-leave = Verlassen
tui-about-member-leave = Verlässt die Gruppe.
tui-action-verify-enter = Nummer eingeben
tui-about-verify-enter = Geben Sie die Ziffern ein, die die andere Person sieht, oder was ihr QR-Code sagt; teamchat vergleicht.
tui-action-verify-code = QR-Code
tui-about-verify-code = Zeigt die Sicherheitsnummer als QR-Code, über den ganzen Bildschirm.
