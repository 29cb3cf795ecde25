### teamchat in English. One section for each place; the same keys as in de.ftl.
### Active, short, no jargon. Say what happened, what is safe, what to do.

## system: lines of a timeline

system-created = { $by-own ->
    [yes] You started the conversation.
   *[no] { $by ->
        [nobody] The conversation begins here.
       *[other] { $by } started the conversation.
    }
}
system-added = { $who-own ->
    [yes] { $by-own ->
        [yes] You joined.
       *[no] { $by ->
            [nobody] You were added.
           *[other] { $by } added you.
        }
    }
    [too] { $by-own ->
        [yes] You added { $who }.
       *[no] { $by ->
            [nobody] You and { $who } joined.
           *[other] { $by } added you and { $who }.
        }
    }
   *[no] { $by-own ->
        [yes] You added { $who }.
       *[no] { $by ->
            [nobody] { $who } joined.
           *[other] { $by } added { $who }.
        }
    }
}
system-removed = { $who-own ->
    [yes] { $by-own ->
        [yes] You were removed.
       *[no] { $by ->
            [nobody] You were removed.
           *[other] { $by } removed you.
        }
    }
    [too] { $by-own ->
        [yes] You removed { $who }.
       *[no] { $by ->
            [nobody] You and { $who } were removed.
           *[other] { $by } removed you and { $who }.
        }
    }
   *[no] { $by-own ->
        [yes] You removed { $who }.
       *[no] { $by ->
            [nobody] { $who } is no longer in this conversation.
           *[other] { $by } removed { $who }.
        }
    }
}
system-leaving = You asked to leave the conversation.
system-left = { $who-own ->
    [yes] You left the conversation.
   *[no] { $who } left the conversation.
}
system-renamed = { $by-own ->
    [yes] You named the conversation “{ $title }”.
   *[no] { $by } named the conversation “{ $title }”.
}
system-title-told = { $by-own ->
    [yes] On your other device this conversation is called “{ $title }”.
   *[no] { $by } says that this conversation is called “{ $title }”.
}
system-joined = This device now reads along.
system-rejoined = This device is back in the conversation. Messages from the time in between may be missing here.
system-undecryptable = A message cannot be read on this device. Ask the sender to send it again.
system-reset = The server starts this conversation anew. Earlier messages stay on this device.
system-not-begun = This conversation exists elsewhere already. What was not sent stays here: copy it there.
system-broken = This conversation can no longer be continued on this device. What you have read stays here.
system-device-added = { $who-own ->
    [yes] You use a new device.
    [too] You and { $who } use new devices.
   *[no] { $who } uses a new device.
}
system-key-changed = The key of { $who } has changed. Compare the safety number before you write anything confidential.
system-members-unknown = { $who } came in, and nobody here was seen to add them. Ask the others whether that is right.

## link: why the connection is as it is

link-revoked = You were signed out because this device was removed or its session ended. Your messages stay on this device.
link-refused = The server closed the connection. Trying again.
link-not-stored = The disk of this device is full or cannot be written to. Make room; it then goes on by itself.

## alarm: what a person must know

alarm-key-changed = The key of { $who } has changed. Compare the safety number before you write anything confidential.
alarm-name-claimed = The server gives the user name { $name }, by which you know { $who }, to somebody else. That never happens by itself. Write nothing confidential to somebody you find by that name, and tell your IT department.
alarm-log-gap = The server does not give out some messages of a conversation. Tell your IT department.
alarm-server-behind = The server has lost messages of a conversation. What you have read stays on this device. Tell your IT department.
alarm-conversation-broken = A conversation can no longer be continued on this device. What you have read stays here. You can have this device join it again; if it breaks again, tell your IT department.
alarm-members-unknown = { $who } came into a conversation, and nobody was seen to add them. Nothing is sent there for now. Ask the others whether that is right, and accept the new members only then.
alarm-direct-is-two = Somebody else was put into a conversation between two people. This device has left it, and nothing is sent there. Tell your IT department.
alarm-proposal-refused = Somebody tried to change who is in a conversation in a way this program never uses. It was refused. Tell your IT department.
alarm-key-log-forked = The server now shows another list of devices than before, of the same length: it has two. Somebody may be reading along. Write nothing confidential, and tell your data protection officer; this device keeps the evidence.
alarm-key-log-rolled-back = The server shows an older list of devices than before: entries are missing. Write nothing confidential, and tell your IT department; this device keeps the evidence.
alarm-key-log-unproven = The list of devices that the server gives out is not the one it has signed: something in it was changed or taken out. None of it is believed. Tell your data protection officer; this device keeps the evidence.
alarm-key-log-unsigned = What the server gives out as its list of devices is not signed as it has to be. None of it is believed, and new devices have to wait. Tell your IT department.
alarm-key-log-other = The server shows another list of devices than the one that this device knows. New devices have to wait. Ask your IT department whether the server was set up anew; if not, write nothing confidential.
alarm-key-log-anew = The server has begun its list of devices anew, as it does when a backup is put back. Ask your IT department whether that is so. If not, write nothing confidential; this device keeps the evidence.
alarm-key-log-away = The server does not give out its list of devices. New devices have to wait until it does. If it stays so, tell your IT department.
alarm-key-log-split = { $who } was shown another list of devices than you. Either the server has two lists, or the device of { $who } does not tell the truth. Write nothing confidential, speak to each other, and tell your data protection officer.
alarm-device-unlisted = A device was put into a conversation that is not in the list of devices. This device has left the conversation, and nothing is sent there. Tell your IT department.
alarm-device-stays = A device that is no longer in use could not be taken out of a conversation: whoever holds it may read along there. Write nothing confidential in it, and tell your IT department.
alarm-own-reset = Your security key was replaced on { $day }, and another device now stands for you. If that was not you, tell your IT department at once and warn your colleagues.
alarm-own-entry-refused = Somebody tried to change your devices, and could not show that it was you. It was refused. Tell your IT department.
alarm-witnesses-missing = For a day, the witnesses that you require have not signed the list of devices, so nothing is sent any more. Ask the person who runs the witness, and write nothing confidential.

