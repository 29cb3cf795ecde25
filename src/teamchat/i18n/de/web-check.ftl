## web-check: ob ein Server den Web-Client herausgibt, den die Geräteliste nennt

error-web-none = Dieser Server gibt keinen Web-Client heraus.
error-web-unreadable = Was der Server über seinen Web-Client sagt, ist nicht lesbar; es wurde nichts verglichen. Sagen Sie Ihrer IT Bescheid.
error-web-other-log = Der Server zeigt eine andere Geräteliste als die, die Sie kennen. Benutzen Sie seinen Web-Client nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
error-web-older-log = Der Server zeigt eine ältere Geräteliste als die, die Sie kennen. Versuchen Sie es in einer Minute noch einmal; bleibt es so, benutzen Sie seinen Web-Client nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
error-web-split = Die Geräteliste, die der Server hier zeigt, setzt die nicht fort, die Sie kennen: Er sagt verschiedenen Leuten Verschiedenes. Benutzen Sie seinen Web-Client nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
error-web-proof = Der Server beweist nicht, dass sein Web-Client in der Geräteliste steht. Benutzen Sie ihn nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
error-web-manifest = Die Geräteliste nennt einen anderen Web-Client als den, den der Server herausgibt. Benutzen Sie ihn nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
error-web-log-key = Das ist nicht der Schlüssel einer Geräteliste. `teamchat log status --json` zeigt ihn als log_key.
error-web-needs-link = Hier ist niemand angemeldet. Dann sagen Sie, welche Geräteliste der Server haben muss: mit einem Einladungslink in einer Datei (--link-file) oder ihrem Schlüssel (--log-key), oder vergleichen Sie mit einem eigenen Bau (--manifest).
error-web-needs-account = Sie sind bei { $server } angemeldet. Um einen anderen Server zu prüfen, sagen Sie, welche Geräteliste er haben muss: --link-file oder --log-key.
cli-web-same = { $server } gibt den Web-Client heraus, den die Geräteliste nennt.
cli-web-version = Version
cli-web-hash = Build
cli-web-since = In der Liste seit
cli-web-entry = { $day }, Eintrag { $index }
cli-web-compared = Verglichen
cli-web-files = { $files } Dateien, jede auf { $guises } Arten abgerufen
cli-web-own = Eigener Build
cli-web-own-same = derselbe, Datei für Datei
cli-web-believed = Der Schlüssel der Geräteliste kam vom Server selbst. Nehmen Sie ihn aus einer Einladung oder aus Ihrem Konto: Dann kann Ihnen niemand eine eigene Liste zeigen.
cli-web-limit = Das zeigt, was Ihnen gegeben wurde, hier und jetzt. Jemand anderem kann etwas anderes gegeben werden: Bitten Sie jemanden an einem anderen Ort, auch nachzusehen, und vergleichen Sie Build und Wurzel.
cli-web-guise = { $guise ->
    [plain] einfach
    [browser] wie von einem Browser
    [phone] wie von einem Telefon
   *[cookies] wie von einem Browser mit Cookies
}
cli-web-not-there = { $path } steht in der Liste, wird aber nicht herausgegeben (abgerufen { $as }: Status { $status }).
cli-web-other-bytes = { $path } hat andere Bytes, als die Liste sagt (abgerufen { $as }).
cli-web-coding = { $path } kommt auf eine Art gepackt, die der Build nicht hat (abgerufen { $as }: { $coding }).
cli-web-policy = Die Seite { $path } kommt ohne die Richtlinie, die nichts Fremdes in ihr laufen lässt (abgerufen { $as }).
cli-web-leads-away = { $path } schickt den Browser an eine andere Adresse weiter (abgerufen { $as }).
cli-web-stranger = { $path } verweist auf etwas, das nicht in der Liste steht: { $what }
cli-web-other-version = Ihr eigener Build ist Version { $mine }, der des Servers Version { $theirs }.
cli-web-own-only = { $path } ist nur in Ihrem eigenen Build.
cli-web-theirs-only = { $path } ist nur in dem, was der Server herausgibt.
cli-web-own-other = { $path } ist in Ihrem eigenen Build eine andere Datei.
cli-web-no-manifest = { $path } kann nicht gelesen werden.
cli-web-differs = { $count ->
    [one] Etwas ist nicht, wie es sein muss. Benutzen Sie den Web-Client dieses Servers nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
   *[other] { $count } Dinge sind nicht, wie sie sein müssen. Benutzen Sie den Web-Client dieses Servers nicht, und sagen Sie Ihrer IT und Ihrem Betriebsrat Bescheid.
}
