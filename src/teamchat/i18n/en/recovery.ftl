# The recovery key: shown, confirmed, printed, typed again

cli-ask-recovery-key = Recovery key (16 words)
cli-recovery-key-other = This is a recovery key, but not the one of your account. Look whether you have another one.
cli-recovery-key =
    This is your recovery key: 16 words. Write them on paper in this order, and keep it apart from this computer.
    Nobody can show them to you again, nor can your IT department:
cli-recovery-key-lost = Without these words and without a device, who you were to your colleagues is lost: you start anew, and everybody is warned.
cli-ask-recovery-word = Type word { $place } of your recovery key
cli-recovery-word-wrong = This is not word { $place }. Look at your paper. If you do not want to confirm now, type: without confirmation
cli-recovery-confirmed = Confirmed. Keep the paper safe.
cli-recovery-unconfirmed = You have not confirmed that you have the 16 words. Write them down now: they are not shown again.
cli-recovery-sheet = The sheet is in { $path }. Print it, and then delete the file.
error-recovery-count = A recovery key has { $wanted } words, here are { $count }. Compare them with your paper.
error-recovery-word = Word { $place } is in no recovery key. May it be: { $meant }?
error-recovery-word-strange = Word { $place } is in no recovery key. Compare it with your paper.
error-recovery-mixed = Each of these words exists, but together they are no recovery key: one is another one, or two have changed places. Compare them with your paper.
error-wrong-recovery-key = This recovery key does not fit your account. Look for the paper that was written when your first device was set up, or when the key was last renewed. If you have none any more: `teamchat recover --lost-key`.
trust-sheet-title = Recovery key for teamchat
trust-sheet-whose = Of
trust-sheet-organisation = Organisation
trust-sheet-server = Server
trust-sheet-day = Made on
trust-sheet-what-for = With these words you come back to your account, your conversations and their saved history when no device is left: on a new computer with `teamchat recover`. You also need your password. Four letters of each word are enough, in capitals or not.
trust-sheet-keep = Keep this sheet apart from your devices, as you keep a passport. Give the words to nobody, nor to your IT department: whoever has them and your password can pass for you. If somebody has seen them: `teamchat recover --new-key`.
trust-sheet-delete = Delete the file as soon as this sheet is printed.
