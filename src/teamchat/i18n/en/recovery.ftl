# The recovery key: shown, confirmed, printed, typed again

cli-ask-recovery-key = Recovery key (16 words)
cli-recovery-key-other = This is a recovery key, but not the one that counts now. Look whether you have another one; perhaps these are the words of another person. If you were given this one at a fresh start (--lost-key), that was stopped on one of your devices: then the words of before count.
cli-recovery-key-not-now = These words are a recovery key, but not the one that counts now; perhaps they are the words of another person. If you were given them at a fresh start (--lost-key), that was stopped on one of your devices: then the words of before count. If you have no others any more: `teamchat recover --lost-key`.
cli-recovery-key =
    This is your recovery key: 16 words. Write them on paper in this order, and keep it apart from this computer.
    Nobody can show them to you again, nor can your IT department:
cli-recovery-key-lost = If you have no device any more, and not these words either, your earlier messages are lost, and so is the key by which your colleagues know you: you start anew, and everybody is warned that your key is another one.
cli-ask-recovery-word = Type word { $place } of your recovery key
cli-recovery-word-wrong = This is not word { $place }. Look at your paper. If you do not want to confirm now, type: without confirmation
cli-recovery-begin-again = The words were wrong several times, so they do not count. Begin again, and write the new words down: `{ $command }`
cli-recovery-confirmed = Confirmed. Keep the paper safe.
cli-recovery-unconfirmed = You have not confirmed that you have the 16 words. Write them down now: they are not shown again.
cli-recovery-sheet = The sheet is in { $path }. Print it, and then delete the file.
cli-recovery-void = The words of a moment ago do not count. Destroy what you have written down of them.
cli-recovery-void-sheet = The sheet { $path } was deleted.
cli-recovery-uncertain = Whether the words of a moment ago count is not certain yet. Throw away neither them nor earlier ones until another try has worked.
error-recovery-count = A recovery key has { $wanted } words, here { $count ->
    [one] is one
   *[other] are { $count }
}. Compare them with your paper.
error-recovery-word = Word { $place } is in no recovery key. May it be: { $meant }?
error-recovery-word-strange = Word { $place } is in no recovery key. Compare it with your paper.
error-recovery-mixed = Each of these words exists, but together they are no recovery key: one is another one, or two have changed places. Compare them with your paper.
error-wrong-recovery-key = This recovery key does not fit your account; perhaps these are the words of another person. Look for the paper that was written when your first device was set up, or when the key was last renewed. If you have none any more: `teamchat recover --lost-key`.
trust-sheet-title = Recovery key for teamchat
trust-sheet-whose = Of
trust-sheet-organisation = Organisation
trust-sheet-server = Server
trust-sheet-day = Made on
trust-sheet-what-for = With these words you come back to your account, your conversations and their saved history when no device is left: on a new computer with “{ $command }”. You also need your password. Four letters of each word are enough, in capitals or not.
trust-sheet-keep = Keep this sheet apart from your devices, as you keep a passport. Give the words to nobody, nor to your IT department: whoever has them and your password can pass for you. If somebody has seen them, type on a device of yours: “teamchat recover --new-key”.
trust-sheet-delete = Delete the file as soon as this sheet is printed.
alarm-own-reset-asked = With your password, somebody has asked to declare your recovery key lost. On { $day } all your devices would end. If that was not you, stop it on this device. Then change your password.
cli-alarm-own-reset-asked = With your password, somebody has asked to declare your recovery key lost. On { $day } all your devices would end. If that was not you, stop it on this device: “teamchat recover --cancel”. Then change your password: “teamchat password”.
alarm-own-key-renewed = On { $day } your recovery key was renewed on another device of yours. If that was not you, tell your IT department at once and warn your colleagues.
notice-key-renewed = { $who } has renewed their key, and the old one confirms it. You can go on writing. You had compared the safety number: it is another one now, compare it again when there is an occasion.
system-key-renewed = { $who } has renewed their key. The old key confirms it.
error-reason-no-reset-asked = No fresh start is waiting: none was asked for, or one of your devices has stopped it. Begin again with `teamchat recover --lost-key`.
error-reason-reset-not-due = Your fresh start has to wait, because you still have devices or had one until a short while ago. Try again later.
cli-ask-server = Address of the server, for instance https://chat.example
cli-ask-user-name = User name
cli-recover-one-of = Choose one: --lost-key, --new-key or --cancel.
cli-confirm-start-over = Without the 16 words you start anew: all your devices end, the saved history is lost, and all colleagues are warned. If you still have devices, these are asked first; if the last one has just ended, you wait as long. If you want that, type your user name { $name }
cli-fresh-start-waits = Your devices have been told. If none of them says no, you can go on from { $when }, on this computer or another, with the new words: { $command }
cli-fresh-start-done = You have started anew. Your colleagues are warned that your key is another one: tell them that it is you, and compare the safety number.
cli-fresh-start-stopped = Stopped. If that was not you, somebody knows your password: change it with `teamchat password`, and tell your IT department.
cli-fresh-start-none = No fresh start is waiting; there was nothing to stop.
cli-confirm-new-key = Make a new recovery key? The words of before will not count any more, your devices stay, and your colleagues read a line about it.
cli-old-words = First the 16 words that count until now.
cli-key-renewed = Your key is renewed. Destroy the old sheet.
error-nothing-to-recover = This account never had a device, so there is nothing to recover. Just log in: `teamchat login`.
cli-no-witnesses-yet = If you required witnesses of the list of devices until now, require them here once more, for they do not come along: `teamchat log witnesses`.
cli-recovered-no-backup = There is no backup of your history on the server. If you still have another device, fetch it from there: `teamchat history ask`.
cli-recovered-history-later = Your history is not here yet; everything else is. Try again later: `teamchat history restore`.
