## web-words: in the browser what brings one back has one name: the recovery words

web-notice-custodians-none = Since { $day } your company has no custodians any more. If you had entrusted your recovery words to them, that is void: keep the words safe yourself.
web-error-no-custodians = Your company has no custodians. Keep your recovery words safe yourself.
web-error-custody-no-history-key = This device does not have the key that a custodian needs. Do it on your first device, or on one that you set up with your recovery words.
web-notice-custody-opened = The custodians have given your recovery words to the device that asked for them on { $day }. If that was not you, remove that device and tell your IT department. If it was: take new recovery words.
web-cli-custody-entrusted = Your recovery words are entrusted to the custodians, in parts; { $threshold } of them are needed. Keep your own copy all the same. If they change, you are told, and this is void.
web-error-wiped-by-company = On { $day } your company removed this device, or deactivated your account. Everything that teamchat kept here was erased. Ask your IT department. If your account goes on, the device becomes yours again with your recovery words.
web-error-reason-too-many-renewals = You have renewed your recovery words several times already. Try again in an hour.
web-error-recovery-count = There are { $wanted } recovery words, here { $count ->
    [one] is one
   *[other] are { $count }
}. Compare them with your paper.
web-error-recovery-word = Word { $place } is no recovery word. May it be: { $meant }?
web-error-recovery-word-strange = Word { $place } is no recovery word. Compare it with your paper.
web-error-recovery-mixed = Each of these words exists, but together they are nobody’s recovery words: one is another one, or two have changed places. Compare them with your paper.
web-trust-sheet-title = Recovery words for teamchat
web-alarm-own-reset-asked = With your password, somebody has asked to declare your recovery words lost. On { $day } all your devices would end. If that was not you, stop it on this device. Then change your password.
web-alarm-own-key-renewed = On { $day } your recovery words were renewed on another device of yours. If that was not you, tell your IT department at once and warn your colleagues.
web-tui-verify-new = The key of { $name } has changed. That happens when somebody starts anew without their recovery words, or when somebody stands in between. Compare the number. If it differs, accept nothing, and tell { $name } and your IT department.
web-error-custody-share = Your part does not fit this request of { $name }; nothing was given. If { $name } has taken a new identity, or if you have, they have to entrust their recovery words anew.
