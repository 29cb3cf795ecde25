## cli: the command line

cli-failed = This did not work: { $reason }
cli-nothing-done = Nothing was done.
cli-day = { $day } { $month } { $year }
cli-aborted = Broken off.
cli-yes-or-no = [y/N]
cli-yes-or-no-typed = [y/n]
cli-yes-or-no-please = Please answer with yes or no.
cli-not-the-same = The two are not the same. Once more, please.
cli-typed-nothing = Nothing was typed. Once more, please.
cli-too-many-tries = That did not work several times. Start the command again when you have everything at hand.
cli-needs-yes = This asks for confirmation. Say { $option } if nobody can be asked.
cli-needs-input = Nobody can be asked here. Use { $option }.
cli-secret-not-readable = The file with the secret (password, link or words) could not be read, or its first line is empty or too long.
cli-no-full-screen = This terminal cannot show the full-screen client. “teamchat conversations”, “teamchat tail -f” and “teamchat send” do the same line by line.
cli-no-terminal = The full-screen client is not installed on this computer. Ask your IT department for it; the other commands work without it.
cli-title-or-person = { $typed } is the user name of a person and stands in the title of a conversation, and anybody can choose a title. For the person: @{ $typed }. For the conversation, type its id: { $ids }
cli-several = { $typed } could be { $several }.

cli-ask-password = Password
cli-ask-old-password = Password of now
cli-password-changed = Your password is changed. Your other devices keep everything and are signed out: log in there again with the new password, with `teamchat login`.
cli-ask-new-password = New password
cli-password-minimum = The new password has at least { $count ->
    [one] one character
   *[other] { $count } characters
}.
cli-password-short = This password has { $typed ->
    [one] one character
   *[other] { $typed } characters
} and needs at least { $count }. Take a longer one.
cli-ask-again = Once more
cli-ask-passphrase = Passphrase of this device
cli-passphrase-beside-password = The password opens your account on the company's server. A passphrase protects what lies on this device; it never leaves it, so take another one.
cli-passphrase-why = A passphrase protects what lies on this device, and never leaves it. You are asked for it whenever teamchat starts here.
cli-ask-new-passphrase = New passphrase for this device
cli-passphrase-short = This passphrase has { $typed ->
    [one] one character
   *[other] { $typed } characters
} and needs at least { $count }: whoever takes this computer can try as often as they like. Some words in a row are easy to keep in mind.
cli-ask-link = Invitation link

cli-welcome = Welcome, { $name }. This computer is now a device of yours at { $organisation }.
cli-welcome-back = Welcome back, { $name }. Everything on this computer is still here.
cli-device-name = Terminal on { $host }
cli-arriving = { $count ->
    [0] Looking for your conversations …
   *[other] Coming into your conversations: { $joined } of { $count } …
}
cli-arriving-titles = { $count ->
    [one] You are in. Waiting for the title of one conversation …
   *[other] You are in. Waiting for the titles of { $count } conversations …
}
cli-arrived-back = { $count ->
    [0] You have no conversations yet. `teamchat new` starts one.
    [one] Your conversation is here.
   *[other] Your { $count } conversations are here.
}
cli-arrived-alone = { $count ->
    [0] You have no conversations yet. `teamchat new` starts one.
    [one] Your conversation is here, and what is written from now on. What was written before is not here; if there is a backup, `teamchat history restore` fetches it.
   *[other] Your { $count } conversations are here, and what is written from now on. What was written before is not here; if there is a backup, `teamchat history restore` fetches it.
}
cli-arrived = { $count ->
    [0] You have no conversations yet. `teamchat new` starts one.
    [one] Your conversation is here, and what is written from now on. What was written before stays on your other devices: it was encrypted for those only.
   *[other] Your { $count } conversations are here, and what is written from now on. What was written before stays on your other devices: it was encrypted for those only.
}
cli-arrived-asked = { $count ->
    [0] You have no conversations yet. `teamchat new` starts one.
    [one] Your conversation is here, and what is written from now on.
   *[other] Your { $count } conversations are here, and what is written from now on.
}
cli-arrived-untitled = { $count ->
    [one] One conversation has no title here yet: another member's device tells it as soon as one is connected.
   *[other] { $count } conversations have no title here yet: another member's device tells it as soon as one is connected.
}
cli-arrived-partly = { $count ->
    [one] This computer is not in your conversation yet. It comes into it
   *[other] This computer is in { $joined ->
        [0] none
        [one] one
       *[other] { $joined }
    } of your { $count } conversations so far. It comes into the others
} whenever teamchat runs with a connection, for instance “teamchat tail -f”. What is written there until then cannot be read on it.
cli-arrived-waiting = { $count ->
    [one] Into one conversation
   *[other] Into { $count } conversations
} another member's device has to let this one in again, because your last one was removed. That happens by itself as soon as one of them has teamchat open. What is written there until then cannot be read here.
cli-arriving-waiting = { $count ->
    [one] Into one conversation
   *[other] Into { $count } conversations
} another member has to let this device in again …
cli-arrive-later = You are logged in. This computer comes into your conversations whenever teamchat runs with a connection, for instance “teamchat tail -f”. What is written there until then cannot be read on it.
cli-next = Go on with: { $command }
cli-confirm-logout = Remove this device from the account of { $name }, and its messages from this computer?
cli-confirm-erase = What is stored here cannot be read. Erase all of it on this computer?
cli-logged-out = You are logged out. Nothing is left on this computer.
cli-logged-out-here = You are logged out. Nothing is left on this computer. The server was not told: if the device is still in your account, remove it on another device with `teamchat devices remove`.
cli-logout-needs-server = Nothing was erased: the device would stay in your account. `teamchat logout --offline` erases it here nevertheless; you then remove it on another device.

