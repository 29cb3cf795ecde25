"""What people do, by keyboard and by mouse, from what they see to what the account holds."""

import asyncio
from dataclasses import replace

import pytest
from textual.events import Paste
from textual.widgets import Input, OptionList
from textual.worker import WorkerFailed

from teamchat.client.errors import AccountError
from teamchat.engine.model import Delivery, Link, TimelineChanged, Trust
from teamchat_terminal.actions import key_label, keys_of
from teamchat_terminal.screens.chat import ChatScreen
from teamchat_terminal.screens.confirm import Confirm
from teamchat_terminal.screens.devices import DevicesSheet
from teamchat_terminal.screens.help import HelpSheet
from teamchat_terminal.screens.members import MembersSheet
from teamchat_terminal.screens.message import MessageSheet
from teamchat_terminal.screens.notices import NoticesSheet
from teamchat_terminal.screens.people import NewConversation
from teamchat_terminal.screens.unlock import UnlockScreen
from teamchat_terminal.widgets.composer import Composer
from teamchat_terminal.widgets.conversation_list import ConversationList
from teamchat_terminal.widgets.timeline import Timeline
from tests.support.fake_account import DIRECT, JONAS, LI, MARA, PROJECT, WEI
from tests.terminal.stage import STRANGE, Stage, StagedAccount, on_stage, voice


def _focused(stage: Stage) -> type | None:
    return type(stage.app.focused) if stage.app.focused is not None else None


def _in_front(stage: Stage) -> type:
    return type(stage.app.screen)


async def test_reading_and_writing_by_keyboard_alone() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        assert _focused(stage) is Composer
        await stage.type("Guten Tag")
        await stage.press("enter")
        assert stage.account.sent == ["Guten Tag"]
        await stage.until("Guten Tag")
        assert "sent" in stage.text()
        assert stage.chat.composer.text == ""


async def test_what_is_seen_is_read_and_what_is_not_stays_unread() -> None:
    async with on_stage() as stage:
        assert stage.account.conversations()[0].unread == 2
        await stage.press("enter")
        assert stage.account.conversations()[0].unread == 0
        assert next(one for one in stage.account.conversations() if one.id == STRANGE).unread == 1
        assert "Unread" in stage.text(), "where it began is still shown"


async def test_nothing_is_read_while_the_terminal_is_not_looked_at() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.app.app_focus = False
        stage.account.receive(PROJECT, WEI, "Bist du da?")
        await stage.until("Bist du da?")
        assert stage.account.conversations()[0].unread == 1
        stage.app.app_focus = True
        stage.chat.on_app_focus()
        await stage.settle()
        assert stage.account.conversations()[0].unread == 0


async def test_a_line_can_be_broken_in_every_terminal() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "a", "ctrl+j", "b", "alt+enter", "c", "shift+enter", "d")
        assert stage.chat.composer.text == "a\nb\nc\nd"
        assert stage.account.sent == []
        await stage.press("enter")
        assert stage.account.sent == ["a\nb\nc\nd"]


async def test_the_composer_grows_to_eight_lines() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        heights = []
        for _ in range(12):
            heights.append(stage.chat.composer.content_size.height)
            await stage.press("x", "ctrl+j")
        assert heights[0] == 1
        assert max(heights) == 8
        assert stage.chat.timeline.size.height > 5


async def test_readlines_keys() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        composer = stage.chat.composer
        await stage.type("eins zwei drei")
        await stage.press("ctrl+w")
        assert composer.text == "eins zwei "
        await stage.press("ctrl+a", "ctrl+k")
        assert composer.text == ""
        await stage.press("ctrl+y", "ctrl+y")
        assert composer.text == "eins zwei eins zwei "
        await stage.press("ctrl+a", "alt+f", "alt+d")
        assert composer.text == "eins eins zwei "
        await stage.press("ctrl+e", "ctrl+u")
        assert composer.text == ""


async def test_a_paste_is_one_text_without_controls() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.chat.composer.post_message(Paste("a\r\nb\x1b[2J\tc"))
        await stage.settle()
        assert stage.chat.composer.text == "a\nb[2J    c"
        assert stage.account.sent == []


