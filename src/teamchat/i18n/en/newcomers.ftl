## newcomers: what new members see of what was said before

trust-newcomers-none = New members see nothing of what was written before they came.
trust-newcomers-days = { $days ->
    [one] New members see what was written on the day before they came.
   *[other] New members see the last { $days } days before they came, as far as a member’s device still has them.
}
trust-newcomers-all = New members see everything that was written before they came, as far as a member’s device still has it.
cli-newcomers-how = Say none, all, or a number of days such as 30d (at most 36500d).
system-history-none = { $by-own ->
    [yes] You set: new members now see nothing from before they came.
   *[no] { $by }: new members now see nothing from before they came.
}
system-history-days = { $by-own ->
    [yes] You set: new members now see the last { $days } days.
   *[no] { $by }: new members now see the last { $days } days.
}
system-history-all = { $by-own ->
    [yes] You set: new members now see everything that was written before.
   *[no] { $by }: new members now see everything that was written before.
}
system-policy-refused = { $who } changed what new members may see here, without having the right to. This device does not follow it.
alarm-policy-refused = { $who } changed what new members of a conversation may see, without having the right to. This device does not follow it. Ask { $who }, and whoever manages the conversation.
error-policy-not-yours = Only who manages this conversation changes what new members see. Ask one of them (teamchat members shows who).
error-policy-not-read = Somebody here uses a version of this program that cannot give earlier messages to new members. Nothing was changed; try again when all have updated and written something since.
tui-earlier-heading = What new members see of earlier messages
trust-given = { $by-own ->
    [yes] from another device of yours
   *[no] given by { $by }, not proven
}
