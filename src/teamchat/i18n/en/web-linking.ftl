## web-linking: further devices and earlier messages in the browser

web-linking-way = Link to a device you have
web-linking-heading = Link this browser
web-linking-words = On a device where you are signed in, open the settings, “Your devices”, “Link a device”. There, scan this code or type it.
web-linking-scan = Code to be scanned
web-linking-typed = Or type
web-linking-terminal = In the terminal: teamchat devices link { $code }
web-linking-renewed = Both codes are renewed by themselves; leave this page open until your other device has read one.
web-linking-same = Do both show the same?
web-linking-same-here = Look at your other device: does it show exactly this, in this order?
web-linking-same-there = Look at “{ $name }”: does it show exactly this, in this order?
web-linking-yes = Yes, the same
web-linking-no = No, something else
web-linking-numbers = Compare numbers
web-linking-pictures = Compare pictures
web-linking-waiting = One moment
web-linking-other-side = Now say on the other device, too, that both show the same.
web-linking-entering = This browser is being let in …
web-linking-needs-admin = An administrator has to approve this device. Then it goes on by itself, also if you close this page and open it again later.
web-linking-ended = Not linked
web-linking-again = Show a new code
web-linking-leave = Break off

web-link-device = Link a device
web-link-own-hand = Only go on if the new device is in your own hand. If somebody has sent you a code, it belongs to their device: they could read everything.
web-link-where = On the new device, open teamchat and choose “Link to a device you have”; in the terminal: teamchat link { $address }. It shows a code.
web-link-code = Code that the new device shows
web-link-code-hint = Ten letters and digits
web-link-go = Go on
web-link-scan = Scan the code
web-link-type = Type the code
web-link-hold = Hold the code in front of the camera.
web-link-camera = What the camera sees
web-link-camera-refused = teamchat may not use the camera. Allow it in the browser, or type the code.
web-link-scanner-missing = The part of teamchat that reads codes did not come from the server. Type the code.
web-link-camera-none = No camera can be used here. Type the code.
web-link-meeting = Looking for the new device …
web-link-linked = “{ $name }” is yours now: it reads and writes as you.
web-link-waits = “{ $name }” waits for an administrator. Ask for the approval; then it comes in by itself.
web-link-not-differs = “{ $name }” was not let in, and nothing was changed. Begin again with a new code. If the two differ again, somebody is between them: tell your IT department.

web-history-about = What was written before a device came: fetch it, or give it.
web-history-wanted = “{ $name }” wants your earlier messages.
web-history-look = See and decide
web-history-given-so-far = { $expected ->
    [0] Given so far: { $lines }
   *[other] Given so far: { $lines } of about { $expected }
}
web-history-taken-so-far = { $expected ->
    [0] Fetched so far: { $lines }
   *[other] Fetched so far: { $lines } of about { $expected }
}
web-history-asked = This browser has asked for them. Now say yes on another device of yours; in the terminal: teamchat history give.
web-history-giver = “{ $name }” gives them. They come by themselves while teamchat is open here.
web-history-not = Do not give
web-history-declined = You did not want to. This device does not ask you again; you can still give them.
web-history-none-asks = No other device of yours asks for them.
web-history-policy-all = A new device may have all older messages.
web-history-policy-none = Your organisation does not let new devices have older messages.
web-history-policy-days = { $days ->
    [one] A new device may have the messages of the last day.
   *[other] A new device may have the messages of the last { $days } days.
}
web-history-room-taking = Earlier messages are being fetched: { $percent } %
web-history-room-giving = Earlier messages are being given: { $percent } %

web-error-history-not-asked = This browser has not asked for earlier messages. Ask for them in the settings, “Earlier messages”.
web-error-history-gone = This request for earlier messages is no longer there: it was broken off, or it was too long ago. Ask once more on the new device.
web-error-history-not-yours = What the server showed does not come from a device of yours. Nothing was taken or given. Look at your devices in the settings.
web-error-history-receiver = The device that was to have your earlier messages is no device of yours any more, or the server shows another key for it. No more is given. Look at your devices in the settings.
web-error-history-cut-off = The last part of the messages on their way is missing. What has come is kept. Ask once more in the settings, “Earlier messages”.
web-error-history-disagree = The server does not have the messages that this device has sent it. They were taken back. Ask once more on the new device.
web-error-reason-linking-declined = An administrator has declined this device. Ask them why; nothing was kept in this browser.