async def test_drafts_stay_with_their_conversation_and_survive_a_restart() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        await stage.type("noch nicht fertig")
        await stage.press("alt+down")
        assert stage.chat.composer.text == ""
        assert "Draft: noch nicht" in stage.text()
        await stage.type("zweiter")
        await stage.press("alt+up")
        assert stage.chat.composer.text == "noch nicht fertig"
        await stage.press("ctrl+q")
        assert stage.opener.closed
    assert account.draft(PROJECT) == "noch nicht fertig"
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        assert stage.chat.composer.text == "noch nicht fertig"


async def test_a_refused_text_comes_back_with_the_reason() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.account.refuse("error-text-not-sendable")
        await stage.type("wichtig")
        await stage.press("enter")
        await stage.settle()
        assert stage.chat.composer.text == "wichtig"
        assert "error-" not in stage.text()
        assert stage.account.draft(PROJECT) == "wichtig"
        await stage.press("enter")
        assert stage.account.sent[-1] == "wichtig"
        assert stage.account.timeline(PROJECT)[-1].text == "wichtig"


async def test_a_slow_account_never_stops_the_typing() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        sending = stage.account.hold()
        for text in ("eins", "zwei", "drei"):
            await stage.type(text)
            await stage.press("enter")
        shown = stage.text()
        assert all(text in shown for text in ("eins", "zwei", "drei")), "on their way, and seen"
        assert "waiting" in shown
        await stage.type("vier")
        assert stage.chat.composer.text == "vier"
        assert stage.account.sent == []
        sending.set()
        await stage.settle()
        assert stage.account.sent == ["eins", "zwei", "drei"], "in their order"
        texts = [one.text for one in stage.account.timeline(PROJECT)[-3:]]
        assert texts == ["eins", "zwei", "drei"]
        assert stage.text().count("drei") == 2, "once in the timeline, once in the list"
        assert stage.chat.composer.text == "vier"


async def test_a_text_on_its_way_is_still_a_draft_if_the_client_dies() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        real = account.send_text

        async def never(*_: object) -> object:
            await asyncio.Event().wait()
            return real

        account.send_text = never  # type: ignore[method-assign, assignment]  # a hang
        await stage.type("unterwegs")
        await stage.press("enter")
        await stage.settle()
        assert account.draft(PROJECT) == "unterwegs"


async def test_offline_messages_wait_and_leave() -> None:
    async with on_stage(language="de") as stage:
        stage.account.go_offline()
        await stage.until("Keine Verbindung")
        await stage.press("enter")
        await stage.type("Hallo")
        await stage.press("enter")
        await stage.until("1 Nachricht wartet")
        stage.account.go_online()
        await stage.until("gesendet")
        assert "wartet" not in stage.text()
        stage.account.deliver(PROJECT)
        await stage.until("zugestellt")


async def test_a_failed_message_stays_and_can_be_tried_again_or_discarded() -> None:
    account = StagedAccount()
    account.go_offline()
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        await stage.type("Hallo")
        await stage.press("enter")
        message = account.timeline(PROJECT)[-1]
        account.set_delivery(message.id, Delivery.FAILED)
        await stage.until("not sent")
        await stage.press("escape")
        assert _focused(stage) is Timeline
        await stage.press("t")
        await stage.until("waiting")
        assert account.calls[-1] == "retry"
        account.set_delivery(account.timeline(PROJECT)[-1].id, Delivery.FAILED)
        await stage.until("not sent")
        await stage.press("end", "d")
        assert isinstance(stage.app.screen, Confirm)
        await stage.press("escape")
        assert account.timeline(PROJECT)[-1].text == "Hallo", "only a yes is a yes"
        await stage.press("d", "tab", "enter")
        assert account.timeline(PROJECT)[-1].text != "Hallo"


async def test_panes_by_f6_and_back_by_escape() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f6")
        assert _focused(stage) is ConversationList
        await stage.press("f6")
        assert _focused(stage) is Timeline
        await stage.press("f6", "shift+f6", "escape")
        assert _focused(stage) is Composer
        await stage.press("escape")
        assert _focused(stage) is Timeline
        assert "▸" in stage.text(), "the selected message is marked"
        await stage.press("escape")
        assert _focused(stage) is Composer


