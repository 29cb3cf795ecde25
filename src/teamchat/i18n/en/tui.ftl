## tui: the terminal client

tui-opening = Opening your conversations …
tui-passphrase = Passphrase (Esc leaves)
tui-passphrase-asked = What is kept on this device is encrypted. Type the passphrase of this device, not your password.
tui-passphrase-empty = Nothing was typed.
tui-unlock = Open
tui-cancel = Cancel
tui-close = Close
tui-conversations = Conversations
tui-no-conversations = Your conversations will be listed here. Begin the first one.
tui-choose = Choose a conversation on the left.
tui-begin-first = { $key } begins your first conversation: choose a colleague, and write.
tui-nothing-yet = Nothing has been written yet.
tui-untitled = Untitled
tui-somebody = Somebody
tui-you = You
tui-admin = administrator
tui-draft = Draft
tui-write = Write a message
tui-members = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
tui-there = there it is { $time }
tui-devices-count = { $count ->
    [one] { $count } device
   *[other] { $count } devices
}
tui-waiting = { $count ->
    [one] { $count } message waits
   *[other] { $count } messages wait
}
tui-notices-count = { $count ->
    [one] { $count } notice
   *[other] { $count } notices
}
tui-unsupported = This message needs a newer version of teamchat.
tui-more-lines = { $count ->
    [one] … { $count } more line. Enter shows all.
   *[other] … { $count } more lines. Enter shows all.
}
tui-unread-line = Unread
tui-newest = ↓ To the newest
tui-newest-count = { $count ->
    [one] ↓ { $count } new message
   *[other] ↓ { $count } new messages
}
tui-readers-link = Who can read
tui-not-joined = no longer a member
tui-not-joined-words = You can read this conversation on this device, but no longer write in it.
tui-leaving-words = You are leaving this conversation. It is done as soon as another member is online; until then you read along, but nothing more can be written.
tui-signed-out = You were signed out. Your messages and drafts stay on this device. Quit, and sign in again with “teamchat login”. If that fails, ask your administrator.
tui-key-changed = The key of { $name } has changed. Compare the safety number before you write anything confidential.
tui-changed-question = Write to { $name } although the key has changed?
tui-changed-consequence = Nobody has compared the new key yet. Compare the safety number first if what you write is confidential.
tui-send-anyway = Send
tui-copied = Copied.
tui-not-allowed = Only an administrator of this group may do this.
tui-nothing-unread = Everything is read.
tui-nothing-found = Nothing found
tui-palette-hint = What do you want to do?
tui-go-to-hint = Which conversation?
tui-how-to-quit = { $key } closes teamchat.
tui-hint-help = Help
tui-hint-palette = Commands

tui-state-queued = waiting
tui-state-sent = sent
tui-state-delivered = delivered
tui-state-failed = not sent
tui-about-queued = It leaves by itself when there is a connection.
tui-about-sent = The server has it. Not everybody’s devices have fetched it yet.
tui-about-delivered = Everybody else has it on a device.
tui-about-failed = It does not leave by itself. Try again, or discard it.

tui-link-offline = No connection
tui-link-connecting = Connecting
tui-link-catching-up = Fetching messages
tui-link-online = Connected
tui-link-signed-out = Signed out

tui-day-today = today
tui-day-yesterday = yesterday
tui-day = { $weekday }, { $day } { $month }
tui-day-year = { $weekday }, { $day } { $month } { $year }
tui-date-short = { $day }/{ $month }/{ $year }
tui-weekday-1 = Monday
tui-weekday-2 = Tuesday
tui-weekday-3 = Wednesday
tui-weekday-4 = Thursday
tui-weekday-5 = Friday
tui-weekday-6 = Saturday
tui-weekday-7 = Sunday
tui-weekday-short-1 = Mon
tui-weekday-short-2 = Tue
tui-weekday-short-3 = Wed
tui-weekday-short-4 = Thu
tui-weekday-short-5 = Fri
tui-weekday-short-6 = Sat
tui-weekday-short-7 = Sun
tui-month-1 = January
tui-month-2 = February
tui-month-3 = March
tui-month-4 = April
tui-month-5 = May
tui-month-6 = June
tui-month-7 = July
tui-month-8 = August
tui-month-9 = September
tui-month-10 = October
tui-month-11 = November
tui-month-12 = December