cli-status-who = Account
cli-status-organisation = Organisation
cli-status-server = Server
cli-status-link = Connection
cli-status-queued = Waiting
cli-status-unread = Unread
cli-status-times = Times
cli-status-times-here = of this computer ({ $zone })
cli-link-offline = no connection
cli-link-connecting = connecting
cli-link-catching-up = fetching messages
cli-link-online = connected
cli-link-signed-out = signed out

cli-sent = Sent to { $title }.
cli-queued = There is no connection. Your message to { $title } waits and is sent with the next one.
cli-queued-online = Your message to { $title } still waits and leaves by itself. If that takes more than a few minutes, `teamchat status` says why.
cli-queued-certificate = Your message to { $title } waits and is sent as soon as the server's certificate is trusted.
cli-waits-signed-out = Your message to { $title } is kept on this device and waits. It is sent when you are logged in again.
cli-reader-deactivated = The account of { $who } is deactivated: it may be that nobody reads this.
cli-queued-no-room = Your message to { $title } waits and is sent as soon as there is room.
cli-send-failed = Your message to { $title } could not be sent.
cli-confirm-changed = Send it all the same?
cli-text-empty = There is nothing to send: the text is empty.
cli-text-too-long = This text is too long: { $kib } KiB can be sent at once.
cli-text-not-utf8 = This is no text in UTF-8.
cli-nothing-new = Nothing new in { $title }.
cli-tail-lost = The connection is gone. What comes is shown as soon as it is back.
cli-tail-back = The connection is back.
cli-unsupported = (A newer version of teamchat is needed to show this.)
cli-delivery-queued = waiting
cli-delivery-failed = not sent
cli-exported = { $count ->
    [one] One message was written to { $path }. It is no longer encrypted there.
   *[other] { $count } messages were written to { $path }. They are no longer encrypted there.
}

cli-file-exists = There is a file { $path } already. It was not overwritten.
cli-file-not-written = The file { $path } could not be written.

cli-no-such-conversation = There is no conversation { $typed } here. `teamchat new` starts one.
cli-no-such-person = Nobody called { $typed } was found.
cli-no-such-member = { $typed } is not in this conversation.
cli-no-such-device = You have no device { $typed }.
cli-no-such-site = There is no site { $typed }. `teamchat admin site list` shows which there are.
cli-no-conversations = No conversations yet. `teamchat new` starts one.
cli-nothing-unread = Nothing is unread.
cli-untitled = (no title yet)
cli-direct = between two
cli-people = { $count ->
    [one] one person
   *[other] { $count } people
}
cli-no-member = no longer a member
cli-devices = { $count ->
    [one] one device
   *[other] { $count } devices
}
cli-admin = administers
cli-trust-own = you
cli-group-needs-title = More than two people need a title: --title "…"
cli-started = The conversation is begun: { $title }.
cli-was-there = There is this conversation with { $title } already.
cli-added = Added to { $title }: { $who }.
cli-is-there = { $who } is in { $title } already.
cli-confirm-remove = Remove { $who } from { $title }?
cli-removed = { $who } no longer reads { $title }.
cli-leave-direct = A conversation between two people cannot be left, only a group.
cli-confirm-leave = Leave { $title }?
cli-left = You have left { $title }.
cli-leaving = You leave { $title } as soon as another member is online. Until then you read along.
cli-confirm-accept = In { $title } are now: { $who }. Is that right?
cli-accepted = The members of { $title } are accepted. What was waiting is sent.
cli-nobody-to-accept = Nobody came into { $title } unseen. There is nothing to accept.
cli-rejoined = This device has joined { $title } again.
cli-renamed = The conversation is now called { $title }.
cli-role-admin = { $who } now administers { $title }.
cli-role-member = { $who } no longer administers { $title }.