async def test_going_to_conversations() -> None:
    async with on_stage() as stage:
        await stage.press("alt+a")
        assert stage.chat.current == PROJECT
        await stage.press("alt+a")
        assert stage.chat.current == STRANGE
        await stage.press("alt+a")
        assert stage.chat.current == STRANGE
        await stage.until("Everything is read")
        await stage.press("ctrl+g")
        await stage.type("wei")
        await stage.press("enter")
        assert stage.chat.current == DIRECT
        await stage.press("alt+down", "alt+down", "alt+up", "alt+up")
        assert stage.chat.current == DIRECT


async def test_the_palette_does_what_it_says() -> None:
    async with on_stage(language="de") as stage:
        await stage.press("enter", "ctrl+p")
        await stage.type("umben")
        await stage.press("enter")
        await stage.press("ctrl+a", "ctrl+k")
        await stage.type("Polarstern")
        await stage.press("enter")
        await stage.until("Polarstern")
        assert stage.account.conversations()[0].title == "Polarstern"


async def test_help_is_reached_by_f1_and_by_a_question_mark() -> None:
    async with on_stage() as stage:
        await stage.press("question_mark")
        assert "Find any command" in stage.text()
        await stage.press("escape", "enter", "question_mark")
        assert stage.chat.composer.text == "?", "while writing it is a sign like any other"
        await stage.press("f1")
        assert "Find any command" in stage.text()


async def test_beginning_a_direct_conversation() -> None:
    async with on_stage() as stage:
        await stage.press("ctrl+n")
        await stage.type("jonas")
        await stage.settle()
        await stage.press("enter", "enter")
        await stage.settle()
        assert stage.account.calls[-1] == "create_direct"
        assert stage.chat.conversation is not None
        assert stage.chat.conversation.title == JONAS.name
        assert _focused(stage) is Composer


async def test_a_name_and_enter_typed_fast_begin_nothing_with_anybody_else() -> None:
    async with on_stage(account=StagedAccount(empty=True)) as stage:
        await stage.press("ctrl+n")
        await stage.until(MARA.name)
        found = stage.account.hold()
        await stage.pilot.press(*"jonas", "enter")
        found.set()
        await stage.settle()
        assert "Chosen: Jonas" in stage.text()
        await stage.press("enter")
        await stage.settle()
        assert [one.title for one in stage.account.conversations()] == [JONAS.name]


async def test_enter_does_not_choose_among_several_that_were_not_shown() -> None:
    async with on_stage(account=StagedAccount(empty=True)) as stage:
        await stage.press("ctrl+n")
        await stage.until(MARA.name)
        answered = stage.account.hold()
        await stage.pilot.press("e", "enter")
        answered.set()
        await stage.settle()
        found = stage.app.screen.query_one("#found", OptionList)
        assert found.option_count > 1
        assert "Chosen" not in stage.text()
        await stage.press("enter")
        await stage.until("Chosen")


async def test_somebody_typed_fast_is_who_is_added() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.chat.action_add_people()
        await stage.until(LI.name)
        found = stage.account.hold()
        await stage.pilot.press("l", "i", "enter")
        found.set()
        await stage.settle()
        assert "Chosen: Li" in stage.text()


async def test_beginning_a_group_with_a_title() -> None:
    async with on_stage() as stage:
        await stage.press("ctrl+n")
        for name in ("jonas", "li na"):
            await stage.type(name)
            await stage.settle()
            await stage.press("enter")
            await stage.settle()
        await stage.until("Chosen: Jonas, Li")
        stage.app.screen.query_one("#group-title").focus()
        await stage.type("Übergabe")
        await stage.press("enter")
        await stage.settle()
        here = stage.chat.conversation
        assert here is not None
        assert (here.title, here.member_count) == ("Übergabe", 3)
        users = {member.person.id for member in stage.account.members(here.id)}
        assert users == {stage.account.me.id, JONAS.id, LI.id}


