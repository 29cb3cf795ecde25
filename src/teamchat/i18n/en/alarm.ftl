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
alarm-messages-barred = The server takes no messages in a conversation: it says that a device there is no longer in use. The list of devices names none. What you write waits here. Tell your IT department.
alarm-own-reset = Your security key was replaced on { $day }, and another device now stands for you. If that was not you, tell your IT department at once and warn your colleagues.
alarm-own-entry-refused = Somebody tried to change your devices, and could not show that it was you. It was refused. Tell your IT department.
alarm-own-device-returned = A device of yours that had been removed is in the list of devices again. That is so if your company put back a backup from before. For this device it stays out: it is sent nothing. Ask your IT department to remove it again; if no backup was put back, write nothing confidential. The evidence is kept here.
alarm-device-returned = A device of { $who } that had been removed is in the list of devices again. That is so if your company put back a backup from before. It stays out, and is sent nothing from you. Tell { $who } and your IT department, which has to remove it again.
alarm-own-entries-more = The list of devices suddenly says so much about you or the custodians that { $count ->
    [one] one change is
   *[other] { $count } changes are
} not shown here one by one. Look at your devices, and tell your IT department at once.
cli-alarm-own-entries-more = The list of devices suddenly says so much about you or the custodians that { $count ->
    [one] one change is
   *[other] { $count } changes are
} not shown here one by one. Look at your devices (teamchat devices), and tell your IT department at once.
alarm-key-log-unfit = The server's list of devices holds what nobody can have entered properly (entries: { $count }). None of it counts, but an honest server enters no such thing. Write nothing confidential, and tell your data protection officer; this device keeps the evidence.
alarm-witnesses-missing = For a day, the witnesses that you require have not signed the list of devices, so nothing is sent any more. Ask the person who runs the witness, and write nothing confidential.
alarm-not-withdrawn = A message that you wanted to delete for everybody is still there: the server has not taken the deletion. Try again.