## notice: what a person should know

notice-own-device-added = Since { $day } there is another device of yours. If it is not yours, remove it from your devices at once and tell your IT department.
notice-own-device-removed = Your company removed one of your devices on { $day }. If you do not know why, ask your IT department.
notice-witnesses-late = The witnesses that you require have not signed the list of devices lately. Messages are still sent for a day. Ask the person who runs the witness.

## trust: how well a key is known, and who else could read

trust-sign-vouched = ○
trust-sign-verified = ✓
trust-sign-changed = !
trust-level-vouched = confirmed by the company
trust-level-verified = verified in person
trust-level-changed = key changed
trust-retention = Nothing is deleted by itself in this version: messages stay on everybody’s devices, and encrypted on the server.
trust-no-others = No bots, no archive and no access for compliance read along: this version has none.

## error: what did not work, and what helps

error-offline = There is no connection to the server. Try again when it is back.
error-no-server = No teamchat server answers at { $address }. Check every letter of the address, and whether it begins with https://; then whether this computer is connected.
error-clock = The clock of this computer is wrong: it shows { $here }, that of the server { $there }. Set it, then try again. If it is right, tell your IT department.
error-certificate = No certificate of { $server } is valid here ({ $reason }). If your company has an authority of its own, name its file with --ca-file when you log in; otherwise tell your IT department.
error-not-possible = This did not work. Nothing was changed; try again.
error-not-allowed = You may not do this. Ask somebody who administers it.
error-not-a-member = You are not, or no longer, in this conversation.
error-leaving = You are leaving this conversation, so nothing more can be sent or changed in it.
error-no-such-conversation = There is no such conversation on this device.
error-no-such-message = There is no such message, or it was already sent.
error-no-device = { $who } has no device yet. Ask them to sign in once, then try again.
error-key-changed = The key of { $who } has changed, and nothing is sent before you have looked at it. Compare the safety number first, then try again.
error-device-unlisted = { $who } has a device that is not in the list of devices; nobody was added. Try again later. If it stays so, tell your IT department.
error-witnesses-missing = The witnesses that you require have not signed the list of devices for too long, so nothing is sent. Ask the person who runs the witness, or require no witnesses any more.
error-witnesses = These witnesses cannot be required: a key is not right or there twice, or there are not as many as are to sign.
error-log-not-listed = The list of devices does not have this device, or was not read yet. Try again when there is a connection.
error-log-proof = What the server gives out does not prove that this device is in the list of devices. Try again; if it stays so, tell your IT department.
error-members-unknown = { $who } came into this conversation and nobody was seen to add them. Ask the others, accept the new members, then try again.
error-name-claimed = The server gives the user name by which you know { $who } to somebody else, so nobody was taken. Tell your IT department. A conversation that you have with { $who } already can be used.
error-others-came = In the meantime somebody else came in. Look who it is, then decide.
error-number-changed = The safety number has changed since it was shown. Compare the new one.
error-key-in-use = { $who } uses the changed key in a conversation. Compare the safety number, or have that device removed first.
error-not-broken = This conversation works on this device. There is nothing to join again.
error-text-not-sendable = This text cannot be sent: it is empty or too long.
error-conversation-broken = This conversation can no longer be continued on this device.
error-direct-is-two = A conversation between two people stays between the two. Start a group to write with more people.
error-not-with-yourself = A conversation needs somebody else.
error-unknown-person = Nothing is known of this person's key yet. Start a conversation with them first.
error-title-not-usable = This title cannot be used: it is empty, too long or has more than one line.
error-not-found = There is no such thing on this server, or it is not for you.
error-not-accepted = The server did not accept this.
error-conflict = There is one already, or it has just been changed. Look how it is now.
error-reason-password-too-short = This password is too short. Take a longer one; nothing was changed.
error-password-too-short = This password is too short: it needs at least { $count } characters. Nothing was changed, and the invitation still works.
error-reason-password-too-easy = This password is too easy to guess. Take another one; nothing was changed.
error-reason-user-name-taken = There is somebody of this user name already. Take another one.
error-reason-user-name-not-usable = This user name cannot be used: it has small letters from a to z, digits and . _ @ + - and begins with a letter or digit.
error-reason-name-not-usable = This name cannot be used: it is empty, too long or has more than one line.
error-reason-site-taken = There is a site of this name already.
error-reason-no-such-site = There is no such site.
error-reason-no-such-time-zone = There is no such time zone. It is called Europe/Berlin or Asia/Shanghai, for instance.
error-reason-too-many-devices = You have as many devices as one person may have here. On one of them, end one that you no longer use (teamchat devices), then log in again here.
error-reason-oneself = You cannot deactivate yourself. Ask somebody else who administers.
error-reason-own-account-deactivated = Your account is deactivated. Ask your administrator; your messages stay on this device.
error-reason-deactivated = This account is deactivated. It can no longer be invited.
error-too-many-requests = Too many tries. Wait a minute, then try again.
error-wrong-credentials = User name or password is wrong.
error-signed-out = You were signed out. Log in again with `teamchat login`. If that fails, ask your administrator.
error-invitation-link = This is no invitation link. It looks like https://chat.example/join#…
error-invitation-incomplete = This invitation link is not complete, or something has got into it. Copy all of it, from https:// to its last character, and nothing else.
error-invitation-used = This invitation was used already or has expired. Ask for another one.
error-wrong-recovery-key = This recovery key does not fit your account. Look for what was written down when your first device was set up; without it this device cannot become yours.
error-recovery-box = The server keeps something else than your identity. Nothing was changed; tell your IT department.
error-protocol = This server (version { $version }) and this program do not go together. Update the older one.
error-server-address = { $address } is no address of a server. It looks like this, with nothing behind it: https://chat.example
error-address-of-invitation = This is an invitation link. `teamchat join` asks for it.
error-ca-file = The file { $path } holds no certificate authority.
error-own-device = This is the device you are using. Log out instead.
error-not-logged-in = Nobody is logged in here. With an invitation: `teamchat join`. With a user name and password: `teamchat login https://… NAME`.
error-profile-name = { $name } cannot be the name of a profile: use letters, digits, dots and hyphens.
error-profile-taken = Somebody is logged in here already. Log out first, or choose another profile.
error-device-removed = This device was removed from your account, so it cannot go on. Log out, which erases what is stored here; then log in again.
error-profile-locked = Another teamchat program on this computer has this account open (process { $process }), for instance “teamchat tail -f” or the full-screen client. Write there, or end it and try again.
error-vault-locked = What is stored here cannot be opened: the file with its key is missing or damaged. If you cannot put it back, `teamchat logout --offline` erases everything here; then log in again, with password and recovery key.
error-wrong-passphrase = This passphrase is wrong. If you have forgotten it, make this computer a new device: `teamchat --profile new login https://… NAME`, with password and recovery key. What lies here then stays closed.
error-passphrase-not-usable = This passphrase cannot be used: it is empty or endless.
error-keyring = The keyring of this computer does not give out the key. Unlock it, then try again.
error-store-damaged = What is stored on this device is damaged and cannot be read. `teamchat logout --offline` erases it; then log in again, as a new device: with password and recovery key.
error-store-version = A newer version of teamchat used this account before. Update this program.
error-still-working = This takes longer than usual. It goes on by itself as soon as it can.
error-not-stored = Nothing could be stored: the disk of this device is full or cannot be written to. Nothing was sent. Make room, then try again.
error-folder = teamchat cannot use the folder { $path }, where it keeps what belongs to this device. Nothing was changed. Make the folder writable for you, or name another one with TEAMCHAT_HOME.
error-stopped = teamchat had to stop. What was sent and received is safe.
error-closed = The account was closed.