async def test_a_search_that_fails_says_so_and_a_late_answer_is_not_shown() -> None:
    async with on_stage() as stage:
        stage.account.refuse("error-offline")
        await stage.press("ctrl+n")
        await stage.until("There is no connection")
        late = stage.account.hold()
        await stage.type("jonas")
        stage.account.hold().set()
        await stage.press(*["backspace"] * 5)
        await stage.type("mara")
        late.set()
        await stage.settle()
        found = stage.app.screen.query_one("#found")
        assert "Mara" in stage.text()
        assert [option.id for option in found.options] == [MARA.id]  # type: ignore[attr-defined]  # an OptionList


async def test_members_are_added_removed_and_made_administrators() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f2", "down")
        assert isinstance(stage.app.screen, MembersSheet)
        await stage.press("m")
        assert next(m for m in stage.account.members(PROJECT) if m.person == JONAS).admin
        await stage.press("r")
        await stage.press("tab", "enter")
        assert JONAS.id not in {m.person.id for m in stage.account.members(PROJECT)}
        await stage.press("a")
        await stage.type("li")
        await stage.settle()
        await stage.press("enter", "enter")
        await stage.settle()
        assert LI.id in {m.person.id for m in stage.account.members(PROJECT)}
        assert isinstance(stage.app.screen, MembersSheet)
        await stage.until("Li Na")


async def test_who_is_no_administrator_is_offered_nothing() -> None:
    account = StagedAccount()
    account.rooms[PROJECT].admins.clear()
    async with on_stage(account=account) as stage:
        await stage.press("enter", "f2", "down")
        assert "Remove" not in stage.text()
        before = list(account.calls)
        await stage.press("r", "m", "a")
        assert account.calls == before
        assert isinstance(stage.app.screen, MembersSheet)


async def test_leaving_a_group() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f2", "l", "tab", "enter", "escape")
        await stage.until("You can read this conversation")
        assert stage.chat.composer.disabled
        assert "no longer a member" in stage.text()
        assert "0 people" not in stage.text()
        await stage.press("enter")
        assert "What happened" in stage.text()
        assert "Somebody" not in stage.text()
        await stage.press("escape", "f2")
        assert "not told" in stage.text()
        await stage.press("escape", "f3")
        assert "0 people" not in stage.text()


async def test_in_a_group_one_chooses_with_whom_to_compare() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f4")
        await stage.until("then V.")
        await stage.press("end", "v")
        await stage.until("Safety number with")


async def test_comparing_a_safety_number() -> None:
    account = StagedAccount()
    account.change_key(WEI.id)
    async with on_stage(account=account, language="de") as stage:
        await stage.press("down", "enter", "f4")
        await stage.until("44444   55555")
        await stage.press("tab")
        await stage.click("#same")
        await stage.until("Vermerkt")
        person = account.person(WEI.id)
        assert person is not None
        assert person.trust is Trust.VERIFIED


async def test_a_number_that_differs_is_answered_with_what_to_do() -> None:
    async with on_stage(language="de") as stage:
        await stage.press("down", "enter", "f4")
        await stage.click("#differs")
        await stage.until("stimmt NICHT überein")
        assert "Sagen Sie Ihrer IT Bescheid" in " ".join(stage.text().split())
        assert "mark_verified" not in stage.account.calls


async def test_before_writing_to_a_changed_key_one_is_asked() -> None:
    account = StagedAccount()
    account.change_key(WEI.id)
    async with on_stage(account=account) as stage:
        await stage.press("down", "enter")
        await stage.type("geheim")
        await stage.press("enter")
        assert isinstance(stage.app.screen, Confirm)
        await stage.press("escape")
        assert account.sent == []
        assert stage.chat.composer.text == "geheim"
        await stage.press("enter", "tab", "enter")
        assert account.sent == ["geheim"]


async def test_removing_a_device() -> None:
    async with on_stage() as stage:
        await stage.press("f9")
        await stage.until("Telefon")
        await stage.press("down", "tab", "tab", "enter")
        await stage.press("tab", "enter")
        await stage.settle()
        assert [device.name for device in await stage.account.devices()] == ["Laptop"]
        assert "Telefon" not in stage.text()


