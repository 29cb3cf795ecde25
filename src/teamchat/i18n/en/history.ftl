error-reason-history-given-already = Another device of yours is already giving its history, or this one has asked for it itself. Wait until it has come, or have the new device ask again.
error-reason-no-history-backup = Your organisation does not keep backups of histories. Your devices keep their own.
error-history-policy = Your organisation does not let new devices have older messages. They stay on the devices that have them.
error-history-not-asked = This device has not asked for older messages. Ask with: teamchat history ask
error-history-gone = This request for older messages is no longer there: it was cancelled, or it was too long ago. Ask again on the new device with: teamchat history ask
error-history-not-yours = What the server showed does not come from a device of yours. Nothing was taken or given. Look at your devices with: teamchat devices
error-history-receiver = The device that was to have your older messages is no device of yours any more, or the server shows another key for it. No more is given. Look at your devices with: teamchat devices
error-history-policy-changed = Your organisation has changed meanwhile how far back new devices may read. It goes on in a minute, under the new rule.
alarm-history-stopped = Older messages that were on their way from this device to another one of yours do not go there any more: that device was removed, its key is another, or your organisation has changed its rule. Look at your devices.
cli-alarm-history-stopped = Older messages that were on their way from this device to another one of yours do not go there any more: that device was removed, its key is another, or your organisation has changed its rule. Look at your devices: `teamchat devices`.
error-history-changed = The messages on their way were changed, or come from somewhere else. They were not taken in; nothing else has changed. Try again, and tell your IT if it happens again.
error-history-cut-off = The last part of the messages on their way is missing. What has come is kept. Ask again with: teamchat history ask
error-history-disagree = The server does not have the messages that this device has sent it. They were taken back. Ask again on the new device with: teamchat history ask
error-history-no-room = The server has no room for this history, or you keep as much there as you may. Nothing is lost; try again later, or tell your IT.
error-history-no-key = This device does not have the key of your backup. A device that has it gives it along with older messages: teamchat history ask. Your recovery key has it too: teamchat recover
error-history-no-backup = There is no backup of your messages on the server.
error-history-backup-older = The server showed an older backup than this device has seen. Nothing was taken or changed. Tell your IT; teamchat history forget removes the backup, so that a new one can be made.
error-history-backup-changed = The backup on the server is not as it was made. Nothing of what was changed was taken in. Tell your IT; teamchat history forget removes the backup, so that a new one can be made.
error-history-backup-newer = A newer version of teamchat made this backup. Nothing was taken in and nothing was changed. Update teamchat on this device, then try again.
cli-history-asked = Your other devices were asked for what was written before. Say yes on one that has it: teamchat history give. It comes while a client is open here, or with: teamchat history ask
cli-history-not-now = Not given. You can give them later with: teamchat history give
cli-history-asked-waiting = Asked. Now say yes on a device that has the messages: teamchat history give. Ctrl-C stops waiting; the same command goes on later.
cli-history-asked-given = Another device of yours is giving them already. Ctrl-C stops waiting; the same command goes on later.
cli-history-taking = Messages taken in: { $lines } of about { $expected }
cli-history-taken = The older messages are here.
cli-history-cancelled = Cancelled. What has come stays.
cli-history-giving = Messages given: { $lines } of about { $expected }
cli-history-given = Given. { $device } can take them in now.
cli-history-confirm = Give your messages to { $device }? It must be your own device, in your own hand.
cli-history-policy-note = { $policy }
cli-history-nobody-asked = No other device of yours has asked for older messages. Ask on the new device with: teamchat history ask
cli-history-several = Several devices have asked: { $devices }. Name one of them.
cli-history-backing-up = Messages backed up: { $lines }
cli-history-backed-up = Backed up. Only your devices and your recovery key open it. This device adds to it every day.
cli-history-given-before = { $device } has been given them already. If something is missing there, type on that device: `teamchat history ask`.
cli-history-restored = { $lines ->
    [0] There was no message in the backup.
    [one] One message of the backup was read.
   *[other] { $lines } messages of the backup were read.
} What was here already stays as it was.
cli-history-confirm-forget = Remove your backup from the server? Your devices keep what they have.
cli-history-forgotten = Removed. This device makes no more backups.
cli-history-policy-all = A new device may have all older messages.
cli-history-policy-none = Your organisation does not let new devices have older messages.
cli-history-policy-days = A new device may have the messages of the last { $days ->
    [one] day
   *[other] { $days } days
}.
cli-history-wish = { $device } has asked for older messages. Give them with: teamchat history give
cli-history-wish-given = { $device } has asked for older messages; { $giver } gives them.
cli-history-coming = Of the older messages { $lines } of about { $expected } are here so far. Go on with: teamchat history ask
cli-history-waiting = This device has asked for older messages. Say yes on another one: teamchat history give
cli-history-backup-not-allowed = Your organisation does not keep backups.
cli-history-backup-none = There is no backup. Make one with: teamchat history backup
cli-history-backup-here = Backup: { $size } KiB, last changed on { $time }. { $own ->
    [yes] This device adds to it every day.
   *[no] This device does not add to it; teamchat history backup begins.
}
