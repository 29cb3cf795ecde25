## screens: what takes several steps on the screen: devices, the list of devices

tui-done = Done
tui-try-again = Try again

tui-device-first = your first device, since { $day }
tui-device-own-key = came with the recovery key: { $day }
tui-device-by = came through “{ $name }”: { $day }
tui-device-by-gone = came through a device that is gone: { $day }
tui-device-unused = not used for long, last: { $day }
tui-device-unlisted = It is not in the list of devices. Tell your IT department.
tui-device-unnamed = A device without a name
tui-device-entry = entry { $number } of the list of devices
tui-device-unnamed-words = It is in the list of devices as yours, but the server does not name it. If it is none of yours, remove it and tell your IT department.
tui-devices-most = { $count } of { $most ->
    [one] one device
   *[other] { $most } devices
} at most.
tui-device-lost = Lost a device

tui-lost-heading = Which device is gone?
tui-lost-which = Choose it with ↑ and ↓, then Enter.
tui-lost-none = You have no other device. If this one is not yours, tell your IT department: they can remove your devices, but cannot read along.
tui-lost-now = What happens now
tui-lost-now-words = The device is signed out at once, and all your conversations get new keys: it cannot read what is written from now on. As soon as it reaches the server again it erases what it holds.
tui-lost-finder = What somebody may still see
tui-lost-finder-words = What the device has fetched already, until it reaches the server: whoever unlocks it can read that.
tui-lost-remove = Remove it now
tui-lost-removing = Removing “{ $name }” …
tui-lost-removing-words = This takes a moment. It goes on even if you close this.
tui-lost-through-question = Do you have “{ $name }” with you?
tui-lost-through = “{ $name }” came through “{ $lost }”. Whoever has an unlocked device of yours can add one of their own. Keep only what you have added yourself.
tui-lost-mine = Yes, it is mine
tui-lost-done = “{ $name }” is removed
tui-lost-done-words = It is signed out and reads nothing that is written from now on. Your colleagues need not do anything.
tui-lost-left = What you should still do
tui-lost-left-words = Tell your IT department that it is gone. If your password was stored on it: “Change password” among the commands. If the recovery words were with it, say that too.

tui-link-button = Add a device
tui-link-heading = Add a device
tui-link-code-words = Open teamchat on the new device and choose “I have another device”. Enter the code here that it shows.
tui-link-own-hand = The new device has to be in front of you. If somebody has sent you a code or read it to you, it is their device: then break off.
tui-link-meeting = Looking for the new device …
tui-link-meeting-words = Leave it switched on.
tui-link-compare = Does the new device show the same pictures?
tui-link-compare-words = “{ $name }” wants to read along as your device. Compare all seven, in this order.
tui-link-same = Yes, all the same
tui-link-other = No, others
tui-link-differs = Not the same pictures
tui-link-waiting = Adding “{ $name }” …
tui-link-waiting-words = Now say on the new device, too, that the pictures are the same.
tui-link-done = “{ $name }” is one of yours now
tui-link-done-words = It will be in all your conversations in a moment. Your other devices are told.
tui-link-admin = “{ $name }” has to wait
tui-link-admin-words = In your company an administrator approves new devices. After that the new device goes on by itself. If it wants earlier messages, there is a question at the bottom here.
tui-link-asking = Fetching a code …
tui-link-new-heading = On your other device
tui-link-new-words = Open “Your devices” there (F9 in the terminal), choose “Add a device” and enter this code:
tui-link-new-lives = It is good for ten minutes. Then another one stands here by itself.
tui-link-new-scan = If the other device has a camera, it can read the QR code instead.
tui-link-new-compare = Does your other device show the same pictures?
tui-link-new-compare-words = Compare all seven, in this order.
tui-link-there = Now the other device: say there, too, that the pictures are the same. Then it goes on here by itself.
tui-link-new-admin = In your company an administrator approves new devices. After that it goes on here by itself. You can also quit teamchat, and open it again later.

tui-log-heading = List of devices
tui-log-good = ✓ Everything fits
tui-log-good-words = { $count ->
    [one] This device has read the one entry itself.
   *[other] This device has read all { $count } entries itself.
} Last looked: { $day }, { $time }.
tui-log-bad = ! Something is wrong here
tui-log-late = ! The witnesses are missing
tui-log-unread = Not read yet
tui-log-about-heading = What this is
tui-log-about = All devices of all colleagues are in one list that can only grow and is the same for everybody. If a device comes, everybody sees it. So nobody can put one there in secret, not the server either, and not the IT department.
tui-log-own-heading = Your devices in it
tui-log-own = entry { $number }: { $name }
tui-log-own-this = this device
tui-log-own-other = another device of yours
tui-log-own-ended = removed
tui-log-own-none = This device is not in the list yet.
tui-log-refused-heading = Refused entries
tui-log-witnesses-heading = Witnesses
tui-log-witnesses-none = You require no witnesses. With “teamchat log witnesses” you can require that the works council, or somebody else, signs the list too.
tui-log-witnesses-required = You require { $quorum } of { $count }, every { $hours ->
    [one] hour
   *[other] { $hours } hours
}: { $names }.
tui-log-witnesses-met = Last signed: { $day }, { $time }.
tui-log-witnesses-never = They have never signed yet.
tui-log-witnesses-until = In order: until { $until }. Without a new signature nothing is sent any more: from { $stops }.
tui-log-cosigners = Signed too by: { $names }
tui-log-compare-heading = To compare
tui-log-compare = Whoever sees the same checksum at { $count ->
    [one] one entry
   *[other] { $count } entries
} sees the same list:
tui-log-keep-proof = Keep a proof

tui-proof-which = For which device?
tui-proof-which-words = The proof shows that a device of yours is in the list. Choose with ↑ and ↓, then Enter.
tui-proof-making = Fetching the proof …
tui-proof-making-words = It is checked before it is kept.
tui-proof-done = The proof is kept
tui-proof-check = Anybody can check it, without teamchat and without the server, with the key of the list:

tui-action-key-list = List of devices
tui-about-key-list = See whether the list of all devices is right, and keep a proof.

tui-alarm-own-entries-more = The list of devices suddenly says so much about you or the custodians that { $count ->
    [one] one change is
   *[other] { $count } changes are
} not shown here one by one. Look at your devices (F9), and tell your IT department at once.
tui-notice-own-device-removed-by-own = On { $day } { $called ->
    [nothing] one of your devices
   *[other] your device “{ $called }”
} was removed by { $remover ->
    [nothing] another one of yours
   *[other] your device “{ $remover }”
}. If that was not you, look at your devices (F9) and tell your IT department at once.
