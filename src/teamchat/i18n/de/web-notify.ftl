## web-notify: Benachrichtigungen im Browser

web-notify = Benachrichtigungen
web-notify-about-on = Auf diesem Gerät eingeschaltet.
web-notify-about-off = Auf diesem Gerät ausgeschaltet.
web-notify-words = Kommt eine Nachricht und ist teamchat nicht zu sehen, sagt dieses Gerät Bescheid. Was darin steht, zeigt es nie.
web-notify-looks = So sieht es aus:
web-notify-on = Einschalten
web-notify-off = Ausschalten
web-notify-is-on = Benachrichtigungen sind auf diesem Gerät eingeschaltet.
web-notify-asks = Ihr Browser fragt dann, ob er Benachrichtigungen zeigen darf.
web-notify-blocked = Ihr Browser darf für diese Adresse keine Benachrichtigungen zeigen. Erlauben Sie es in seinen Einstellungen für diese Seite, oft beim Zeichen vor der Adresse, und kommen Sie dann hierher zurück.
web-notify-unsupported = Dieser Browser kann hier keine Benachrichtigungen zeigen. In einem privaten Fenster ist das immer so.
web-notify-install = Auf dem iPhone und iPad zeigt nur eine App auf dem Home-Bildschirm Benachrichtigungen. Tippen Sie auf „Teilen“, dann auf „Zum Home-Bildschirm“, und öffnen Sie teamchat von dort.
web-notify-when = Wann Sie es erfahren
web-notify-awake = Auch wenn teamchat geschlossen ist. Dann ruft Ihr Server dieses Gerät über den Dienst, den der Hersteller Ihres Browsers dafür hat. Der Ruf ist leer: Der Hersteller erfährt, dass und wann dieses Gerät gerufen wurde, sonst nichts.
web-notify-open-only = Nur solange teamchat offen ist, in einem Tab oder im Hintergrund. Ist es geschlossen, kommt nichts: Ihr Server ruft keine Dienste außer Haus.
web-notify-failed = Nur solange teamchat offen ist. Der Dienst, den der Hersteller Ihres Browsers für geschlossene Apps hat, war nicht erreichbar; beim nächsten Öffnen wird es wieder versucht.
web-notify-shows = Was zu sehen ist, solange teamchat offen ist
web-notify-plain = Nur, dass eine Nachricht da ist
web-notify-names = Auch, von wem sie ist
web-push-new = Neue Nachricht in teamchat
web-notice-from = Neue Nachricht von { $name }
web-notify-offer = Soll dieses Gerät Bescheid sagen, wenn eine Nachricht kommt und teamchat nicht zu sehen ist? Was darin steht, zeigt es nie.
web-notify-yes = Ja, Bescheid sagen
web-notify-no = Nein, danke
