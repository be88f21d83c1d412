"""Everything Teams sends to the door, as it becomes an event of the house, and what the person gets."""

from __future__ import annotations

import asyncio

from bot.ports import Delivery, Sent
from handlers.vocabulary.address import Account, Place, Platform, Visibility
from handlers.vocabulary.incoming import Asked, ChannelChanged, Pressed, Reacted, Rewritten, Said, Submitted
from handlers.vocabulary.outgoing import Answer, Button, Field, Form, PrivateCard, SharedCard
from storage.models.teams import TeamsConversation
from tests.bot.slack.doors import FakeDispatch, only
from tests.bot.teams.doors import Entry, status
from tests.databases import outbox_row
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import GENERAL, INTERNAL, SHARED
from tests.standins.teams.world import HOST_TENANT, VENDOR_TENANT, Message

DESK = "19:desk@thread.tacv2"
ISSUE = SharedCard("Issue #12: late calls", title="Issue #12", buttons=(Button("issue.ack", "Acknowledge", "12"),))
FORM = Form(
    "issue.report", "Report an issue", "Report issue", (Field("title", "Title"),), "both companies", hidden="p1"
)


async def stands(teams: StandInTeams, entry: Entry, card: SharedCard = ISSUE, channel: str = SHARED) -> Message:
    """A card of ours that was sent to a channel, with its row in the outbox."""
    row = outbox_row(f"{channel}:{card.text}", card=card, platform="teams", workspace=HOST_TENANT, channel=channel)
    place = Place(Platform.TEAMS, HOST_TENANT, channel)
    sent = await entry.door.gateways[Platform.TEAMS].post(Delivery(row.key, 1, Visibility.SHARED, card, place))
    assert isinstance(sent, Sent)
    row.ref, row.state, row.sent_revision = sent.ref, "sent", 1
    with entry.units() as uow:
        uow.outbox.put(row)
        uow.commit()
    found = teams.channel(channel).find(sent.ref)
    assert found is not None
    return found


