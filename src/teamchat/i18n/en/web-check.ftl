## web-check: whether a server hands out the web client that the list of devices names

error-web-none = This server hands out no web client.
error-web-unreadable = What the server says of its web client cannot be read, so nothing was compared. Tell your IT department.
error-web-other-log = The server shows another list of devices than the one you know. Do not use its web client, and tell your IT department and your works council.
error-web-older-log = The server shows an older list of devices than the one you know. Try again in a minute; if it stays so, do not use its web client, and tell your IT department and your works council.
error-web-split = The list of devices that the server shows here does not continue the one you know: it tells different people different things. Do not use its web client, and tell your IT department and your works council.
error-web-proof = The server does not prove that its web client is in the list of devices. Do not use it, and tell your IT department and your works council.
error-web-manifest = The list of devices names another web client than the one that the server hands out. Do not use it, and tell your IT department and your works council.
error-web-log-key = That is not the key of a list of devices. `teamchat log status --json` shows it as log_key.
error-web-needs-link = Nobody is logged in here. Then say which list of devices the server must have: with an invitation link in a file (--link-file) or its key (--log-key), or compare with a build of your own (--manifest).
error-web-needs-account = You are logged in at { $server }. To look at another server, say what its list of devices must be: --link-file or --log-key.
cli-web-same = { $server } hands out the web client that the list of devices names.
cli-web-version = Version
cli-web-hash = Build
cli-web-since = In the list since
cli-web-entry = { $day }, entry { $index }
cli-web-compared = Compared
cli-web-files = { $files } files, each asked for in { $guises } ways
cli-web-own = Own build
cli-web-own-same = the same, file for file
cli-web-believed = The key of the list of devices was taken from the server itself. Take it from an invitation or from your account: then nobody can show you a list of their own.
cli-web-limit = This shows what you were given, here and now. Somebody else can be given something else: ask a colleague in another place to look, too, and compare build and root.
cli-web-guise = { $guise ->
    [plain] plainly
    [browser] as a browser
    [phone] as a phone
   *[cookies] as a browser with cookies
}
cli-web-not-there = { $path } is in the list, but is not handed out (asked for { $as }: status { $status }).
cli-web-other-bytes = { $path } has other bytes than the list says (asked for { $as }).
cli-web-coding = { $path } comes packed in a way that the build does not have (asked for { $as }: { $coding }).
cli-web-policy = The page { $path } comes without the policy that lets nothing foreign run in it (asked for { $as }).
cli-web-leads-away = { $path } sends the browser on to another address (asked for { $as }).
cli-web-stranger = { $path } refers to something that is not in the list: { $what }
cli-web-other-version = Your own build is version { $mine }, the server's is version { $theirs }.
cli-web-own-only = { $path } is only in your own build.
cli-web-theirs-only = { $path } is only in what the server hands out.
cli-web-own-other = { $path } is another file in your own build.
cli-web-no-manifest = { $path } cannot be read.
cli-web-differs = { $count ->
    [one] Something is not as it must be. Do not use this server's web client, and tell your IT department and your works council.
   *[other] { $count } things are not as they must be. Do not use this server's web client, and tell your IT department and your works council.
}
