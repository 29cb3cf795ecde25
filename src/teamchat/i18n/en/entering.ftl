## entering: the ways in of the terminal client, and the recovery words

tui-next = Next
tui-back = Back
tui-empty = Nothing was entered.

tui-enter-heading = Welcome to teamchat
tui-enter-how = How do you come in? Choose with ↑ and ↓, then Enter.
tui-enter-invitation = I have an invitation
tui-enter-invitation-words = a link from your company
tui-enter-device = I have another device
tui-enter-device-words = on which teamchat runs already
tui-enter-begun = Linking goes on
tui-enter-begun-words = with the other device, as you had begun
tui-enter-words = I have my recovery words
tui-enter-words-words = and user name and password
tui-enter-broken-off = You have broken off. Nothing is left on this device.
tui-enter-looking = Looking at the invitation …
tui-enter-looking-words = The server of your company is asked for it.
tui-enter-welcome = Welcome, { $name } ({ $organisation })
tui-enter-new-password = { $count ->
    [0] Think of a password for your account.
   *[other] Think of a password for your account, of { $count ->
        [one] one character
       *[other] { $count } characters
    } at least.
}
tui-enter-again = Enter the same once more, to be sure.
tui-enter-differs = That is something else than before. Enter the same, or go back with Esc.
tui-enter-passphrase-title = A passphrase for this device
tui-enter-passphrase = It protects what is on this device and never leaves it. Take another one than your password, of { $count ->
    [one] one character
   *[other] { $count } characters
} at least: some words in a row are easy to remember.
tui-enter-short = That is { $typed ->
    [one] one character
   *[other] { $typed } characters
}; { $count } are the least.
tui-enter-making = Setting up your device …
tui-enter-making-words = This takes a moment.
tui-enter-words-title = Your 16 recovery words
tui-enter-words-asked = Type them in their order, with spaces between them. Four letters of each are enough.

tui-ask-link = Your invitation
tui-ask-link-words = Paste the link that you were given (mostly Shift+Ctrl+V).
tui-ask-server = The server of your company
tui-ask-server-words = Its address, as in your invitation or as your IT department says it.
tui-ask-user = Your user name
tui-ask-user-words = Not your full name but the short one that you log in with.
tui-ask-password = Your password
tui-ask-password-words = The password of your account. Who has forgotten it gets a new one from the IT department.
tui-ask-passphrase = The passphrase of this device
tui-ask-passphrase-words = The one that you thought of when you began.

tui-words-heading = Your 16 recovery words
tui-words-paper = Write them on paper in their order. With them you come back in when no device is left.
tui-words-lost = Nobody can show them to you again, not even your IT department. Keep the paper apart from your devices.
tui-words-written = They are on paper
tui-words-sheet = Sheet to print
tui-words-sheet-done = The sheet is kept
tui-words-sheet-delete = Print it, and delete the file afterwards:
tui-words-sheet-name = teamchat-recovery
tui-words-which = Which one is word { $place }?
tui-words-which-words = Look at your paper and type this one word. Esc shows all of them again.
tui-words-wrong = That is not word { $place }. Look at your paper. Esc shows all of them again.
tui-words-off-question = Stop without the words?
tui-words-off-words = Your device is not set up then. You can begin again later, and will get other words.
tui-words-again = Show the words
tui-words-off = Stop

tui-file-where = Where to?
tui-file-where-words = A new file is made that only you can read.
tui-file-keep = Keep
tui-file-path = { $path }
tui-file-exists = There is such a file already; it is not overwritten. Take another name.
tui-file-not-written = Nothing can be kept there. Take another place.
