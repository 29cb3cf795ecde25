## web: the client in the browser

web-product = teamchat
web-not-come-heading = teamchat is not here yet
web-not-come = It takes longer than usual, or a part of it did not come. Check the connection and load the page again. Nothing was changed; if it stays like this, ask your IT department.
web-unsupported-heading = This browser is too old for teamchat
web-unsupported-old = Update it, or open this address with a recent Chrome, Edge, Firefox or Safari. Nothing was changed.
web-unsupported-script-heading = teamchat needs JavaScript
web-unsupported-script = It encrypts here in the browser, and that works with JavaScript only. Allow it for this address and load the page again, or ask your IT department.
web-no-storage-heading = Nothing can be kept here
web-no-storage = teamchat keeps your keys and messages in this browser, which does not allow that now: in a private window, because data of this address are blocked, or because the device is full. Open teamchat in an ordinary window, allow the data of this address, or make room. Nothing was changed.
web-unsupported-insecure-heading = This connection is not protected
web-unsupported-insecure = Without https:// the browser cannot encrypt. Open the address with https://, or ask your IT department.

web-sign-in-heading = Sign in
web-sign-in-to = to { $organisation }
web-sign-in = Sign in
web-signing-in = You are being signed in …
web-user-name = User name
web-user-name-hint = The short name that your IT department has given you.
web-password = Password
web-password-show = Show password
web-password-hide = Hide password
web-required = Something is missing here.
web-sign-in-other = No account yet? Open the link in your invitation.

web-invited-heading = Welcome, { $name }
web-invited-words = { $organisation } invites you to teamchat. What you write is read only by the people you write to.
web-new-password = Your new password
web-new-password-hint = { $count ->
    [one] At least { $count } character.
   *[other] At least { $count } characters.
} A few words in a row are easy to remember.
web-new-password-short = { $missing ->
    [one] { $missing } more character is needed.
   *[other] { $missing } more characters are needed.
}
web-invited-go = Continue

web-conversations = Conversations
web-conversations-empty = No conversation yet
web-unread = { $count ->
    [one] { $count } unread message
   *[other] { $count } unread messages
}
web-mentioned = You were mentioned
web-pinned = pinned
web-draft-line = Draft: { $text }
web-own-line = You: { $text }
web-line-of = { $name }: { $text }
web-list-width = Width of the list

web-choose = Choose a conversation
web-choose-words = All that you have are on the left, the newest on top.
web-gone = This conversation is not on this device
web-gone-words = Perhaps it was removed, or the link is not right.
web-to-list = To the conversations
web-loading = Loading …
web-working = One moment …
web-messages-of = Messages with { $title }
web-nothing-yet = Nothing written yet
web-nothing-yet-words = What you write here is read only by the people in this conversation.
web-before-words = What was written here before this device came is not on it.
web-before-see = Fetch earlier messages
web-newest = To the newest
web-newest-count = { $count ->
    [one] { $count } new message
   *[other] { $count } new messages
}
web-today = Today
web-yesterday = Yesterday
web-retry = Send again
web-discard = Discard

web-write = Message
web-write-to = Message to { $title }
web-send = Send
web-encrypted = Who can read this?

web-details = About this conversation
web-close-details = Close

web-settings = Settings
web-language = Language
web-language-auto = As the browser
web-language-de = Deutsch
web-language-en = English
web-theme = Appearance
web-theme-auto = As the device
web-theme-light = Light
web-theme-dark = Dark
web-keys = When writing
web-enter-auto = Enter sends where there is a keyboard
web-enter-sends = Enter sends
web-enter-breaks = Enter begins a new line
web-own-account = Your account

web-doubted = Something is wrong with the list of devices that this server keeps. Write nothing confidential until your IT department has said what it is.
web-doubted-look = See what
web-offline = No connection. You can read and write; it goes out as soon as there is one again.
web-offline-waiting = { $count ->
    [one] No connection. { $count } message waits and goes out by itself.
   *[other] No connection. { $count } messages wait and go out by themselves.
}
web-link-foreign = Something else answers in place of teamchat, like the sign-in page of your network. Open any page in a new tab, or ask your IT department. What you write here goes out as soon as teamchat answers again.
web-notices = Notices
web-dismiss = Close the notice

web-update-ready = A new version of teamchat is there. What you are writing stays.
web-update-load = Load now
