## web-backup: the backup of one's own messages in the browser

web-backup-about = Your messages, encrypted on the server: for the day on which no device is left.
web-backup-words = Only your devices and your recovery words open the backup. The server sees how large it is and when it changes.
web-backup-none = There is no backup yet. If all devices are lost, so are your earlier messages.
web-backup-changed = Last changed
web-backup-size = Size
web-backup-daily = This browser adds to it every day while teamchat is open.
web-backup-not-daily = This browser does not add to it. “Back up now” does, and every day from then on.
web-backup-withdrawn = What somebody deletes for everybody is still in it until it is next added to.
web-backup-not-allowed = Your organisation keeps no backups. Your messages stay on your devices; keep more than one.
web-backup-made-so-far = { $expected ->
    [0] Backed up so far: { $lines }
   *[other] Backed up so far: { $lines } of about { $expected }
}
web-backup-restored-so-far = { $expected ->
    [0] Fetched from the backup so far: { $lines }
   *[other] Fetched from the backup so far: { $lines } of about { $expected }
}
web-cli-history-restored = { $lines ->
    [0] The backup held nothing that is missing here.
    [one] One message of the backup was read. What was here already stays as it was.
   *[other] { $lines } messages of the backup were read. What was here already stays as it was.
}
web-backup-stays = You can go on working. If teamchat is closed, it goes on by itself the next time.
web-backup-goes-on = The connection to the server is gone. What is done stays; the rest comes by itself when it is back and teamchat is open here.
web-backup-backed-up = Backed up. This browser adds to the backup every day.
web-backup-coming = Your earlier messages are coming from the backup.
web-backup-refused = Your backup could not be read completely.
web-backup-see = See

web-error-history-no-key = This browser does not have the key of your backup. A device that has it gives it along with earlier messages: “Earlier messages” in the settings. Your recovery words hold it, too.
web-error-history-backup-older = The server showed an older backup than this browser has seen already, or none any more. Nothing was taken in and nothing was changed. If you deleted it on another device, delete it here too and back up anew; otherwise tell your IT department first.
web-error-history-backup-changed = The backup on the server is not as it was made: damaged or swapped. Nothing of what was changed was taken in. Tell your IT department; then you can delete it here and back up anew.
web-error-history-backup-newer = A newer version of teamchat made this backup. Nothing was taken in and nothing was changed. Load this page anew; if that does not help, ask your IT department when the server will be up to date.
web-error-history-changed = A part of the messages is not as it was written: damaged or swapped. It was not taken in; what came before it stays. Try again, and tell your IT department if it happens again.