## cli: the command line

cli-failed = This did not work: { $reason }
cli-nothing-done = Nothing was done.
cli-aborted = Broken off.
cli-yes-or-no = [y/N]
cli-not-the-same = The two are not the same. Once more, please.
cli-typed-nothing = Nothing was typed. Once more, please.
cli-too-many-tries = That did not work several times. Start the command again when you have everything at hand.
cli-needs-yes = This asks for confirmation. Say --yes if nobody can be asked.
cli-needs-input = Nobody can be asked here. Use { $option }.
cli-secret-not-readable = The secret could not be read, or its first line is empty.
cli-no-full-screen = This terminal cannot show the full-screen client. “teamchat conversations”, “teamchat tail -f” and “teamchat send” do the same line by line.
cli-no-terminal = The full-screen client is not installed on this computer. Ask your IT department for it; the other commands work without it.
cli-title-or-person = { $typed } is the user name of a person and stands in the title of a conversation, and anybody can choose a title. For the person: @{ $typed }. For the conversation, type its id: { $ids }
cli-several = { $typed } could be { $several }.

cli-ask-password = Password
cli-ask-new-password = New password
cli-password-minimum = The new password has at least { $count } characters.
cli-password-short = This password has { $typed } characters and needs at least { $count }. Take a longer one.
cli-ask-again = Once more
cli-ask-passphrase = Passphrase of this device
cli-passphrase-why = The password opens your account on the company's server. A passphrase protects what lies on this device; it never leaves it, so take another one.
cli-ask-new-passphrase = New passphrase for this device
cli-passphrase-short = This passphrase has { $typed } characters and needs at least { $count }: whoever takes this computer can try as often as they like. Some words in a row are easy to keep in mind.
cli-ask-recovery-key = Recovery key
cli-recovery-key-mistyped = This is mistyped: a recovery key has 35 letters and digits, in 7 groups of 5. Compare it with what you wrote down.
cli-recovery-key-other = This is a recovery key, but not the one of your account. Look whether you have another one.
cli-ask-link = Invitation link