tui-new-conversation = New conversation
tui-search-people = Name or user name
tui-group-title = Title of the group
tui-chosen = Chosen: { $names }
tui-nobody-found = Nobody found
tui-begin = Begin
tui-add-people = Add people
tui-add = Add
tui-rename = Rename
tui-rename-question = What is the conversation called?
system-encryption = { $id ->
    [61453] End-to-end encrypted, made to withstand quantum computers too.
   *[other] End-to-end encrypted ({ $suite }).
}
tui-members-heading = Members
tui-members-left = You are no longer in this conversation. Who is in it now is not told to you any more.
tui-members-unknown = This device is not in the conversation at the moment, so it does not know who is.
tui-choose-then-verify = To compare a safety number: choose a person, then { $key }.
tui-member-not-admin = No longer administrator
tui-remove-question = Remove { $name } from this group?
tui-remove-consequence = { $name } keeps what was read until now and can read nothing that is written from here on.
tui-leave-question = Leave “{ $title }”?
tui-leave-consequence = You can read what you have now, and nothing that is written from here on. Only an administrator of the group can bring you back.
tui-discard-question = Discard this message?
tui-discard-consequence = It was not sent. Its text is gone afterwards.
tui-sign-out-question = Sign out on this device?
tui-sign-out-consequence = The server forgets this device. To write again you sign in with your password and your recovery key.

tui-readers-heading = Who can read this
tui-readers-left = You are no longer in this conversation. What is written there now is not for you. What is here was for those who were in it then.
tui-readers-only = { $count ->
    [one] Only you can read this conversation. Not the IT department, not the server.
   *[other] Only the { $count } people in this conversation can read it. Not the IT department, not the server.
}
tui-readers-devices = { $count ->
    [one] They read it on { $count } device altogether.
   *[other] They read it on { $count } devices altogether.
}
tui-server-sees-heading = What the server sees
tui-server-sees = Who is in the conversation, who writes when, and how much. Not what is written, and not the title.
tui-trust-heading = How sure that is
tui-trust-words = Which device belongs to whom is in the list of devices, which is the same for everybody: F7 shows whether it is right. Whether a key is really that of a person, you know when you compare the safety number with them, face to face or by phone.
tui-trust-changed-words = The key of somebody here has changed, and you have not compared it yet.
tui-encryption-heading = How it is encrypted
tui-retention-heading = How long messages stay

tui-verify-heading = Safety number with { $name }
tui-verify-words = { $name } sees the same number under “Compare safety number”. Read it to each other, face to face or by phone.
tui-verify-wait = …
tui-verify-yes = It is the same
tui-verify-no = It differs
tui-verify-done = Noted. If the key of { $name } ever changes, you will be told.
tui-verify-not-done = This could not be noted: { $name }’s key has changed meanwhile. Compare again.
tui-verify-differs = Write nothing confidential to { $name } here. Tell your IT department: somebody may be reading along.