cli-this-device = this device
cli-remove-this-device = This is the device you are using. `teamchat logout` removes it.
cli-confirm-device = Remove the device { $name }? It reads nothing new from then on.
cli-device-removed = The device { $name } was removed.
cli-compare = Compare these 60 digits, or the QR code, with { $who } in person or by phone: only if both of you see the same is nobody in between.
cli-compare-then = Then: teamchat verify { $user } --confirm
cli-verify-level = { $who }: { $level }
cli-compare-changed = The key of { $who } has changed. Compare these 60 digits, or the QR code, in person or by phone. The same: teamchat verify { $user } --confirm accepts the key. Not the same: accept nothing, write nothing to { $who }, and tell { $who } and your IT department. A key that was only claimed is put aside by teamchat verify { $user } --keep-old.
cli-no-room-for-code = The QR code is left out: it takes a terminal of { $columns } columns and { $lines } lines. The digits say the same.
cli-matches = ✓ matches: { $who } sees the same safety number as you.
cli-confirm-matched = Mark { $who } as verified in person?
cli-not-marked = Nothing is marked yet. With --yes { $who } is marked as verified in person.
cli-not-sixty-digits = This is no safety number. Give all 60 digits in quotation marks, or what the QR code says.
cli-verify-oneself = This is you. You have a safety number with everybody else.
cli-confirm-verify = Do you and { $who } see the same digits?
cli-verified = { $who } is now marked: ✓ verified in person. If the key ever changes, you are told.
cli-key-kept = The key of { $who } from before stays. Tell your IT department: somebody has claimed a key that is not theirs.
cli-safety-number-differs = ✕ does NOT match: { $who } sees another safety number than you. Write nothing confidential, and tell your IT department: somebody may be reading along.

cli-log-origin = List of devices
cli-log-size = Entries
cli-log-root = Root
cli-log-checked = Last checked
cli-log-cosigners = Cosigned by
cli-log-nobody = nobody
cli-log-refused = Refused entries
cli-log-refusal = Entry { $index } ({ $who }) breaks a rule of the list of devices. It counts for nothing.
cli-log-finding = { $time }: { $text }
cli-log-found = { $count ->
    [one] Something was found that should not be. `teamchat log evidence` writes the evidence into files.
   *[other] { $count } things were found that should not be. `teamchat log evidence` writes the evidence into files.
}
cli-log-not-read = This device has not read the list of devices yet. Try again when there is a connection.
cli-log-proved = Anybody can check this with the key of the list of devices: { $key }
cli-log-required = Required
cli-log-no-witnesses = no witnesses
cli-log-met = Last signed
cli-log-never-met = never yet
cli-log-until = In order until
cli-log-until-when = { $until }; from { $stops } nothing is sent any more without a new signature
cli-log-until-stopped = { $until }; since { $stops } nothing is sent any more
cli-log-quorum = { $quorum } of { $count }, at most { $hours ->
    [one] one hour
   *[other] { $hours } hours
} ago: { $names }
cli-log-none-and-some = Say either --none or the keys of witnesses, not both.

cli-inactive = deactivated
cli-invited = Send this link to { $who }. They open it in a browser, on a phone or a computer; in a terminal `teamchat join` takes it. It works once, until { $until }.
cli-confirm-deactivate = This ends the access of { $name } on all devices for good; it cannot be undone. The devices erase all that is teamchat’s when they next connect, also what was not sent yet. Type { $name } to go on
cli-deactivated = { $who } no longer has access.
