## web-notify: notifications in the browser

web-notify = Notifications
web-notify-about-on = Switched on for this device.
web-notify-about-off = Switched off for this device.
web-notify-words = When a message comes and teamchat cannot be seen, this device tells you. It never shows what the message says.
web-notify-looks = This is what it looks like:
web-notify-on = Switch on
web-notify-off = Switch off
web-notify-is-on = Notifications are switched on for this device.
web-notify-asks = Your browser then asks whether it may show notifications.
web-notify-blocked = Your browser may not show notifications for this address. Allow it in its settings for this page, often at the sign before the address, and then come back here.
web-notify-unsupported = This browser cannot show notifications here. In a private window that is always so.
web-notify-install = On iPhone and iPad only an app on the home screen shows notifications. Tap “Share”, then “Add to Home Screen”, and open teamchat from there.
web-notify-when = When you are told
web-notify-awake = Also while teamchat is closed. Then your server calls this device through the service that the maker of your browser has for that. The call is empty: the maker learns that this device was called, and when, and nothing else.
web-notify-open-only = Only while teamchat is open, in a tab or in the background. When it is closed, nothing comes: your server calls no services outside.
web-notify-failed = Only while teamchat is open. The service that the maker of your browser has for closed apps could not be reached; it is tried again when you open teamchat next.
web-notify-shows = What can be seen while teamchat is open
web-notify-plain = Only that there is a message
web-notify-names = Also from whom it is
web-push-new = New message in teamchat
web-notice-from = New message from { $name }
web-notify-offer = Shall this device tell you when a message comes and teamchat cannot be seen? It never shows what the message says.
web-notify-yes = Yes, tell me
web-notify-no = No, thanks
