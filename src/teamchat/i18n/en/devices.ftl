# Devices that go: removed, lost, their owner gone.

error-reason-own-device = This is a device of your own. Remove it with `teamchat devices remove`, so that it is signed by you.

error-wiped-by-owner = This device was removed from your account on { $day }, by another device of yours. Everything that teamchat kept here was erased. If that was not you, tell your IT department at once.
error-wiped-by-company = On { $day } your company removed this device, or deactivated your account. Everything that teamchat kept here was erased. Ask your IT department. If your account goes on, this computer can become yours again as a new device, with your recovery key.
error-wiped-reset = Your security key was replaced on { $day }, so this device is no longer yours. Everything that teamchat kept here was erased. If that was not you, tell your IT department at once and warn your colleagues.
link-wiped = This device was removed. Everything that teamchat kept here was erased.
notice-own-device-removed-by-own = On { $day } { $called ->
    [nothing] one of your devices
   *[other] your device “{ $called }”
} was removed by { $remover ->
    [nothing] another one of yours
   *[other] your device “{ $remover }”
}. If that was not you, look at your devices and tell your IT department at once.
cli-notice-own-device-removed-by-own = On { $day } { $called ->
    [nothing] one of your devices
   *[other] your device “{ $called }”
} was removed by { $remover ->
    [nothing] another one of yours
   *[other] your device “{ $remover }”
}. If that was not you, look at your devices (teamchat devices) and tell your IT department at once.

cli-devices-of-most = { $count } of at most { $most ->
    [one] one device
   *[other] { $most } devices
}.
cli-device-first = first device
cli-device-by-recovery-key = by recovery key
cli-device-by = linked by { $name }
cli-device-by-gone = linked by a device that is gone
cli-device-unlisted = not in the list of devices yet
cli-devices-as-of = The list of devices was last read here: { $time }.
cli-device-through = { $name } came through { $by }. Whoever had { $by } may have added it. If you do not have { $name } yourself, remove it: teamchat devices remove "{ $name }"
cli-lost-none = You have no other device here. If the one that you are looking for is lost, ask your IT department to remove it.
cli-lost-others = Your other devices: { $names }.
cli-lost-which = Which one is lost
cli-lost-this-device = This is the device you are using, so it is not lost. Take the one that is gone.
cli-lost-now = { $name } is signed out at once. It reads nothing that is written from then on: before the next message, your conversations change their keys. When it next reaches the server, it erases what it holds. What waited on it to be sent is lost then.
cli-lost-confirm = Remove { $name } now?
cli-lost-through = { $name } came through { $by }: whoever has { $by } may have added it. Remove { $name } as well?
cli-lost-finder = What somebody who has { $name } may still see: what was on it until now, if they know its passphrase or it was open. That stays so until it reaches the server and erases itself.
cli-lost-next = Now tell your IT department, above all if the device was unlocked or the passphrase was with it. If your password was stored on it, change it now: `teamchat password`. Tell colleagues if something confidential was on it.
cli-admin-no-device = { $who } has no device. Nothing was changed.
cli-admin-which-device = { $who } has several devices: { $names }. Say which one is to go.
cli-admin-confirm-device = Remove the device { $name } of { $who }? It is signed out at once and erases what it holds; what waited on it to be sent is lost.
cli-admin-device-removed = The device { $name } of { $who } was removed. { $who } and their colleagues see that it was the company.
error-too-many-devices = You have as many devices as one person may have here. { $name } was not used for longest: end it on one of your devices (teamchat devices remove "{ $name }"), or have your IT department do it, then log in again here.

system-deviceless = The last device of { $who } was removed. { $who } reads along here again only with a new one; that goes on by itself then.
system-deviceless-by-company = The company removed the last device of { $who }. { $who } reads along here again only with a new one; that goes on by itself then.
system-deviceless-by-own = The last device of { $who } was removed, from a device of { $who }. { $who } reads along here again only with a new one; that goes on by itself then.
system-back = { $who } is back.
error-peer-absent = { $who } has no device in use at the moment, so nobody could read this. Write again when they have a new one.

tui-wiped-heading = This device was removed
tui-wiped-quit = Quit
notice-own-device-left = On { $day } { $called ->
    [nothing] one of your devices
   *[other] your device “{ $called }”
} was signed out for good, on that device itself.
