## custody: company custodians, who together can give somebody their identity back

notice-custodians = Since { $day } your company has { $count } custodians. Any { $threshold } of them together can give somebody back who has lost everything, if that person entrusted it to them. `teamchat custody` says who they are. If you had entrusted your recovery key to earlier custodians, that is void: do it anew if you want to.
notice-custodians-none = Since { $day } your company has no custodians any more. If you had entrusted your recovery key to them, that is void: keep the key itself safe.
error-reason-custodians-too-few = Name each custodian once, and at least as many as have to act together.
error-reason-custodians-changed = Your company has other custodians by now. Look at `teamchat custody` and begin again.
error-reason-custodians-not-ready = Not all custodians have accepted yet. Try again later; `teamchat custody` says who is missing.
error-reason-nothing-entrusted = Nothing of yours is entrusted to the custodians of now. Without your recovery key only your company can let you begin anew: ask your IT department.
error-reason-custody-asked = You have asked the custodians already, perhaps on another computer. Go on there, or take that request back first: `teamchat recover --custodians --cancel`.
error-reason-custody-approved = You have approved this request already; that cannot be taken back. If it was a mistake, call the person and your IT department at once.
