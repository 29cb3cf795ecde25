# Trust and recovery in the browser; what has another name than `web-` stands there in its own words.

web-recovery-lost = I have no words any more
web-sign-in-helped = The custodians are helping { $name }. Sign in to go on.
web-lost-none = Nothing of yours is entrusted to custodians. So there is one way: to begin anew.
web-custody-code = Your code
web-tui-lost-all-wait = If none of them says no, you can go on: { $day }, { $time }. Then sign in here again, with the new words.
web-error-reason-custodians-changed = Your company has other custodians by now. Look at them again and begin anew.
web-error-reason-custodians-not-ready = Not all custodians have accepted yet. Try again later.
web-error-reason-nothing-entrusted = Nothing of yours is entrusted to the custodians of now, so they cannot help you. If you do not have your words either, begin anew; you need nobody for that.
web-error-reason-custody-asked = You have asked the custodians already, perhaps on another computer. Go on there, or take that request back first.
web-error-reason-custody-approved = You have given your part already. If it was a mistake, take it back at once, and call the person and your IT department.
web-error-no-custodian = You are not one of your company’s custodians.
web-error-custodian-key = The key of { $name } was not signed by a device of theirs. Nothing was entrusted. { $name } is to accept again to be a custodian; if it stays so, tell your IT department.
web-error-custody-shares = What the custodians gave does not make your recovery words. Ask another custodian to agree; if all have, begin anew.
web-error-reason-no-reset-asked = No new beginning is waiting: none was asked for, or one of your devices has prevented it. Begin again.
web-error-nothing-to-recover = This account never had a device, so there is nothing to recover. Just sign in.
web-error-wrong-recovery-key = This recovery key does not fit your account; perhaps these are the words of another person. Look for the paper that was written when your first device was set up, or when the words were last renewed.
