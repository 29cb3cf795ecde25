"""The command line: `teamchat` (docs/use/terminal.md).

Commands ask `client.Account` and show what it says; no rule lives here. What is heavy is
imported when a command needs it, so that `teamchat --help` starts at once.
"""
