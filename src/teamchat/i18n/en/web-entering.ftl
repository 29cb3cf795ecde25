## web-entering: the ways into the client in the browser

web-elsewhere-heading = teamchat is open in another tab
web-elsewhere = That tab does not answer: perhaps it sleeps, or has an older version loaded. As soon as you open it, load it anew or close it, it goes on here, too.
web-stopped-heading = teamchat has stopped
web-stopped-again = Load again
web-not-invited-heading = With this invitation it does not go on
web-not-invited-sign-in = Sign in instead
web-invited-user-name = With it you sign in later: remember it together with the password.
web-invited-beside = You have opened an invitation; { $name } is signed in here already. If the invitation is for somebody else, open it in another browser or on another device, or sign out here first.
web-invited-beside-read = Got it
web-recovery-asked-words = You are signing in on a further device. Type the 16 words from your paper.
web-recovery-asked-hint = In their order, with spaces between them. Four letters of each word are enough.
web-recovery-asked-none = Are you still signed in on a device? Then it works without the words, too:
web-recovery-words = Your recovery words
web-recovery-go = Continue
web-recovery-word = Word { $place }
web-tui-words-heading = Your 16 recovery words
web-tui-enter-words-title = Your 16 recovery words
web-tui-words-which-words = Look at your paper and type this one word. “Show the words” shows all of them again.
web-tui-words-wrong = That is not word { $place }. Look at your paper again.
web-erase = Erase what is on this device
web-erase-question = Erase what is on this device?
web-erase-consequence = Messages, keys and what was not sent yet are gone from this browser. With your recovery words you can make it a new device.
web-error-tab-closed = The tab that was doing this was closed. Look whether it has happened, and try again if not.
web-error-elsewhere = teamchat is open in another tab of this browser. Go on there, or close it and try again.
