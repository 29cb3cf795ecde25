"""Looking for people: for a new conversation, and to add them to one.

Enter takes somebody only from the list that belongs to what is typed: who types a name and
Enter faster than the search must not get whoever stood first before.
"""

from collections.abc import Iterable

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from teamchat.engine.model import Conversation, Person
from teamchat.ids import UserId
from teamchat_terminal.desk import Desk
from teamchat_terminal.format import DIM, person_row
from teamchat_terminal.messages import Begun, Done, Failed, PeopleFound
from teamchat_terminal.screens.sheet import Sheet
from teamchat_terminal.stack import close
from teamchat_terminal.visible import first_name

PAUSE = 0.15
"""Seconds without a key after which the search begins."""

SHOWN = 50
"""How many people a search shows at most."""


class PeopleSheet(Sheet):
    """Search, choose one after another, and go."""

    def __init__(self, desk: Desk, without: Iterable[UserId]) -> None:
        super().__init__(desk)
        self._without = {desk.account.profile.user, *without}
        self._found: dict[str, Person] = {}
        self._chosen: dict[str, Person] = {}
        self._asked_for = ""
        self._shown_for: str | None = None
        self._awaited = False
        """Whether Enter was pressed before what is typed was found."""

    def content(self) -> ComposeResult:
        say = self.voice.say
        yield Input(placeholder=say("tui-search-people"), id="search", compact=True)
        yield OptionList(id="found", markup=False, compact=True)
        yield Static("", id="chosen", markup=False)
        yield Input(
            placeholder=say("tui-group-title"), id="group-title", compact=True, max_length=128
        )
        yield Static(self.note(), id="people-note", markup=False)
        yield Button(self.go_label(), id="go", variant="primary", compact=True, disabled=True)

    def note(self) -> str:
        """Return what stands over the button; empty for nothing."""
        return ""

    def go_label(self) -> str:
        """Return what the button says."""
        raise NotImplementedError

    def go(self, people: list[UserId], title: str) -> None:
        """Do what the sheet is for."""
        raise NotImplementedError

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#people-note").display = bool(self.note())
        self._search()
        self._show_chosen()

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._awaited = False
        self.set_timer(PAUSE, self._search)

    def _search(self) -> None:
        query = self._query
        if query == self._asked_for and self._found:
            return
        self._asked_for = query
        find = self.desk.account.find_people
        self.desk.bridge.ask(
            self,
            lambda: find(query),
            lambda people: PeopleFound(query, people),
            newest_of="people",
        )

    def on_people_found(self, message: PeopleFound) -> None:
        if message.query != self._asked_for:
            return
        self.show_problem("")
        people = [one for one in message.people if one.active and one.id not in self._without]
        self._found = {person.id: person for person in people[:SHOWN]}
        self._shown_for = message.query
        self._show_found()
        if self._awaited and message.query == self._query:
            self._awaited = False
            if len(self._found) == 1:
                self._toggle(next(iter(self._found)))

    def on_failed(self, message: Failed) -> None:
        self._awaited = False
        super().on_failed(message)

    @property
    def _query(self) -> str:
        return self.query_one("#search", Input).value.strip()

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        if self._chosen and not self._query:
            self._go()
            return
        if self._shown_for != self._query:
            self._awaited = True
            self._search()
            return
        chosen = self.query_one("#found", OptionList).highlighted_option
        if chosen is not None and chosen.id is not None:
            self._toggle(chosen.id)

    @on(OptionList.OptionSelected, "#found")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id is not None:
            self._toggle(event.option_id)

    @on(Input.Submitted, "#group-title")
    @on(Button.Pressed, "#go")
    def _go(self) -> None:
        if self._chosen:
            title = self.query_one("#group-title", Input).value.strip()
            self.query_one("#go", Button).disabled = True
            self.go([UserId(user) for user in self._chosen], title)

    def key_down(self) -> None:
        if self.focused is self.query_one("#search"):
            self.query_one("#found", OptionList).focus()

    def _toggle(self, user: str) -> None:
        if user in self._chosen:
            del self._chosen[user]
        elif user in self._found:
            self._chosen[user] = self._found[user]
        search = self.query_one("#search", Input)
        if search.value:
            search.value = ""
            search.focus()
        self._show_found()
        self._show_chosen()

    def _show_found(self) -> None:
        found = self.query_one("#found", OptionList)
        before = found.highlighted_option
        width = self.inner_width - 2
        found.set_options(
            Option(
                person_row(person, self.voice, width=width, chosen=user in self._chosen), id=user
            )
            for user, person in self._found.items()
        )
        if not self._found:
            nobody = Content.assemble((self.voice.say("tui-nobody-found"), DIM))
            found.add_option(Option(nobody, disabled=True))
        else:
            kept = before.id if before is not None else None
            found.highlighted = list(self._found).index(kept) if kept in self._found else 0

    def _show_chosen(self) -> None:
        names = ", ".join(first_name(person.name) for person in self._chosen.values())
        words = self.voice.say("tui-chosen", names=names) if names else ""
        self.query_one("#chosen", Static).update(words)
        self.query_one("#go", Button).disabled = not self._chosen
        self.query_one("#group-title").display = self.wants_title and len(self._chosen) > 1

    @property
    def wants_title(self) -> bool:
        """Whether a group that comes of this needs a title."""
        return False


class NewConversation(PeopleSheet):
    """One person: a direct conversation; several: a group with a title."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, ())

    def heading(self) -> str:
        return self.voice.say("tui-new-conversation")

    def go_label(self) -> str:
        return self.voice.say("tui-begin")

    @property
    def wants_title(self) -> bool:
        return True

    def go(self, people: list[UserId], title: str) -> None:
        account = self.desk.account
        if len(people) == 1:
            self.desk.bridge.ask(self, lambda: account.create_direct(people[0]), Begun)
            return
        name = title or ", ".join(
            first_name(one.name)
            for one in (account.person(user) or self._chosen[user] for user in people)
        )
        self.desk.bridge.ask(self, lambda: account.create_group(name, people), Begun)

    def on_begun(self, message: Begun) -> None:
        close(self)
        self.app.post_message(message)


class AddPeople(PeopleSheet):
    """Adds people to a group."""

    def __init__(self, desk: Desk, conversation: Conversation) -> None:
        members = desk.account.members(conversation.id)
        super().__init__(desk, (member.person.id for member in members))
        self._conversation = conversation

    def heading(self) -> str:
        return self.voice.say("tui-add-people")

    def go_label(self) -> str:
        return self.voice.say("tui-add")

    def note(self) -> str:
        here = self._conversation
        return self.voice.say(f"tui-add-sees-{here.newcomers_see}", days=here.history)

    def go(self, people: list[UserId], title: str) -> None:
        del title
        account, conversation = self.desk.account, self._conversation.id
        self.desk.bridge.do(self, "add", lambda: account.add(conversation, people))

    def on_done(self, message: Done) -> None:
        if message.what == "add":
            close(self)