async def test_signed_out_says_so_and_keeps_what_is_typed() -> None:
    async with on_stage(language="de") as stage:
        await stage.press("enter")
        await stage.type("noch da")
        await stage.account.sign_out()
        await stage.until("Sie wurden abgemeldet")
        await stage.press("enter")
        assert stage.account.sent == []
        assert stage.chat.composer.text == "noch da"
        assert stage.account.link is Link.SIGNED_OUT
        await stage.press("f8")
        assert isinstance(stage.app.screen, NoticesSheet)
        assert stage.app.screen._words().plain.startswith("Sie wurden abgemeldet")


async def test_a_device_that_was_removed_says_so_and_shows_nothing_more() -> None:
    async with on_stage(language="de") as stage:
        stage.account.be_wiped()
        await stage.until("Ihr Unternehmen hat dieses Gerät")
        assert "Pläne" not in stage.text()
        assert "Werk Shenzhen" not in stage.text()
        await stage.press("f8", "ctrl+k")
        assert "Ihr Unternehmen hat dieses Gerät" in " ".join(stage.text().split())
        await stage.press("enter")
        await stage.settle()
        assert stage.app.return_code == 0


async def test_alarms_are_told_and_kept() -> None:
    async with on_stage() as stage:
        stage.account.change_key(WEI.id)
        await stage.until("1 notice")
        await stage.press("f8")
        assert "The key of Wei Zhang has changed" in " ".join(stage.text().split())


async def test_a_passphrase_opens_and_a_wrong_one_does_not() -> None:
    async with on_stage(passphrase="Steg und Brücke", language="de") as stage:
        assert isinstance(stage.app.screen, UnlockScreen)
        await stage.type("falsch")
        await stage.press("enter")
        await stage.settle()
        assert isinstance(stage.app.screen, UnlockScreen)
        assert stage.app.screen.query_one(Input).value == ""
        await stage.type("Steg und Brücke")
        await stage.press("enter")
        await stage.until("Projekt Nordstern")


async def test_nothing_typed_is_no_wrong_passphrase() -> None:
    async with on_stage(passphrase="Steg", language="en") as stage:
        await stage.press("enter")
        assert "Nothing was typed." in stage.text()
        assert "cannot be opened" not in stage.text()
        await stage.type("Steg")
        await stage.press("enter")
        await stage.until("Projekt Nordstern")


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "ctrl+q"])
async def test_nobody_is_held_at_the_passphrase(key: str) -> None:
    async with on_stage(passphrase="Steg") as stage:
        await stage.type("St")
        await stage.press(key)
        assert stage.opener.closed


async def test_the_two_keys_of_the_last_line_work_over_a_sheet_too() -> None:
    async with on_stage() as stage:
        await stage.press("ctrl+n")
        await stage.type("jonas")
        await stage.press("f1")
        assert _in_front(stage) is HelpSheet
        await stage.press("f1", "escape")
        assert _in_front(stage) is NewConversation
        await stage.press("ctrl+p", "escape")
        assert _in_front(stage) is NewConversation
        assert stage.app.screen.query_one("#search", Input).value == "jonas"
        await stage.press("ctrl+p")
        await stage.type(voice("en").say("tui-action-devices"))
        await stage.press("enter")
        assert _in_front(stage) is DevicesSheet
        await stage.press("escape")
        assert _in_front(stage) is ChatScreen


async def test_who_is_deactivated_is_marked_among_the_members() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "f2")
        assert "deactivated" not in stage.text()
        await stage.press("escape")
        stage.account.gone.add(WEI.id)
        await stage.press("f2")
        await stage.until("deactivated")


async def test_a_message_says_in_which_time_zone_its_time_is() -> None:
    async with on_stage() as stage:
        await stage.press("enter", "escape", "end", "enter")
        assert isinstance(stage.app.screen, MessageSheet)
        assert "(UTC+01:00)" in stage.text()


