## web-account: devices, password, signing out and notices in the browser

web-account = Account and devices
web-devices-about = Where you read along; remove what you do not have any more.
web-device-since = since: { $day }
web-device-remove = Remove
web-device-remove-name = Remove { $name }
web-device-removed = “{ $name }” is removed. If it was lost, tell your IT department, too.
web-password-new-hint = A few words in a row are easy to remember.

web-sign-out = Sign out and erase
web-sign-out-about = Ends teamchat in this browser and erases what is stored here.
web-sign-out-erased = Your messages, drafts and keys in this browser are erased. That cannot be undone.
web-sign-out-stays = Your other devices and your colleagues keep what they have.
web-sign-out-back = To write here again you need your password and your recovery words. Earlier messages do not come back by themselves.
web-sign-out-waiting = { $count ->
    [one] { $count } message still waits for a connection and will be lost.
   *[other] { $count } messages still wait for a connection and will be lost.
}
web-sign-out-go-on = Continue
web-sign-out-sure = Sign out now and erase everything that is in this browser?
web-sign-out-now = Sign out and erase
web-sign-out-unasked = Erase here all the same
web-sign-out-unasked-words = You can erase what is here all the same. The server does not learn of it then: the device stays in your list until you remove it from another device, or your IT department does.

web-alarms = { $count ->
    [0] Notices
    [one] Notices, { $count } new
   *[other] Notices, { $count } new
}
web-alarm-new = new
web-alarm-go = To “{ $title }”

web-alarm-custody-requested = Since { $day } somebody asks the custodians for your recovery words, from a computer that is none of your devices. If that is not you, prevent it now with the button at the top of teamchat. Then change your password in the settings, and tell your IT department.
web-alarm-own-entries-more = The list of devices suddenly says so much about you or the custodians that { $count ->
    [one] one change is
   *[other] { $count } changes are
} not shown here one by one. Look at your devices in the settings, and tell your IT department at once.
web-error-reason-own-device = This is a device of your own. Remove it in the settings under “Your devices”, so that it is signed by you.
web-error-reason-too-many-devices = You have as many devices as one person may have here. On one of them, remove one that you no longer use: Settings, “Your devices”. Then sign in again here.
web-error-signed-out = You were signed out. Sign in again. If that fails, ask your IT department.
web-evicted = This browser has removed what teamchat kept here: space was short, you were not here for long, or the data of this page were cleared. Your messages are still with your colleagues and on your other devices; only what was not sent from here yet is lost. Sign in with password and recovery words, or link this browser to a device you have.
web-link-not-stored = The storage that this browser gives to teamchat is full. New messages wait on the server; what you type stays as long as this page is open. Make room on this device, and it goes on by itself.
web-not-promised = This browser may remove what teamchat keeps here, if space gets short or you are not here for long. Installed as an app it is more likely to stay. Your recovery words always bring you back.
web-error-store-damaged = What is stored in this browser is damaged and cannot be read. Erase it here, then sign in again, as a new device: with password and recovery words.
web-error-too-many-devices = You have as many devices as one person may have here. “{ $name }” was not used for longest: remove it on one of your devices (Settings, “Your devices”), or have your IT department do it, then sign in again here.
web-error-vault-locked = What is stored in this browser cannot be opened. Load the page anew. If it stays like this, erase it here, then sign in again: with password and recovery words.
web-notice-custodians = Since { $day } your company has { $count } custodians. Any { $threshold } of them together can give somebody back who has lost everything, if that person entrusted it to them. The settings say who they are, under “Custodians”. If you had entrusted your recovery words to earlier custodians, that is void: do it anew if you want to.
web-notice-custody-asked = Since { $day } { $name } asks you as a custodian for your part of their recovery words. Call them or go there first. Then answer in the settings under “Custodians”.
web-alarm-history-stopped = Earlier messages that were on their way from this device to another one of yours do not go there any more: the device was removed, its key is another one, or your organisation has changed its rule. Look at your devices in the settings.
web-alarm-history-not-given = The earlier messages could not be given to { $who }: the server did not accept them. Whoever manages the conversation can give them again in the terminal of teamchat.
