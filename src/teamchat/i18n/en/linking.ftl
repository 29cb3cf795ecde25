## linking: a further device, with the help of one that is there

error-linking-mistyped = This is not the code that a new device shows: it is mistyped or not complete. Read it once more.
error-linking-unknown = No device waits with this code: it is mistyped, it was used already, or its time is over. Take the one that the new device shows now.
error-reason-linking-code-used = This code was used already. Let the new device show another one.
error-linking-expired = The time for linking is over, and nothing was changed. Begin again on the new device.
error-linking-disturbed = The two devices did not understand each other, and nothing was changed. Begin again on the new device; if that happens again, update teamchat on both.
error-linking-forged = What came was not from the device whose code was used, so nothing was changed. Begin again; if that happens again, tell your IT department.
error-linking-different = The two devices did not show the same, so nothing was changed. Begin again with a new code. If they differ again, somebody is between them: tell your IT department.
error-linking-cancelled = The linking was broken off on one of the two devices. Nothing was changed.
error-linking-not-come = Everything was handed over, but the new device has not come yet. Look at its screen; if it is not in your list of devices, begin again.
error-linking-directory = The list of devices does not show that it was your device that let this one in, so nothing of it was kept here. Tell your IT department.
error-linking-profile-in-use = There is an account on this computer already. Log out first, or take another profile with --profile.
error-reason-linking-waits = An administrator has to approve this device first.
error-reason-linking-declined = An administrator has declined this device. Ask them why; nothing was kept on this computer.

cli-linking-code = Scan this on another device of yours, or type there: teamchat devices link { $code }
cli-linking-code-typed = Type this on another device of yours: teamchat devices link { $code }
cli-linking-code-lives = This code is good for ten minutes; then another one stands here by itself. Until then this waits for your other device. Ctrl+C breaks off.
cli-no-room-for-linking-code = To scan a code, make the window at least { $columns } columns wide and { $lines } lines high, or use --qr. The code to type works as well.
cli-linking-own-hand = Only go on if the new device is in your own hand. If somebody has sent you a code, it belongs to their device. Then break off: they could read everything.
cli-ask-linking-code = Code that the new device shows
cli-linking-same-here = Does your other device show exactly this, in this order?
cli-linking-same-there = Does the new device “{ $name }” show exactly this, in this order?
cli-linking-other-side = Now say on the other device, too, that both show the same.
cli-linking-needs-person = Somebody has to compare two devices: run this at a terminal and without --no-input.
cli-linking-needs-admin = An administrator has to approve this device. It goes on by itself then; if you end it now, run the same command again later.
cli-linked = The device “{ $name }” is yours now: it reads and writes as you.
cli-linked-waits = The device “{ $name }” waits for an administrator. Ask for the approval. Once it is there and asks for earlier messages, give them from here: `teamchat history give`.
cli-no-linkings = No device waits.
cli-no-such-linking = No device waits under { $name }. See `teamchat admin linkings list`.
cli-several-linkings = Several devices of { $name } wait: name the one you mean by its id.
cli-linking-approved = The device “{ $name }” of { $who } is let in.
cli-linking-declined = The device “{ $name }” of { $who } is not let in.