async def test_everything_by_mouse() -> None:
    async with on_stage(size=(100, 30)) as stage:
        await stage.click("#conversations", offset=(4, 0))
        assert stage.chat.current == PROJECT
        await stage.click("#head-readers")
        assert "Who can read this" in stage.text()
        await stage.click("#sheet-close")
        await stage.click("#head-title")
        assert isinstance(stage.app.screen, MembersSheet)
        await stage.pilot.click(stage.app.screen, offset=(5, 5))
        await stage.settle()
        assert "Members" not in stage.text(), "a click beside a sheet closes it"
        await stage.pilot.click("#timeline", offset=(8, 20), times=2)
        await stage.settle()
        assert isinstance(stage.app.screen, MessageSheet)
        await stage.click("#sheet-close")
        await stage.pilot.click("#status", offset=(95, 0))
        await stage.settle()
        assert "What do you want to do?" in stage.text()


async def test_a_narrow_terminal_names_both_keys() -> None:
    async with on_stage(size=(50, 20), language="de") as stage:
        last = stage.text().rstrip().splitlines()[-1]
        assert "F1" in last
        assert key_label(keys_of("palette")[0], stage.chat.voice) in last


async def test_a_narrow_terminal_shows_one_pane() -> None:
    async with on_stage(size=(50, 20)) as stage:
        assert "Conversations" in stage.text()
        await stage.press("enter")
        assert "Conversations" not in stage.text()
        assert "Write a message" in stage.text()
        await stage.press("escape")
        assert "Conversations" in stage.text()
        assert _focused(stage) is ConversationList
        await stage.press("f6")
        assert _focused(stage) is Timeline
        assert "Write a message" in stage.text()
        await stage.pilot.resize_terminal(120, 40)
        await stage.settle()
        assert "Conversations" in stage.text()
        assert "Write a message" in stage.text()


async def test_what_others_write_does_nothing() -> None:
    async with on_stage() as stage:
        await stage.press("alt+up")
        assert stage.chat.current == STRANGE
        shown = stage.text()
        assert "[bold red]not bold[/] [@click=app.quit]quit[/]" in shown
        for sign in ("\x1b", "\x07", "\u202e", "\u2066", "\x9b"):
            assert sign not in shown
        stage.account.alarm_text = "x"  # type: ignore[attr-defined]  # the account takes no notice
        await stage.press("f2", "down", "r")
        assert "Mallory␛[2J" in stage.text()
        await stage.press("escape", "escape", "f3", "escape", "escape", "enter")
        assert stage.app.is_running


@pytest.mark.slow
async def test_a_long_history_is_one_widget_and_a_window() -> None:
    account = StagedAccount()
    account.fill(PROJECT, 5_000)
    async with on_stage(account=account) as stage:
        widgets = len(stage.app.screen.query("*"))
        await stage.press("ctrl+g", "enter")
        await stage.until("line 4999")
        seen = set()
        await stage.press("escape")
        for _ in range(40):
            await stage.press("home")
            seen.add(stage.chat.timeline.messages[0].text)
            assert len(stage.chat.timeline.messages) <= 600
        assert "line 0" in seen
        assert len(stage.app.screen.query("*")) <= widgets + 5
        assert max(account.reads) <= 600
        await stage.press("alt+end")
        await stage.until("line 4999")


async def test_what_arrives_does_not_move_a_reader() -> None:
    account = StagedAccount()
    account.fill(PROJECT, 1_000)
    async with on_stage(account=account) as stage:
        await stage.press("ctrl+g", "enter", "pageup", "pageup", "pageup")
        top = stage.text().splitlines()[3:20]
        for index in range(5):
            account.receive(PROJECT, WEI, f"neu {index}")
        await stage.until("5 new messages")
        after = stage.text().splitlines()[3:20]
        assert [line[31:] for line in after] == [line[31:] for line in top]
        await stage.click("#newest")
        await stage.until("neu 4")
        assert "new messages" not in stage.text()


async def test_a_burst_of_changes_is_one_reading() -> None:
    account = StagedAccount()
    async with on_stage(account=account) as stage:
        await stage.press("enter")
        account.reads.clear()
        for _ in range(500):
            account._tell(TimelineChanged(PROJECT))
        await stage.settle()
        assert 0 < len(account.reads) < 50


async def test_a_mistake_of_ours_is_not_hidden() -> None:
    async def broken(*_: object) -> object:
        raise ZeroDivisionError

    account = StagedAccount()
    account.send_text = broken  # type: ignore[method-assign, assignment]  # a bug
    with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
        await _send_something(account)