cli-welcome = Welcome, { $name }. This computer is now a device of yours at { $organisation }.
cli-welcome-back = Welcome back, { $name }. Everything on this computer is still here.
cli-device-name = Terminal on { $host }
cli-recovery-key =
    This is your recovery key. Write it down and keep it apart from this computer.
    You need it for every further device, and nobody can show it to you again:
cli-arriving = { $count ->
    [0] Looking for your conversations …
   *[other] Coming into your conversations: { $joined } of { $count } …
}
cli-arriving-titles = { $count ->
    [one] You are in. Waiting for the title of one conversation …
   *[other] You are in. Waiting for the titles of { $count } conversations …
}
cli-arrived = { $count ->
    [0] You have no conversations yet. `teamchat new` starts one.
    [one] Your conversation is here, and what is written from now on. What was written before stays on your other devices: it was encrypted for those only.
   *[other] Your { $count } conversations are here, and what is written from now on. What was written before stays on your other devices: it was encrypted for those only.
}
cli-arrived-untitled = { $count ->
    [one] One conversation has no title here yet: another member's device tells it as soon as one is connected.
   *[other] { $count } conversations have no title here yet: another member's device tells it as soon as one is connected.
}
cli-arrived-partly = This computer is in { $joined } of your { $count } conversations so far. It comes into the others whenever teamchat runs with a connection, for instance “teamchat tail -f”. What is written there until then cannot be read on it.
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
cli-started = { $title } begins.
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
cli-compare-changed = The key of { $who } has changed. Compare these 60 digits, or the QR code, in person or by phone. The same: teamchat verify { $user } --confirm accepts the key. Not the same: --keep-old keeps the one from before.
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
    [one] Something was found that should not be. With --json this writes the evidence.
   *[other] { $count } things were found that should not be. With --json this writes the evidence.
}
cli-log-not-read = This device has not read the list of devices yet. Try again when there is a connection.
cli-log-proved = Anybody can check this with the key of the list of devices: { $key }
cli-log-required = Required
cli-log-no-witnesses = no witnesses
cli-log-quorum = { $quorum } of { $count }, at most { $hours ->
    [one] one hour
   *[other] { $hours } hours
} ago: { $names }
cli-log-none-and-some = Say either --none or the keys of witnesses, not both.

cli-inactive = deactivated
cli-invited = Send this link to { $who }. They type `teamchat join` and paste the link. It works once, until { $until }.
cli-confirm-deactivate = This ends the access of { $name } on all devices for good; it cannot be undone. Type { $name } to go on
cli-deactivated = { $who } no longer has access.

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

tui-day-today = Today
tui-day-yesterday = Yesterday
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
tui-trust-words = The company’s server says which key belongs to whom. To be sure without it, compare the safety number with a person, face to face or by phone.
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
tui-verify-new = The key of { $name } has changed. That happens when somebody starts anew without their recovery key, or when somebody stands in between. Compare the number. If it differs, keep the old key.
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
