## web-lock: the app lock in the browser

web-lock = App lock
web-lock-state-off = Off. Whoever can use this browser can read along.
web-lock-state-on = { $minutes ->
    [one] On. Locks itself after { $minutes } minute without use.
   *[other] On. Locks itself after { $minutes } minutes without use.
}
web-lock-off-words = With the lock, teamchat opens here only for who knows the passphrase or has your passkey. Nor can somebody who copies the files of this browser read anything without them.
web-lock-on-words = Only one of these opens what is in this browser:
web-lock-warning = Nobody can reset passphrase or passkey, not even your IT department. If you forget them, you come in again with password and recovery words; earlier messages do not come back by themselves then.
web-lock-passphrase = Passphrase
web-lock-passkey = Passkey
web-lock-passphrase-now = Your passphrase until now
web-lock-passphrase-new = New passphrase
web-lock-passphrase-again = Once more
web-lock-passphrase-hint = At least { $count ->
    [one] { $count } character
   *[other] { $count } characters
}, and not your password. Some words one after the other are easy to remember.
web-lock-differ = This is something else than above.
web-lock-by-passphrase = Something that you remember and type each time.
web-lock-by-passkey = Fingerprint, face, PIN of the device, or a security key.
web-lock-do-passphrase = Set a passphrase
web-lock-do-passkey = Add a passkey
web-lock-do-drop-passphrase = Remove the passphrase
web-lock-do-drop-passkey = Remove the passkey
web-lock-do-take-away = Take the lock away
web-lock-about-passphrase = It holds in this browser only. After that, everything that lies here is encrypted anew.
web-lock-about-passkey = First the passphrase: it goes on opening teamchat.
web-lock-about-make = Your device now makes a passkey, and asks for fingerprint, face or PIN.
web-lock-about-try = The passkey is made. Use it once now: it holds only when it opens.
web-lock-about-drop-passphrase = Then only the passkey opens. Use it once now.
web-lock-about-drop-passkey = Then only the passphrase opens. The passkey itself you delete afterwards in the settings of your device.
web-lock-about-take-away = Then whoever can use this browser, or copy its files, can read along.
web-lock-touch = Confirm with the passkey
web-lock-make = Make the passkey
web-lock-try = Use the passkey
web-lock-next = Continue
web-lock-is-set = The lock is set.
web-lock-is-off = The lock is taken away.
web-lock-change = Change
web-lock-drop = Remove
web-lock-add = Add
web-lock-only = opens alone
web-lock-minutes = Lock when nobody uses teamchat
web-lock-minutes-of = { $minutes ->
    [one] after { $minutes } minute
   *[other] after { $minutes } minutes
}
web-lock-shortcut = Lock at once: Alt + Shift + L
web-lock-now = Lock now
web-lock-offer = Shall only those read here who know a passphrase or have your fingerprint?
web-lock-offer-do = Set up a lock
web-lock-offer-not = Not now

web-locked-heading = teamchat is locked
web-locked-words = Until you open it, nothing is decrypted and nothing is fetched here: new messages wait at the server. What you have begun is kept.
web-locked-open = Open
web-locked-opening = Opening …
web-locked-touch = Open with the passkey
web-lock-forgotten = It does not open?
web-lock-forgotten-words = Without passphrase or passkey nobody can open what lies here, not even your IT department. This is how you come back: erase it here. Then sign in with your password and your recovery words, as a new device. What has not been sent yet is lost; the old device you remove afterwards in the settings.

web-passkey-stopped = The passkey was not used. Try again.
web-passkey-unable = This passkey cannot serve for opening here. Take another one, or a passphrase.
web-lock-wrong = This is not the passphrase.
web-lock-wrong-pause = This is not the passphrase. The next try can be in { $seconds } seconds.
web-lock-pause = { $seconds } seconds more, then you can try again.
web-lock-wrong-passkey = This passkey does not open here.
web-lock-short = A new passphrase has at least { $count ->
    [one] { $count } character
   *[other] { $count } characters
}.
web-lock-memory = This device is short of memory for a passphrase just now. Close other tabs and try again.
