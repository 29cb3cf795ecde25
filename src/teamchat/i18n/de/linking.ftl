## linking: a further device, with the help of one that is there

error-linking-mistyped = Das ist nicht der Code, den ein neues Gerät zeigt: Er ist vertippt oder nicht vollständig. Lesen Sie ihn noch einmal.
error-linking-unknown = Mit diesem Code wartet kein Gerät: Er ist vertippt, wurde schon benutzt, oder seine Zeit ist um. Nehmen Sie den, den das neue Gerät jetzt zeigt.
error-reason-linking-code-used = Dieser Code wurde schon benutzt. Lassen Sie das neue Gerät einen anderen zeigen.
error-linking-expired = Die Zeit zum Verbinden ist um, und nichts wurde geändert. Beginnen Sie auf dem neuen Gerät von vorn.
error-linking-disturbed = Die beiden Geräte haben sich nicht verstanden, und nichts wurde geändert. Beginnen Sie auf dem neuen Gerät von vorn; geschieht das wieder, aktualisieren Sie teamchat auf beiden.
error-linking-forged = Was kam, war nicht von dem Gerät, dessen Code benutzt wurde. Nichts wurde geändert. Beginnen Sie von vorn; geschieht das wieder, sagen Sie es Ihrer IT-Abteilung.
error-linking-different = Die beiden Geräte haben nicht dasselbe gezeigt, deshalb wurde nichts geändert. Beginnen Sie mit einem neuen Code von vorn. Zeigen sie wieder Verschiedenes, ist jemand dazwischen: Sagen Sie es Ihrer IT-Abteilung.
error-linking-cancelled = Das Verbinden wurde auf einem der beiden Geräte abgebrochen. Nichts wurde geändert.
error-linking-not-come = Alles wurde übergeben, aber das neue Gerät ist noch nicht da. Sehen Sie auf seinen Bildschirm; steht es nicht in der Liste Ihrer Geräte, beginnen Sie von vorn.
error-linking-directory = Die Liste der Geräte zeigt nicht, dass Ihr Gerät dieses hier zugelassen hat. Deshalb wurde hier nichts davon behalten. Sagen Sie es Ihrer IT-Abteilung.
error-linking-profile-in-use = Auf diesem Rechner ist schon ein Konto. Melden Sie sich zuerst ab, oder nehmen Sie mit --profile ein anderes Profil.
error-reason-linking-waits = Dieses Gerät muss zuerst von einer Administratorin oder einem Administrator freigegeben werden.
error-reason-linking-declined = Die Administration hat dieses Gerät abgelehnt. Fragen Sie dort nach; auf diesem Rechner wurde nichts behalten.

cli-linking-code = Scannen Sie dies auf einem anderen Ihrer Geräte, oder tippen Sie dort: teamchat devices link { $code }
cli-linking-code-typed = Tippen Sie auf einem anderen Ihrer Geräte: teamchat devices link { $code }
cli-linking-code-lives = Dieser Code gilt zehn Minuten; danach steht hier von selbst ein neuer. So lange wird hier auf Ihr anderes Gerät gewartet. Strg+C bricht ab.
cli-no-room-for-linking-code = Um einen Code zu scannen, machen Sie das Fenster mindestens { $columns } Spalten breit und { $lines } Zeilen hoch, oder nehmen Sie --qr. Der Code zum Tippen geht auch.
cli-linking-own-hand = Gehen Sie nur weiter, wenn das neue Gerät in Ihrer eigenen Hand ist. Hat Ihnen jemand einen Code geschickt, gehört er zu einem fremden Gerät. Brechen Sie dann ab: Wer es hat, könnte alles mitlesen.
cli-ask-linking-code = Code, den das neue Gerät zeigt
cli-linking-same-here = Zeigt Ihr anderes Gerät genau dies, in dieser Reihenfolge?
cli-linking-same-there = Zeigt das neue Gerät „{ $name }“ genau dies, in dieser Reihenfolge?
cli-linking-other-side = Sagen Sie nun auch auf dem anderen Gerät, dass beide dasselbe zeigen.
cli-linking-needs-person = Jemand muss zwei Geräte vergleichen: Rufen Sie dies an einem Terminal und ohne --no-input auf.
cli-linking-needs-admin = Dieses Gerät muss von der Administration freigegeben werden. Danach geht es von selbst weiter; wenn Sie jetzt beenden, rufen Sie denselben Befehl später noch einmal auf.
cli-linked = Das Gerät „{ $name }“ gehört nun zu Ihnen: Es liest und schreibt als Sie.
cli-linked-waits = Das Gerät „{ $name }“ wartet auf die Administration. Bitten Sie um die Freigabe. Ist es danach da und fragt nach früheren Nachrichten, geben Sie sie von hier weiter: `teamchat history give`.
cli-no-linkings = Kein Gerät wartet.
cli-no-such-linking = Unter { $name } wartet kein Gerät. Siehe `teamchat admin linkings list`.
cli-several-linkings = Mehrere Geräte von { $name } warten: Nennen Sie das gemeinte mit seiner Kennung.
cli-linking-approved = Das Gerät „{ $name }“ von { $who } ist zugelassen.
cli-linking-declined = Das Gerät „{ $name }“ von { $who } ist nicht zugelassen.
