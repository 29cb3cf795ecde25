## web-people: new conversations, members and their keys in the browser

web-sheet-not-loaded = This could not be opened: a part of teamchat did not come from the server. Nothing was changed. Try again; if it still does not work, load the page anew.
web-conversations-begin = Look for somebody in your company and write the first message. If somebody writes to you, it is here too.

web-new-group = New group
web-new-group-words = several people, with a title
web-new-group-hint = Everybody in the group sees it, the server does not.
web-new-group-nobody = Choose who is to be in the group.
web-new-group-begin = { $count ->
    [0] Begin group
    [one] Begin group with { $count } person
   *[other] Begin group with { $count } people
}
web-people = People
web-people-chosen = Chosen
web-people-take-out = (take out)
web-people-found = { $count ->
    [0] Nobody found
    [one] { $count } person found
   *[other] { $count } people found
}
web-people-nobody-words = Search with a part of the name, or ask for the user name.
web-people-there = is here already
web-people-inactive = has no account here any more
web-people-beginning = The conversation is being begun …
