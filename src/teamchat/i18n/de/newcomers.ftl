## newcomers: was neue Mitglieder von dem sehen, was vorher gesagt wurde

trust-newcomers-none = Neue Mitglieder sehen nichts von dem, was geschrieben wurde, bevor sie kamen.
trust-newcomers-days = { $days ->
    [one] Neue Mitglieder sehen, was am Tag vor ihrem Kommen geschrieben wurde.
   *[other] Neue Mitglieder sehen die letzten { $days } Tage vor ihrem Kommen, soweit ein Gerät eines Mitglieds sie noch hat.
}
trust-newcomers-all = Neue Mitglieder sehen alles, was geschrieben wurde, bevor sie kamen, soweit ein Gerät eines Mitglieds es noch hat.
cli-newcomers-how = Sagen Sie none, all oder eine Zahl von Tagen, zum Beispiel 90d für 90 Tage (höchstens 36500d).
cli-newcomers-need-title = Nur in einer Gruppe kommt jemand dazu. Geben Sie ihr einen Titel: --title "…"
system-history-none = { $by-own ->
    [yes] Sie haben festgelegt: Neue Mitglieder sehen jetzt nichts von vorher.
   *[no] { $by } hat festgelegt: Neue Mitglieder sehen jetzt nichts von vorher.
}
system-history-days = { $by-own ->
    [yes] Sie haben festgelegt: Neue Mitglieder sehen jetzt { $days ->
        [one] den letzten Tag
       *[other] die letzten { $days } Tage
    }.
   *[no] { $by } hat festgelegt: Neue Mitglieder sehen jetzt { $days ->
        [one] den letzten Tag
       *[other] die letzten { $days } Tage
    }.
}
system-history-all = { $by-own ->
    [yes] Sie haben festgelegt: Neue Mitglieder sehen jetzt alles, was vorher geschrieben wurde.
   *[no] { $by } hat festgelegt: Neue Mitglieder sehen jetzt alles, was vorher geschrieben wurde.
}
system-policy-refused = { $who } hat geändert, was neue Mitglieder hier sehen dürfen, ohne das Recht dazu zu haben. Dieses Gerät richtet sich nicht danach.
alarm-policy-refused = { $who } hat geändert, was neue Mitglieder einer Unterhaltung sehen dürfen, ohne das Recht dazu zu haben. Dieses Gerät richtet sich nicht danach. Fragen Sie { $who } und wen auch immer, der die Unterhaltung verwaltet.
error-policy-not-yours = Nur wer diese Unterhaltung verwaltet, ändert, was neue Mitglieder sehen. Bitten Sie eine dieser Personen (teamchat members zeigt, wer es ist).
error-policy-not-read = Jemand hier benutzt eine Version dieses Programms, die neuen Mitgliedern keine früheren Nachrichten geben kann. Es wurde nichts geändert; versuchen Sie es wieder, wenn alle aktualisiert und seitdem etwas geschrieben haben.
tui-earlier-heading = Was neue Mitglieder von früher sehen
trust-given = { $by-own ->
    [yes] von einem anderen Ihrer Geräte
   *[no] von { $by } gegeben, nicht bewiesen
}
system-history-given = { $by-own ->
    [yes] Sie haben { $who } den Verlauf seit dem { $day } gegeben ({ $count ->
        [one] eine Nachricht
       *[other] { $count } Nachrichten
    }).
   *[no] { $who-own ->
        [yes] { $by } hat Ihnen den Verlauf seit dem { $day } gegeben ({ $count ->
            [one] eine Nachricht
           *[other] { $count } Nachrichten
        }). Wer dort genannt wird, hat es nur geschrieben, soweit { $by } die Wahrheit sagt.
        [too] { $by } hat Ihnen und { $who } den Verlauf seit dem { $day } gegeben ({ $count ->
            [one] eine Nachricht
           *[other] { $count } Nachrichten
        }). Wer dort genannt wird, hat es nur geschrieben, soweit { $by } die Wahrheit sagt.
       *[no] { $by } hat { $who } den Verlauf seit dem { $day } gegeben ({ $count ->
            [one] eine Nachricht
           *[other] { $count } Nachrichten
        }).
    }
}
system-history-refused = { $by } wollte frühere Nachrichten geben, die in dieser Unterhaltung nicht gegeben werden dürfen. Es wurde nichts übernommen.
system-history-damaged = Die früheren Nachrichten von { $by } konnten nicht übernommen werden: Sie wurden unterwegs verändert oder sind nicht, was über sie gesagt wurde. Nichts davon wurde behalten. Bitten Sie die Person, die Sie aufgenommen hat, oder eine, die diese Unterhaltung verwaltet, sie noch einmal zu geben.
system-history-not-taken = { $by } hat Ihnen frühere Nachrichten gegeben. Sie wurden nicht abgeholt: Es ist zu spät dafür, oder es sind zu viele. Wer Sie aufgenommen hat oder diese Unterhaltung verwaltet, kann sie Ihnen geben.
alarm-history-not-given = { $who } konnten die früheren Nachrichten nicht gegeben werden: Der Server hat sie nicht angenommen, oder es kamen zu viele auf einmal dazu. Auf der Kommandozeile können Sie sie noch einmal geben.
cli-alarm-history-not-given = { $who } konnten die früheren Nachrichten nicht gegeben werden: Der Server hat sie nicht angenommen, oder es kamen zu viele auf einmal dazu. Versuchen Sie es noch einmal mit `teamchat newcomers`.
error-history-not-allowed = Neue Mitglieder sehen in dieser Unterhaltung keine früheren Nachrichten. Wer sie verwaltet, kann das ändern (teamchat newcomers).
error-history-not-new = Dieses Gerät hat { $who } nicht vor Kurzem kommen sehen und kann deshalb keine früheren Nachrichten geben. Bitten Sie jemand anderen, der dabei war.
cli-newcomers-given = { $who } bekommt die früheren Nachrichten, soweit es welche gibt: Sie liegen auf dem Server bereit, verschlüsselt.
cli-newcomers-later = { $who } bekommt die früheren Nachrichten so bald wie möglich: wann immer teamchat hier mit Verbindung läuft.
cli-newcomers-moving = Die früheren Nachrichten sind unterwegs: { $percent } %

