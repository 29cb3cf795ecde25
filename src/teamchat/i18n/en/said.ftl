# What is done to messages after they were said.

tui-answering = Answer to { $name }: { $text }  Esc ✕
tui-editing = You are changing a message. Enter saves it. Esc ✕
tui-edit-not-now = Send or delete what you have begun to write first, then change the message.
said-edited = edited
said-withdrawn = { $own ->
    [yes] You deleted this message.
   *[no] This message was deleted.
 }
said-quote-not-here = A message that is not on this device
tui-react-question = Which emoji?
tui-react-other = Another emoji or its name, then Enter
said-no-emoji = There is none of this name. Any other emoji can be typed or pasted here.
said-reaction-1 = good
said-reaction-2 = heart
said-reaction-3 = laughs
said-reaction-4 = celebrates
said-reaction-5 = looks at it
said-reaction-6 = thanks
tui-delete-question = Delete this message?
tui-delete-own-consequence = For everybody: it disappears for all who are in here, as soon as their devices are connected; that it was deleted stays visible. Only here: the others keep it.
tui-delete-consequence = It disappears on this device only. The others keep it.
tui-delete-here = Only here
tui-delete-all = For everybody
tui-version = What it said, { $when }
tui-version-failed = Not sent, { $when }
tui-action-message-answer = Answer
tui-about-message-answer = Write an answer that shows the message.
tui-action-message-react = React
tui-about-message-react = Put an emoji at the message, or take it back.
tui-action-message-edit = Change
tui-about-message-edit = Change your own message; everybody sees that it was changed.
tui-action-message-delete = Delete
tui-about-message-delete = Delete the message, for everybody or on this device only.