tui-hold-broken = This conversation got stuck on this device; what you have read stays here.
tui-hold-broken-short = ! got stuck on this device
tui-hold-changed = The key of { $who } has changed; nothing is sent here until you have looked at it.
tui-hold-changed-short = ! key changed
tui-hold-newcomers = { $who } came in while this device was away, and nobody was seen to add them; nothing is sent until you decide.
tui-hold-newcomers-short = ! somebody came in unseen
tui-hold-waiting = Another member's device has to let this one in again. That happens by itself as soon as one of them has teamchat open. What you write is kept, and sent then.
tui-hold-entering = This device is just coming into the conversation. What you write is kept, and sent then.
tui-hold-offer = ▸ { $key }: see and decide
tui-nothing-to-resolve = Nothing stands in the way here.
tui-nobody-to-accept = Everybody here came in before your eyes. There is nobody to accept.
tui-rejoining = Joining again … This can take a minute; you can go on elsewhere.
tui-rejoin-question = Join “{ $title }” again?
tui-rejoin-consequence = What you have read stays here. What the others have written since it got stuck, and until you are back, will be missing on this device for good. The others see that this device joined again.
tui-newcomers-heading = Who came in
tui-newcomers-words = These people came in while this device was away, and nobody was seen to add them. Ask somebody you know whether that is right. Only then say that they belong here; what you write can be read by them from then on.
tui-newcomers-accept = They belong here
tui-newcomers-later = Not now
tui-verify-new = The key of { $name } has changed. That happens when somebody starts anew without their recovery key, or when somebody stands in between. Compare the number. If it differs, accept nothing, and tell { $name } and your IT department.
tui-verify-keep = Keep the old key
tui-verify-kept = The key from before stays. Tell your IT department: somebody has claimed a key for { $name } that is not theirs.
tui-verify-question = What does { $name } see?
tui-verify-hint = The 60 digits, or what the QR code says
tui-verify-compare = Compare
tui-verify-no-number = This is no safety number. It has 60 digits; nothing was compared.
tui-matches = ✓ matches
tui-matches-words = { $name } sees the same safety number as you: nobody is in between.
tui-mark = Mark as verified
tui-not-now = Not now
tui-does-not-match = ✕ does NOT match
tui-does-not-match-words = { $name } sees another safety number than you.
tui-code-heading = QR code for { $name }
tui-code-words = Any camera app reads it. Who scanned it compares it: in the terminal under “Enter number”, or with teamchat verify and --compare.
tui-code-no-room = There is no room for the QR code here: it takes { $columns } columns and { $lines } lines. The digits say the same.

tui-devices-heading = Your devices
tui-devices-words = Each of these devices can read your conversations. Remove the ones that you do not have any more.
tui-device-this = this device
tui-device-used = last used: { $day }
tui-device-remove = Remove device
tui-device-question = Remove “{ $name }”?
tui-device-consequence = It is signed out at once and can read nothing that is written from here on. What it has already fetched may still be on it.

tui-notices-heading = Notices
tui-notices-none = There is nothing you need to know.
tui-notice-line = { $time } · { $title }
tui-message-heading = Message from { $name }
tui-event-heading = What happened
tui-help-heading = Keys
tui-help-words = Everything here is also among the commands, and everything can be done with the mouse.
tui-help-palette-only = Commands
tui-scope-everywhere = Everywhere
tui-scope-conversation = In a conversation
tui-scope-message = On a message
tui-scope-composer = While writing
tui-scope-members = Among the members
tui-scope-verify = Comparing a safety number

tui-error-network = The server cannot be reached. Nothing was changed; try again.
tui-error-unknown = This did not work: { $what }

tui-key-ctrl = Ctrl
tui-key-shift = Shift
tui-key-alt = Alt
tui-key-enter = Enter
tui-key-escape = Esc
tui-key-home = Home
tui-key-end = End
tui-key-pageup = Page Up
tui-key-pagedown = Page Down
tui-key-delete = Delete
tui-key-backspace = Backspace

