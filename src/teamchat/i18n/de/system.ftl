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
system-unknown = Der Server kennt diese Unterhaltung nicht mehr, oder Sie nicht als Mitglied, wie nach dem Einspielen einer Sicherung. Was hier steht, bleibt, und was nicht hinausging, können Sie kopieren. Beginnen Sie eine neue Unterhaltung, oder bitten Sie darum, wieder aufgenommen zu werden.
system-broken = Diese Unterhaltung lässt sich auf diesem Gerät nicht fortsetzen. Was Sie gelesen haben, bleibt hier.
system-device-added = { $who-own ->
    [yes] Sie benutzen ein neues Gerät.
    [too] Sie und { $who } benutzen neue Geräte.
   *[no] { $who } benutzt ein neues Gerät.
}
system-key-changed = Der Schlüssel von { $who } hat sich geändert. Vergleichen Sie die Sicherheitsnummer, bevor Sie Vertrauliches schreiben.
system-members-unknown = { $who } ist dazugekommen, und niemand wurde dabei gesehen, jemanden hinzuzufügen. Fragen Sie die anderen, ob das stimmt.