async def _send_something(account: StagedAccount) -> None:
    async with on_stage(account=account) as stage:
        await stage.press("enter", "a", "enter")


async def test_an_error_of_the_account_is_words() -> None:
    async with on_stage(language="de") as stage:
        await stage.press("enter")
        stage.account.refuse("error-not-allowed")
        await stage.press("f2", "down", "m")
        await stage.settle()
        assert "verwaltet" in stage.text()
        assert AccountError.__name__ not in stage.text()


async def test_a_text_goes_where_it_was_written_however_fast_one_leaves() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.chat.composer.insert("eilig")
        stage.chat.composer.action_send()
        stage.chat.composer.insert("und")
        stage.chat.open(DIRECT)
        await stage.settle()
        assert stage.account.timeline(PROJECT)[-1].text == "eilig"
        assert stage.account.timeline(DIRECT)[-1].text != "eilig"
        assert stage.chat.composer.text == ""
        await stage.press("alt+up")
        assert stage.chat.current == PROJECT
        assert stage.chat.composer.text == "und"


async def test_keys_act_in_the_order_they_are_typed() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        for key in ("a", "ctrl+j", "b", "enter", "c", "ctrl+j", "d"):
            stage.app.simulate_key(key)
        await stage.settle()
        assert stage.account.sent == ["a\nb"]
        assert stage.chat.composer.text == "c\nd"


async def test_sending_and_going_back_by_mouse() -> None:
    async with on_stage(size=(50, 20)) as stage:
        await stage.click("#conversations", offset=(4, 0))
        assert stage.chat.has_class("reading")
        assert not stage.chat.query_one("#send").display, "there is nothing to send"
        await stage.type("mit der Maus")
        await stage.click("#send")
        assert stage.account.sent == ["mit der Maus"]
        assert _focused(stage) is Composer
        await stage.click("#head-back")
        assert not stage.chat.has_class("reading")
        assert _focused(stage) is ConversationList
        await stage.pilot.click("#status", offset=(45, 0))
        await stage.settle()
        assert "What do you want to do?" in stage.text()
        await stage.pilot.click(stage.app.screen, offset=(25, 19))
        await stage.settle()
        assert "What do you want to do?" not in stage.text()


async def test_what_is_told_stays_until_it_is_put_aside() -> None:
    async with on_stage() as stage:
        await stage.press("enter")
        stage.account.change_key(WEI.id)
        await stage.until("The key of Wei Zhang has changed")
        await stage.type("ich schreibe weiter")
        assert "The key of Wei Zhang has changed" in stage.text()
        await stage.click("#told")
        assert "The key of Wei Zhang has changed" not in stage.text()
        assert stage.chat.composer.text == "ich schreibe weiter"
        assert not stage.app.screen.query("Toast"), "nothing goes away by itself"


@pytest.mark.parametrize("width", [50, 80, 120])
async def test_two_people_of_one_name_are_told_apart_wherever_they_are_named(width: int) -> None:
    account = StagedAccount()
    long = replace(WEI, name=f"Wei Zhang {'x' * 80} @wei")
    other = replace(LI, name="Wei Zhang @li")
    account.people.update({WEI.id: long, LI.id: other})
    account.rooms[PROJECT].members.append(LI.id)
    account.write(PROJECT, long, "eins", 3)
    account.write(PROJECT, other, "zwei", 2)
    async with on_stage(size=(width, 30), account=account) as stage:
        shown = stage.text()
        assert "Wei @li" in shown, "in the list, before the last line"
        assert "@wei" in shown, "in the list, as a title"
        await stage.press("enter")
        await stage.until("zwei")
        assert "Wei Zhang @li" in stage.text()
        assert "@wei" in stage.text()
        for keys in (("f2",), ("f3",)):
            await stage.press(*keys)
            assert "Wei Zhang @li" in stage.text()
            assert "@wei" in stage.text()
            await stage.press("escape")
        await stage.press("f2", "end", "r")
        assert "@li" in stage.text() or "@wei" in stage.text(), "in the question"