tui-action-member-see = Was Neue sehen
tui-about-member-see = Legt fest, was neue Mitglieder von früheren Nachrichten sehen.
tui-add-sees-none = Sie sehen nichts von dem, was vorher geschrieben wurde.
tui-add-sees-days = { $days ->
    [one] Sie bekommen, was am letzten Tag geschrieben wurde.
   *[other] Sie bekommen, was in den letzten { $days } Tagen geschrieben wurde.
}
tui-add-sees-all = Sie bekommen alles, was vorher geschrieben wurde.
tui-see-heading = Was sehen neue Mitglieder?
tui-see-words = Es gilt für alle, die ab jetzt kommen. Alle Mitglieder erfahren es, und was jemand bekommen hat, lässt sich nicht zurücknehmen.
tui-see-none = Nichts von früher
tui-see-days = { $days ->
    [0] Die letzten Tage, bevor sie kamen …
    [one] Den letzten Tag, bevor sie kamen …
   *[other] Die letzten { $days } Tage, bevor sie kamen …
}
tui-see-all = Alles von früher
tui-see-now = (jetzt)
tui-see-days-heading = Wie viele Tage?
tui-see-days-words = Neue Mitglieder bekommen, was in so vielen Tagen vor ihrem Kommen geschrieben wurde.
tui-see-how-many = Geben Sie eine Zahl von Tagen ein, von 1 bis { $most }.
tui-see-set = Festlegen
tui-see-setting = Es wird festgelegt …
tui-see-setting-words = Alle Mitglieder erfahren es.

tui-error-policy-not-yours = Nur wer diese Unterhaltung verwaltet, ändert, was neue Mitglieder sehen. F2 zeigt, wer es ist.
