## web: what is done with messages in the browser

web-tui-editing = You are changing a message.
web-tui-delete-own-consequence = For everybody: it disappears for all who are in here, as soon as their devices are connected; that it was deleted stays visible. Who has read it has read it, and a copy that somebody made stays. Only here: the others keep it.
web-aim-leave = Not after all
web-change-to = New text of the message
web-change-save = Save the change
web-change-failed = Your change was not sent.
web-answer-to = answer to “{ $text }”
web-reactions = Reactions
web-reaction-put = You reacted with { $emoji }.
web-reaction-back = You took { $emoji } back.
web-message-menu = More about this message
web-more-emojis = More emojis
web-find-emoji = Find an emoji
web-versions = What it said before
web-who-reacted = Who reacted
web-take-back = Take back
web-no-reaction = Nobody any more.
web-deleted = Deleted.
