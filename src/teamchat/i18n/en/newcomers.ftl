## newcomers: what new members see of what was said before

trust-newcomers-none = New members see nothing of what was written before they came.
trust-newcomers-days = { $days ->
    [one] New members see what was written on the day before they came.
   *[other] New members see the last { $days } days before they came, as far as a member’s device still has them.
}
trust-newcomers-all = New members see everything that was written before they came, as far as a member’s device still has it.
cli-newcomers-how = Say none, all, or a number of days, such as 90d for 90 days (at most 36500d).
cli-newcomers-need-title = Only a group has people who come later. Give it a title: --title "…"
system-history-none = { $by-own ->
    [yes] You have set: new members now see nothing from before they came.
   *[no] { $by } has set: new members now see nothing from before they came.
}
system-history-days = { $by-own ->
    [yes] You have set: new members now see { $days ->
        [one] the last day
       *[other] the last { $days } days
    }.
   *[no] { $by } has set: new members now see { $days ->
        [one] the last day
       *[other] the last { $days } days
    }.
}
system-history-all = { $by-own ->
    [yes] You have set: new members now see everything that was written before.
   *[no] { $by } has set: new members now see everything that was written before.
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
system-history-given = { $by-own ->
    [yes] You gave { $who } the history since { $day } ({ $count ->
        [one] one message
       *[other] { $count } messages
    }).
   *[no] { $who-own ->
        [yes] { $by } gave you the history since { $day } ({ $count ->
            [one] one message
           *[other] { $count } messages
        }). Who is named there wrote it only as far as { $by } tells the truth.
        [too] { $by } gave you and { $who } the history since { $day } ({ $count ->
            [one] one message
           *[other] { $count } messages
        }). Who is named there wrote it only as far as { $by } tells the truth.
       *[no] { $by } gave { $who } the history since { $day } ({ $count ->
            [one] one message
           *[other] { $count } messages
        }).
    }
}
system-history-refused = { $by } wanted to give earlier messages that this conversation does not allow to be given. Nothing was taken in.
system-history-damaged = The earlier messages that { $by } gave could not be taken in: they were changed on the way, or are not what was said about them. Nothing of them was kept. Ask whoever added you, or manages this conversation, to give them again.
system-history-not-taken = { $by } gave you earlier messages. They were not fetched: it is too late for them, or they are too many. Whoever added you, or manages this conversation, can give them to you.
alarm-history-not-given = { $who } could not be given the earlier messages: the server did not take them, or too many people came at once. You can give them again at the command line.
cli-alarm-history-not-given = { $who } could not be given the earlier messages: the server did not take them, or too many people came at once. Try again with `teamchat newcomers`.
error-history-not-allowed = New members see no earlier messages in this conversation. Whoever manages it can change that (teamchat newcomers).
error-history-not-new = This device did not see { $who } come in lately, so it can give no earlier messages. Ask somebody else who was there.
cli-newcomers-given = { $who } gets the earlier messages, as far as there are any: they lie ready at the server, encrypted.
cli-newcomers-later = { $who } gets the earlier messages as soon as possible: whenever teamchat runs here with a connection.
cli-newcomers-moving = The earlier messages are on their way: { $percent } %

tui-action-member-see = What newcomers see
tui-about-member-see = Decide what new members see of earlier messages.
tui-add-sees-none = They see nothing of what was written before.
tui-add-sees-days = { $days ->
    [one] They are given what was written on the last day.
   *[other] They are given what was written in the last { $days } days.
}
tui-add-sees-all = They are given everything that was written before.
tui-see-heading = What do new members see?
tui-see-words = It counts for those who come from now on. All members are told, and what was given to somebody cannot be taken back.
tui-see-none = Nothing from before they came
tui-see-days = { $days ->
    [0] The last days before they came …
    [one] The last day before they came …
   *[other] The last { $days } days before they came …
}
tui-see-all = Everything from before they came
tui-see-now = (now)
tui-see-days-heading = How many days?
tui-see-days-words = New members are given what was written in so many days before they came.
tui-see-how-many = Type a number of days, from 1 to { $most }.
tui-see-set = Set
tui-see-setting = Setting it …
tui-see-setting-words = All members are told.

tui-error-policy-not-yours = Only who manages this conversation changes what new members see. F2 shows who that is.
