## system: lines of a timeline

system-created = { $by-own ->
    [yes] You started the conversation.
   *[no] { $by ->
        [nobody] The conversation begins here.
       *[other] { $by } started the conversation.
    }
}
system-added = { $who-own ->
    [yes] { $by-own ->
        [yes] You joined.
       *[no] { $by ->
            [nobody] You were added.
           *[other] { $by } added you.
        }
    }
    [too] { $by-own ->
        [yes] You added { $who }.
       *[no] { $by ->
            [nobody] You and { $who } joined.
           *[other] { $by } added you and { $who }.
        }
    }
   *[no] { $by-own ->
        [yes] You added { $who }.
       *[no] { $by ->
            [nobody] { $who } joined.
           *[other] { $by } added { $who }.
        }
    }
}
system-removed = { $who-own ->
    [yes] { $by-own ->
        [yes] You were removed.
       *[no] { $by ->
            [nobody] You were removed.
           *[other] { $by } removed you.
        }
    }
    [too] { $by-own ->
        [yes] You removed { $who }.
       *[no] { $by ->
            [nobody] You and { $who } were removed.
           *[other] { $by } removed you and { $who }.
        }
    }
   *[no] { $by-own ->
        [yes] You removed { $who }.
       *[no] { $by ->
            [nobody] { $who } is no longer in this conversation.
           *[other] { $by } removed { $who }.
        }
    }
}
system-leaving = You asked to leave the conversation.
system-left = { $who-own ->
    [yes] You left the conversation.
   *[no] { $who } left the conversation.
}
system-renamed = { $by-own ->
    [yes] You named the conversation “{ $title }”.
   *[no] { $by } named the conversation “{ $title }”.
}
system-title-told = { $by-own ->
    [yes] On your other device this conversation is called “{ $title }”.
   *[no] { $by } says that this conversation is called “{ $title }”.
}
system-joined = This device now reads along.
system-rejoined = This device is back in the conversation. Messages from the time in between may be missing here.
system-undecryptable = A message cannot be read on this device. Ask the sender to send it again.
system-reset = The server starts this conversation anew. Earlier messages stay on this device.
system-not-begun = This conversation exists elsewhere already. What was not sent stays here: copy it there.
system-unknown = The server does not know this conversation any more, or not you in it, as after a backup was put back. What was said stays here, and what had not been sent can be copied. Begin a new conversation, or ask to be added again.
system-broken = This conversation can no longer be continued on this device. What you have read stays here.
system-device-added = { $who-own ->
    [yes] You use a new device.
    [too] You and { $who } use new devices.
   *[no] { $who } uses a new device.
}
system-key-changed = The key of { $who } has changed. Compare the safety number before you write anything confidential.
system-members-unknown = { $who } came in, and nobody here was seen to add them. Ask the others whether that is right.
