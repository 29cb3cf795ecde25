## own-key: beginning anew, preventing it, and new recovery words

tui-enter-lost = I have lost everything
tui-enter-lost-words = no device left, and no paper with the words
tui-lost-all-question = Really begin anew?
tui-lost-all-words = If you still have a device or the paper with the words, go back and take that. Otherwise you begin anew: all colleagues are warned that your key is another one, and compare the safety number with you. Earlier messages and the backup are lost. If there are still devices of yours, they are asked first and can prevent it; until then you have to wait.
tui-lost-all-begin = Begin anew
tui-lost-all-asking = Preparing your new beginning …
tui-lost-all-done = You have begun anew
tui-lost-all-waits = Your devices are asked first
tui-lost-all-wait = If none of them says no, you can go on: { $day }, { $time }. Then open teamchat again and choose “I have my recovery words”, with the new words.
tui-reset-asked = Somebody wants to begin anew in your name; all your devices end then ({ $day }, { $time }). ▸ { $key }: see and prevent
tui-reset-pending = Somebody wants to begin anew in your name. ▸ { $key }: see and prevent
tui-reset-question = Was that you?
tui-reset-words = Somebody has said, with your password, that your recovery words are lost. If nobody prevents it by then ({ $day }, { $time }), all your devices end, this one too, and somebody else stands for you. If it was not you, prevent it now.
tui-reset-stop = That was not me
tui-reset-mine = That was me
tui-reset-stopping = Preventing it …
tui-reset-stopping-words = This takes a moment.
tui-reset-stopped = Prevented
tui-reset-stopped-words = Your devices stay. But somebody knows your password: change it now, and tell your IT department.
tui-custody-pending = Somebody asks the custodians for your recovery words. ▸ { $key }: see and prevent
tui-custody-words = Somebody asks the custodians of your company for your recovery words, from a computer that is none of your devices. With them they would stand for you. If it was not you, prevent it now.
tui-custody-refused = Nothing was given out. But somebody knows your password: change it now, and tell your IT department.
tui-renew-question = New recovery words?
tui-renew-words = You get 16 other words. Those of now count no longer then; your devices stay, and your colleagues read one line about it. Take new ones if somebody may have seen the paper.
tui-renew-old = First the words of now
tui-renewing = Renewing your words …
tui-renewing-words = This takes a moment.
tui-renewed = Your new words count
tui-renewed-words = Destroy the old paper.

tui-action-recovery-words = New recovery words
tui-about-recovery-words = Replace the 16 words if somebody may have seen them.

tui-error-wrong-recovery-key = These are not the words that hold for your account now; perhaps they are those of another person. Look for the paper from when your first device was set up, or from the last renewal. If these words come from a new beginning, a device of yours has stopped it: then those from before still hold.
tui-error-nothing-to-recover = This account never had a device, so nothing is lost. Choose “I have my recovery words”: you are not asked for words, you are given some.

tui-action-password = Change password
tui-about-password = Set another password for your account.
tui-password-looking = The server is asked how long it has to be.
tui-ask-old-password = Your password so far
tui-ask-old-password-words = The password of your account, not the passphrase of this device.
tui-password-new = Your new password
tui-password-changing = Changing your password …
tui-password-changed = Your password is changed
tui-password-changed-words = Your other devices keep everything and are signed out; log in there again with the new password.
tui-password-later = Later