tui-action-palette = Commands
tui-about-palette = Find any command by its name.
tui-action-help = Help
tui-about-help = Show every key.
tui-action-help-sign = Help
tui-about-help-sign = Show every key, where nothing is being written.
tui-action-go-to = Go to conversation
tui-about-go-to = Find a conversation by its title.
tui-action-new-conversation = New conversation
tui-about-new-conversation = Write to one person, or begin a group.
tui-action-next-unread = Next unread
tui-about-next-unread = Open the next conversation with something unread.
tui-action-previous-conversation = Previous conversation
tui-about-previous-conversation = Open the conversation above.
tui-action-next-conversation = Next conversation
tui-about-next-conversation = Open the conversation below.
tui-action-next-pane = Next pane
tui-about-next-pane = Go from the list to the messages, to writing, and round.
tui-action-previous-pane = Previous pane
tui-about-previous-pane = Go the other way round.
tui-action-back = Back
tui-about-back = From writing to the messages and back; closes what is open.
tui-action-devices = Your devices
tui-about-devices = See the devices that read along as you, and remove one.
tui-action-notices = Notices
tui-about-notices = Read what you need to know.
tui-action-theme = Light or dark
tui-about-theme = Change between light and dark.
tui-action-sign-out = Sign out
tui-about-sign-out = End the session of this device.
tui-action-quit = Quit
tui-about-quit = Close teamchat; drafts are kept.
tui-action-members = Members
tui-about-members = See who is here; add, remove, leave.
tui-action-readers = Who can read this
tui-about-readers = See in plain words who can read this conversation.
tui-action-verify = Compare safety number
tui-about-verify = Make sure that nobody is in between.
tui-action-add-people = Add people
tui-about-add-people = Add people to this group.
tui-action-rename = Rename conversation
tui-about-rename = Give this group another title.
tui-action-leave = Leave conversation
tui-about-leave = Leave this group.
tui-action-to-newest = To the newest
tui-about-to-newest = Scroll to the newest message.
tui-action-resolve = See and decide
tui-about-resolve = See what stops this conversation, and what helps.
tui-action-accept-members = Accept new members
tui-about-accept-members = See who came in while this device was away, and accept them.
tui-action-rejoin = Join again
tui-about-rejoin = Bring this device back into a conversation that got stuck.
tui-action-language = Deutsch / English
tui-about-language = Speak the other language, now and next time.
tui-action-suspend = To the shell
tui-about-suspend = Put teamchat aside; “fg” in the shell brings it back.
tui-action-message-previous = Message above
tui-about-message-previous = Select the message above.
tui-action-message-next = Message below
tui-about-message-next = Select the message below.
tui-action-page-back = Page back
tui-about-page-back = Read further back.
tui-action-page-on = Page on
tui-about-page-on = Read further on.
tui-action-message-first = First message
tui-about-message-first = Select the oldest message that is loaded.
tui-action-message-last = Last message
tui-about-message-last = Select the newest message.
tui-action-message-open = Show whole message
tui-about-message-open = Show all of it, and what can be done with it.
tui-action-message-copy = Copy
tui-about-message-copy = Copy the text of the message.
tui-action-message-retry = Try again
tui-about-message-retry = Send a message again that was not sent.
tui-action-message-discard = Discard
tui-about-message-discard = Discard a message that was not sent.
tui-action-send = Send
tui-about-send = Send what is written.
tui-action-line-break = New line
tui-about-line-break = Begin a new line without sending.
tui-action-line-start = Start of line
tui-about-line-start = Go to the start of the line.
tui-action-line-end = End of line
tui-about-line-end = Go to the end of the line.
tui-action-character-back = Character back
tui-about-character-back = Go one character back.
tui-action-character-on = Character on
tui-about-character-on = Go one character on.
tui-action-word-back = Word back
tui-about-word-back = Go one word back.
tui-action-word-on = Word on
tui-about-word-on = Go one word on.
tui-action-delete-on = Delete character
tui-about-delete-on = Delete the character under the cursor.
tui-action-kill-word-back = Cut word back
tui-about-kill-word-back = Cut the word before the cursor.
tui-action-kill-word-on = Cut word on
tui-about-kill-word-on = Cut the word after the cursor.
tui-action-kill-to-start = Cut to start
tui-about-kill-to-start = Cut everything before the cursor.
tui-action-kill-to-end = Cut to end
tui-about-kill-to-end = Cut everything after the cursor.
tui-action-yank = Put back
tui-about-yank = Put back what was cut last.
tui-action-undo = Undo
tui-about-undo = Take the last change back.
tui-action-redo = Redo
tui-about-redo = Make the change again.
tui-action-timeline-back = Messages back
tui-about-timeline-back = Read further back while writing.
tui-action-timeline-on = Messages on
tui-about-timeline-on = Read further on while writing.
tui-action-member-add = Add people
tui-about-member-add = Add people to the group.
tui-action-member-remove = Remove
tui-about-member-remove = Remove the person from the group.
tui-action-member-admin = Make administrator
tui-about-member-admin = Let the person add and remove others, or take that back.
tui-action-member-verify = Safety number
tui-about-member-verify = Compare the safety number with the person.
tui-action-member-leave = Leave
tui-about-member-leave = Leave the group.
tui-action-verify-enter = Enter number
tui-about-verify-enter = Give the digits that the other person sees, or what their QR code says; teamchat compares.
tui-action-verify-code = QR code
tui-about-verify-code = Show the safety number as a QR code, over the whole screen.
