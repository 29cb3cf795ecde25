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

web-add-nobody = Choose who is to be added.
web-add-count = { $count ->
    [0] Add
    [one] Add { $count } person
   *[other] Add { $count } people
}
web-group = This group
web-group-managed = Whoever manages the group can add people and rename it.
web-group-leave = Leave group
web-member-write = Write a message
web-member-remove = Remove from the group

web-trust-heading = How well a key is known
web-trust-vouched-words = Your company says that it is this person’s. It begins so with everybody.
web-trust-verified-words = You have compared the safety number yourself: nobody is in between.
web-trust-changed-words = It is another one than before. Compare the safety number before you write anything confidential.

web-number = Safety number, 12 groups of 5 digits
web-number-copy = Copy number
web-number-not-copied = The browser did not allow copying. Select the digits and copy them yourself.
web-number-same = It matches
web-number-other = It does NOT match
web-number-kept = The old key stays
web-number-again = Compare again
web-number-keep = Keep the key that you knew of { $name } before: then the new one does not count here.

web-hold-broken = stuck here
web-hold-changed = key changed
web-hold-newcomers = somebody came in unseen