async def test_a_mention_in_a_channel_reaches_the_house(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """A mention arrives once as what was asked, from whom, of which company, where; Teams is answered with an empty 200."""
    message = await teams.person("liza").mention(SHARED, "report")
    asked = only(dispatch, Asked)
    assert asked == Asked(
        f"teams:message:{HOST_TENANT}:{SHARED}:{message.id}",
        Account(Platform.TEAMS, VENDOR_TENANT, teams.person("liza").aad_id),
        Place(Platform.TEAMS, HOST_TENANT, SHARED),
        "report",
        True,
        None,
        message.id,
        actor_name="liza",
        request=asked.request,
    )
    assert (status(teams.deliveries[-1]), teams.deliveries[-1].attempts[0].answer) == (200, None)


async def test_a_reply_in_a_thread_with_and_without_a_mention(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """A reply under a card names the card's message as its thread, whether the bot is mentioned or reads the channel anyway."""
    card = await stands(teams, entry)
    teams.reads_all = True
    await teams.person("liza").says(SHARED, "ack", thread=card)
    await teams.person("liza").mention(SHARED, "ack", thread=card)
    said, asked = only(dispatch, Said), only(dispatch, Asked)
    assert isinstance(said, Said) and isinstance(asked, Asked)
    assert said.words == asked.words == "ack"
    assert said.thread == asked.thread == card.id
    assert said.direct is False


async def test_edits_and_deletions_are_left_alone(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Only what was first written counts: an edited or deleted message is answered with 200 and nothing happens."""
    maya = teams.person("maya")
    message = await maya.dms("help")
    await maya.edits(message, "report late calls")
    await maya.deletes(message)
    assert [status(each) for each in teams.deliveries] == [200, 200, 200]
    assert len(dispatch.done) == 1


async def test_reactions_are_told_with_our_names(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A reaction on a card names the card's message and the emoji as the house knows it; taken off, it says so."""
    card = await stands(teams, entry)
    liza = teams.person("liza")
    await liza.reacts(card, "2705_whiteheavycheckmark")
    await liza.unreacts(card, "2705_whiteheavycheckmark")
    on, off = (each for each in dispatch.done if isinstance(each, Reacted))
    assert (on.emoji, on.message, on.removed) == ("white_check_mark", card.id, False)
    assert (off.emoji, off.message, off.removed) == ("white_check_mark", card.id, True)
    assert on.actor == Account(Platform.TEAMS, VENDOR_TENANT, liza.aad_id)


async def test_whose_people_somebody_is_of(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """The roster tells each person's own tenant; a guest of the host is of none of ours, and is asked about once."""
    for name, channel in (("maya", SHARED), ("liza", SHARED), ("gus", GENERAL), ("gus", GENERAL)):
        await teams.person(name).mention(channel, "help")
    theirs = [each.actor.workspace for each in dispatch.done]
    assert theirs == [HOST_TENANT, VENDOR_TENANT, f"guest:{HOST_TENANT}", f"guest:{HOST_TENANT}"]
    assert len(teams.calls_of("member")) == 3


async def test_who_has_no_object_id_is_found_by_teams_own(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Where an activity leaves the Entra id out, the roster tells it, so that somebody stays one and the same person."""
    teams.scribe.sends_aad_id = False
    await teams.person("liza").mention(SHARED, "help")
    assert only(dispatch, Asked).actor == Account(Platform.TEAMS, VENDOR_TENANT, teams.person("liza").aad_id)


async def test_a_mentioned_colleague_is_known_by_their_user_id(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """ "owner @arnel" names the person under whose id the house knows them, not Teams' own id for the mention."""
    await teams.person("liza").mention(SHARED, "owner <at>arnel</at>")
    asked = only(dispatch, Asked)
    assert isinstance(asked, Asked) and asked.words == f"owner <@{teams.person('arnel').aad_id}>"


async def test_a_roster_that_is_away_loses_nobody(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """While Teams does not tell whose people somebody is of, a message of somebody new is not taken, so that Teams sends it
    again; whoever was met before is who they were."""
    await teams.person("maya").mention(SHARED, "help")
    teams.faults.order("member", "error_before", times=1)
    await teams.person("maya").mention(SHARED, "help")
    await teams.person("liza").mention(SHARED, "help")
    await teams.until(lambda: len(dispatch.done) == 3 and teams.deliveries[-1].acked)
    assert dispatch.done[-1].actor.workspace == VENDOR_TENANT
    assert [each.status for each in teams.deliveries[-1].attempts] == [500, 200]


async def test_the_answer_to_a_mention_stays_with_the_one_who_asked(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """One of ours who mentions the bot in a channel gets a reaction there and the answer in their own chat; its buttons know
    which channel was meant."""
    button = Button("help.meant", "Open: Report an issue", "report")
    dispatch.answer = lambda event: Answer(card=PrivateCard("Two things wait.", buttons=(button,)), reaction="eyes")
    maya = teams.person("maya")
    asked = await maya.mention(SHARED, "actions")
    await entry.settled()
    assert [each.text for each in teams.channel(SHARED).everything()] == [asked.text]
    assert list(asked.reactions) == ["1f440_eyes"]
    answer = maya.direct_messages[-1]
    assert answer.summary == "Two things wait."
    dispatch.answer = lambda event: Answer(done="Done.")
    await maya.presses("Open: Report an issue", answer)
    pressed = only(dispatch, Pressed)
    assert pressed.place == Place(Platform.TEAMS, HOST_TENANT, SHARED)


async def test_who_has_no_chat_with_the_bot_finds_a_line(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Where Teams opens no personal chat, the thread says only whom the answer is for; pressed, it shows them the answer."""
    teams.faults.order("create", "api_error", error="BotNotAllowed", status=403)
    dispatch.answer = lambda event: Answer(card=PrivateCard("Two things wait."))
    maya = teams.person("maya")
    asked = await maya.mention(SHARED, "actions")
    await entry.settled()
    line = teams.channel(SHARED).thread(asked)[0]
    assert "Two things" not in str(line.payload)
    assert line.summary == "maya: my answer is for you alone. Press the button to read it."
    await maya.presses("Show my answer", line)
    pressed = only(dispatch, Pressed)
    assert isinstance(pressed, Pressed) and pressed.action == "noise.show"
    with entry.units() as uow:
        kept = uow.outbox.by_key(pressed.value)
    assert kept is not None and (kept.account_user, kept.state) == (maya.aad_id, "folded")
    assert "Two things wait." in str(maya.own_card(line))
    assert teams.person("dan").own_card(line) is None


async def test_what_was_asked_for_is_not_done_again_to_show_the_answer(teams: StandInTeams, house: Entry) -> None:
    """Somebody of ours without a chat asks for something in a channel: pressing the line's button shows the answer that was kept,
    instead of doing it a second time; to anybody else it shows nothing."""
    teams.faults.order("create", "api_error", error="BotNotAllowed", status=403)
    maya, dan = teams.person("maya"), teams.person("dan")
    asked = await maya.mention(SHARED, "mornings 10:30")
    await house.settled()
    (line,) = teams.channel(SHARED).thread(asked)
    await maya.presses("Show my answer", line)
    await dan.presses("Show my answer", line)
    assert "10:30" in str(maya.own_card(line)) and "10:30" not in str(dan.own_card(line))
    with house.units() as uow:
        assert len([row for row in uow.outbox.everything() if row.kind == "answer"]) == 1


async def test_the_answer_in_the_personal_chat_stands_there(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """What is asked in the personal chat is answered in it, a form as a form."""
    dispatch.answer = lambda event: Answer(form=FORM)
    maya = teams.person("maya")
    await maya.dms("report")
    await entry.settled()
    dispatch.answer = lambda event: Answer(done="Reported as #12.")
    await maya.submits({"Title": "Late calls"}, press="Report issue")
    submitted = only(dispatch, Submitted)
    assert isinstance(submitted, Submitted)
    assert (submitted.action, submitted.values, submitted.hidden) == ("issue.report", {"title": "Late calls"}, "p1")
    assert "Reported as #12." in str(maya.card(maya.direct_messages[-1]))


async def test_a_press_opens_a_form_for_the_presser_alone(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """A form takes the card's place for who pressed; wrong, it comes back with the problem and what was typed; right, the card
    stands there again with what was done, and the way back leads to it at any time."""
    card, liza = await stands(teams, entry), teams.person("liza")
    dispatch.answer = lambda event: Answer(form=FORM)
    await liza.presses("Acknowledge", card)
    dispatch.answer = lambda event: Answer(problems={"title": "Say which calls"})
    await liza.submits({"Title": "Calls"}, press="Report issue", message=card)
    wrong = str(liza.own_card(card))
    assert "Say which calls" in wrong and "'value': 'Calls'" in wrong
    dispatch.answer = lambda event: Answer(done="Reported as #13.")
    await liza.submits({"Title": "Late calls"}, press="Report issue", message=card)
    done = str(liza.own_card(card))
    assert "Reported as #13." in done and "Issue #12" in done
    assert teams.person("maya").own_card(card) is None
    assert [type(each).__name__ for each in dispatch.done] == ["Pressed", "Submitted", "Submitted"]


async def test_the_way_back_shows_the_card_as_it_is_now(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Cancelling a form asks nothing of the house and shows the card as it stands by now."""
    card, liza = await stands(teams, entry), teams.person("liza")
    dispatch.answer = lambda event: Answer(form=FORM)
    await liza.presses("Acknowledge", card)
    with entry.units() as uow:
        row = uow.outbox.by_reference("teams", HOST_TENANT, SHARED, card.id)
        assert row is not None
        row.content = row.content.replace("Issue #12", "Issue #12 (acknowledged)")
        uow.commit()
    await liza.presses("Cancel", card)
    assert len(dispatch.done) == 1
    assert "Issue #12 (acknowledged)" in str(liza.own_card(card))


async def test_home_in_the_personal_chat(teams: StandInTeams, house: Entry) -> None:
    """Home asked for by name refreshes for its reader; what is done in it leads back to it."""
    maya = teams.person("maya")
    await maya.dms("home")
    await house.settled()
    home = maya.direct_messages[-1]
    assert home.card is not None and home.card["refresh"]["userIds"] == [maya.user.teams_id]
    await maya.presses("I am away", home)
    await maya.submits({"First day away": "2026-12-24", "Last day away": "2026-12-23"}, message=home)
    assert "■" in str(maya.card(home)), "the days are the wrong way round"
    await maya.submits({"First day away": "2027-12-23", "Last day away": "2027-12-24"}, message=home)
    await maya.presses("Back to Home", home)
    assert "23 Dec" in str(maya.card(home))
    assert maya.last_error is None


async def test_home_is_asked_for_anywhere(teams: StandInTeams, house: Entry) -> None:
    """Asked for in a channel by one of ours, Home stands in their own chat; nobody else is shown one."""
    await teams.person("maya").mention(SHARED, "home")
    await teams.person("liza").mention(SHARED, "home")
    await house.settled()
    home = teams.person("maya").direct_messages[-1]
    assert home.card is not None and "refresh" in home.card
    assert [each.sender for each in teams.channel(SHARED).everything()] == [
        teams.person("maya").aad_id,
        teams.person("liza").aad_id,
    ]


async def test_a_chat_that_was_ended_is_spoken_into_no_more(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Who removes the bot is not written to in that chat any more, until they add it again."""
    maya = teams.person("maya")
    await maya.dms("help")
    with entry.units() as uow:
        before = uow.conversations.personal(HOST_TENANT, maya.aad_id)
    await maya.uninstalls()
    with entry.units() as uow:
        gone = uow.conversations.personal(HOST_TENANT, maya.aad_id)
    await maya.installs()
    with entry.units() as uow:
        again = uow.conversations.personal(HOST_TENANT, maya.aad_id)
    assert before is not None and gone is None and again is not None
    assert again.conversation == before.conversation


async def test_other_bots_are_not_talked_to(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """What another bot writes is answered by nobody, even when it mentions us: two bots would never end."""
    message = await teams.person("maya").mention(SHARED, "help")
    told = teams.deliveries[-1].activity
    await teams.sends({**told, "id": f"{message.id}1", "from": {"id": "28:other", "name": "Other bot"}})
    assert (status(teams.deliveries[-1]), len(dispatch.done)) == (200, 1)


async def test_whoever_adds_the_bot_is_shown_home(teams: StandInTeams, house: Entry) -> None:
    """Added to somebody's personal scope, the bot shows them Home once, though Teams tells of it twice; its tenant is known."""
    dan = teams.person("dan")
    await dan.installs()
    await house.settled()
    assert [each.sender for each in dan.direct_messages] == [teams.world.bot_id]
    with house.units() as uow:
        known = uow.providers.installation("teams", HOST_TENANT)
        chat = uow.conversations.personal(HOST_TENANT, dan.aad_id)
    assert known is not None and known.bot_user == teams.world.bot_id
    assert chat is not None and chat.service_url == teams.service_url


async def test_a_team_hears_nothing_when_the_bot_is_added(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Added to a channel, the bot says nothing there; the house is told that it joined."""
    await teams.adds_bot(SHARED)
    await entry.settled()
    assert teams.channel(SHARED).everything() == []
    assert {each.change for each in dispatch.done if isinstance(each, ChannelChanged)} == {"joined"}


def changes(dispatch: FakeDispatch) -> list[tuple[str, str]]:
    """What the house was told of channels: which, and what."""
    told = [each for each in dispatch.done if isinstance(each, ChannelChanged)]
    return list(dict.fromkeys((each.place.channel, each.change) for each in told if each.place is not None))


async def test_a_removed_bot_has_left_and_speaks_there_no_more(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Removed from a team, the bot has left every channel of it that it knew; their references are gone."""
    teams.add_channel(DESK, "desk", ["maya", "dan", "gus"])
    for channel in (SHARED, DESK, INTERNAL):
        await teams.person("maya").mention(channel, "help")
    await teams.removes_bot(GENERAL)
    assert changes(dispatch) == [(GENERAL, "left"), (DESK, "left"), (SHARED, "left")]
    with entry.units() as uow:
        rows = [uow.conversations.get(HOST_TENANT, each) for each in (SHARED, DESK)]
    assert all(row is not None and row.gone_at is not None for row in rows)
    await teams.adds_bot(SHARED)
    with entry.units() as uow:
        again = uow.conversations.get(HOST_TENANT, SHARED)
    assert again is not None and again.gone_at is None


async def test_what_happens_to_channels(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Shared with another company and not any more, deleted, renamed, created: each is told as what it means for who reads."""
    await teams.person("maya").mention(INTERNAL, "help")
    await teams.person("maya").mention(SHARED, "help")
    await teams.renames_channel(INTERNAL, "vendor-room")
    await teams.creates_channel("19:new@thread.tacv2", "new", ["maya"])
    assert changes(dispatch) == []
    await teams.shares(INTERNAL)
    await teams.unshares(SHARED)
    await teams.deletes_channel(INTERNAL)
    assert changes(dispatch) == [(INTERNAL, "shared"), (SHARED, "unshared"), (INTERNAL, "left")]
    with entry.units() as uow:
        row = uow.conversations.get(HOST_TENANT, INTERNAL)
        new = uow.conversations.get(HOST_TENANT, "19:new@thread.tacv2")
    assert row is not None and (row.name, row.gone_at is not None) == ("vendor-room", True)
    assert new is None


async def test_an_outsider_who_joins_changes_who_reads(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """A colleague who joins a team changes nothing; a guest makes its open channels read by others, not those with members of
    their own."""
    teams.add_channel("19:office-board@thread.tacv2", "board", ["maya"], kind="private", team=INTERNAL)
    for channel in (INTERNAL, "19:office-board@thread.tacv2"):
        await teams.person("maya").mention(channel, "help")
    teams.add_person("eva")
    await teams.joins("eva", INTERNAL)
    assert changes(dispatch) == []
    teams.add_person("lea", VENDOR_TENANT, guest=True)
    await teams.joins("lea", INTERNAL)
    assert changes(dispatch) == [(INTERNAL, "shared")]


async def test_references_are_kept_and_cheap(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Every conversation that is heard of is kept with all that speaking there needs, and written again only when it changed."""
    maya = teams.person("maya")
    await teams.adds_bot(SHARED)
    await maya.mention(SHARED, "help")
    with entry.units() as uow:
        first = uow.conversations.get(HOST_TENANT, SHARED)
    assert first is not None
    told = (first.kind, first.layout, first.team, first.team_group, first.service_url, first.user, first.gone_at)
    group = teams.world.teams[GENERAL].group
    assert told == ("channel", "shared", GENERAL, group, teams.service_url, "", None)
    await maya.mention(SHARED, "help")
    with entry.units() as uow:
        second = uow.conversations.get(HOST_TENANT, SHARED)
        assert isinstance(second, TeamsConversation) and second.seen_at == first.seen_at
    await teams.renames_channel(SHARED, "northwind-cebu-too")
    with entry.units() as uow:
        third = uow.conversations.get(HOST_TENANT, SHARED)
    assert third is not None and third.name == "northwind-cebu-too" and third.seen_at > first.seen_at
    assert (third.team_group, third.layout) == (group, "shared")


async def test_how_long_teams_waited_is_measured(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Each kind of request tells how long its answer took; what is not let in tells nothing."""
    card = await stands(teams, entry)
    await teams.person("liza").mention(SHARED, "help")
    await teams.person("liza").presses("Acknowledge", card)
    await teams.sends(teams.deliveries[-1].activity, no_expiry=True)
    assert [kind for kind, _ in entry.answered] == ["teams_message", "teams_invoke"]
    assert all(seconds >= 0 for _, seconds in entry.answered)


async def test_home_stays_one_however_often_it_is_asked_for(teams: StandInTeams, house: Entry) -> None:
    """Each "home" shows it where the reader looks and takes the card before away; one that its reader deleted does not matter."""
    maya = teams.person("maya")
    await maya.dms("home")
    await house.settled()
    (first,) = [each for each in maya.direct_messages if each.card]
    await maya.dms("home")
    await house.settled()
    (second,) = [each for each in maya.direct_messages if each.card]
    assert second.id != first.id and first.deleted
    second.deleted = True
    await maya.dms("home")
    await maya.dms("home")
    await house.settled()
    (last,) = [each for each in maya.direct_messages if each.card]
    assert maya.direct_messages[-1] is last


async def test_homes_asked_for_at_once_leave_one(teams: StandInTeams, house: Entry) -> None:
    """Impatience posts no two Homes."""
    maya = teams.person("maya")
    await asyncio.gather(*(maya.dms("home") for _ in range(3)))
    await house.settled()
    assert len([each for each in maya.direct_messages if each.card]) == 1


async def test_edits_and_deletions_in_threads_are_told(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """What somebody makes of their words in a channel's thread, mentions taken off; at the top of a channel it tells nothing."""
    card, liza = await stands(teams, entry), teams.person("liza")
    teams.reads_all = True
    reply = await liza.mention(SHARED, "we found it", thread=card)
    await liza.edits(reply, "<at>Parley</at> we found it at ten")
    await liza.deletes(reply)
    top = await liza.says(SHARED, "good morning")
    await liza.edits(top, "good evening")
    changed = [each for each in dispatch.done if isinstance(each, Rewritten)]
    assert [(each.words, each.deleted) for each in changed] == [
        ("we found it at ten", False),
        ("we found it at ten", True),
    ]
    assert {(each.message, each.thread) for each in changed} == {(reply.id, card.id)}
    assert changed[0].actor == Account(Platform.TEAMS, VENDOR_TENANT, liza.aad_id)


async def test_pictures_and_files_are_heard_of(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A picture without a word is something said in a thread; a pasted one counts once, a file has its name, an emoji is a word."""
    card = await stands(teams, entry)
    teams.reads_all = True
    await teams.person("liza").says(SHARED, "look", thread=card)
    told = teams.deliveries[-1].activity
    pasted = (
        '<p><img itemtype="http://schema.skype.com/AMSImage" src="https://x.test/1" alt="image">'
        '<emoji id="smile" alt="🙂"></emoji></p>'
    )
    rich = {"contentType": "text/html", "content": pasted}
    sheet = {"contentType": "reference", "name": "refund.xlsx", "contentUrl": "https://x.test/2"}
    for number, those in enumerate(([rich, {"contentType": "image/*"}], [rich, sheet], [{"contentType": "image/png"}])):
        await teams.sends({**told, "id": f"{told['id']}{number}", "text": "", "attachments": those})
    heard = [each for each in dispatch.done if isinstance(each, Said)][1:]
    assert [(each.words, each.pictures, each.files) for each in heard] == [
        ("🙂", 1, ()),
        ("🙂", 1, ("refund.xlsx",)),
        ("", 1, ()),
    ]
