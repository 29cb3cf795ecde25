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
