## notice: what a person should know

notice-own-device-added = Since { $day } there is another device of yours{ $called ->
    [nothing] .
   *[other] : “{ $called }”.
} If it is not yours, remove it from your devices at once and tell your IT department.
notice-own-devices-missing = { $count ->
    [one] One device of yours is
   *[other] { $count } devices of yours are
} not in the list of devices that was begun anew. That is so if your company put back a backup from before. Log in with { $count ->
    [one] that device
   *[other] those devices
} again.
notice-own-device-removed = Your company removed { $called ->
    [nothing] one of your devices
   *[other] your device “{ $called }”
} on { $day }. If you do not know why, ask your IT department.
notice-witnesses-late = The witnesses that you require have not signed the list of devices lately. Messages are still sent for a day. Ask the person who runs the witness.
