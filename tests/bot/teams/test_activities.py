"""What activities say: words from Teams' markup, who is mentioned, threads, buttons and forms; whatever shape they come in."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams import activities, presses, reactions
from bot.teams.activities import Scene, scene
from bot.teams.menu import Menu
from bot.teams.words import mentioned, plain, said
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, HomeOpened, Pressed, Said, Submitted

BOT = "28:d0000000-0000-4000-8000-000000000004"
HOST = "a0000000-0000-4000-8000-000000000001"
CHANNEL = "19:shared@thread.tacv2"
MAYA = Account(Platform.TEAMS, HOST, "maya-oid")
AT_BOT = {"type": "mention", "mentioned": {"id": BOT, "name": "Parley"}, "text": "<at>Parley</at>"}
AT_JO = {"type": "mention", "mentioned": {"id": "29:jo", "name": "Jo Santos"}, "text": "<at>Jo Santos</at>"}


def activity(text: str = "", **more: Any) -> dict[str, Any]:
    """A message in a channel; ``more`` replaces its parts."""
    return {
        "type": "message",
        "id": "1700000000002",
        "serviceUrl": "https://smba.trafficmanager.net/teams/",
        "from": {"id": "29:maya", "aadObjectId": "maya-oid", "name": "Maya Brooks"},
        "conversation": {"id": f"{CHANNEL};messageid=1700000000001", "conversationType": "channel", "tenantId": HOST},
        "recipient": {"id": BOT, "name": "Parley"},
        "channelData": {"tenant": {"id": HOST.upper()}, "team": {"id": "19:team"}, "channel": {"id": CHANNEL}},
        "text": text,
        **more,
    }


def personal(text: str, **more: Any) -> dict[str, Any]:
    """A message in the personal chat."""
    chat = {"id": "a:1maya", "conversationType": "personal", "tenantId": HOST}
    return activity(text, conversation=chat, channelData={"tenant": {"id": HOST}}, **more)


def heard(of: dict[str, Any], people: dict[str, str] | None = None) -> AnyIncoming | None:
    """What the house is told of a message."""
    return activities.message(of, scene(of), MAYA, HOST, people or {}, Menu())


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("SL 82%&nbsp;AHT 6:52", "SL 82% AHT 6:52"),
        ("<p>done</p>\n", "done"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("first<br>second<br/>third", "first\nsecond\nthird"),
        ("<div><p>one</p><p>two</p></div>", "one\ntwo"),
        ("6 < 7 > 5", "6 < 7 > 5"),
        ('thanks <emoji id="yes" alt="👍" title="Like"></emoji>', "thanks 👍"),
        ("\u00a0 ack \u00a0", "ack"),
        ("line\r\nline", "line\nline"),
        ("<b>blocked:</b> <i>need the policy</i>", "blocked: need the policy"),
    ],
)
def test_markup_becomes_plain_words(markup: str, words: str) -> None:
    """Tags, breaks, emoji and entities of Teams become what the person saw while typing."""
    assert plain(markup) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<at>Parley</at> report", "report"),
        ("<at>Parley</at>&nbsp;report&nbsp;", "report"),
        ("report <at>Parley</at>", "report"),
        ("<at>Parley</at>, report", "report"),
        ("hey <at>Parley</at>: report late calls", "hey report late calls"),
        ("<at>Parley</at>", ""),
        ("<at>Parley</at> /vendor report late", "report late"),
        ("<at>Parley</at> <at>Parley</at> report", "report"),
    ],
)
def test_the_bots_mention_is_taken_out(text: str, words: str) -> None:
    """A mention of the bot makes a message one that asks, and is not part of what it asks; neither is the root command."""
    event = heard(activity(text, entities=[AT_BOT]))
    assert isinstance(event, Asked) and (event.words, event.mention) == (words, True)


def test_other_people_stand_as_their_user_ids() -> None:
    """Who else is mentioned stands in the words as the user id the house knows, or by name when nobody knows them."""
    written = activity("<at>Parley</at> owner <at>Jo Santos</at>", entities=[AT_BOT, AT_JO])
    assert mentioned(written, BOT) == ["29:jo"]
    known, unknown = heard(written, {"29:jo": "jo-oid"}), heard(written)
    assert isinstance(known, Asked) and known.words == "owner <@jo-oid>"
    assert isinstance(unknown, Asked) and unknown.words == "owner @Jo Santos"


def test_mentions_are_found_however_they_are_written() -> None:
    """Names with signs that markup spells otherwise, two people of one name, one mention twice, a name without its tag."""
    firm = {"type": "mention", "mentioned": {"id": "29:ann", "name": "Ann"}, "text": "<at>Ann & Co</at>"}
    other_jo = {"type": "mention", "mentioned": {"id": "29:jo2", "name": "Jo Santos"}, "text": "<at>Jo Santos</at>"}
    bare = {"type": "mention", "mentioned": {"id": "29:bo", "name": "Bo"}, "text": "@Bo"}
    people = {"29:ann": "ann", "29:jo": "jo", "29:jo2": "jo2", "29:bo": "bo"}
    for text, entities, words in (
        ("owner <at>Ann &amp; Co</at>", [firm], "owner <@ann>"),
        ("<at>Jo Santos</at> and <at>Jo Santos</at>", [AT_JO, other_jo], "<@jo> and <@jo2>"),
        ('<at id="0">Jo Santos</at>, <at>Jo Santos</at>', [AT_JO], "<@jo>, <@jo>"),
        ("owner @Bo please", [bare], "owner <@bo> please"),
    ):
        event = heard(activity(text, entities=entities), people)
        assert isinstance(event, Said) and event.words == words


def test_odd_markup_costs_no_time() -> None:
    """However long and however broken, a message is read in a moment: everybody else waits meanwhile."""
    began = time.process_time()
    for part in (
        "<at>",
        " ",
        "\n",
        "&nbsp;",
        "<",
        "<a href='https://x'>",
        "<!--",
        "<span x/Mention",
        "<img alt=",
        "&#1;",
        "<p ",
    ):
        long = part * (200_000 // len(part))
        rich = [{"contentType": "text/html", "content": '<blockquote itemtype="x/Reply" itemid="1">' + long}]
        heard(activity(long, entities=[AT_BOT, AT_JO], attachments=rich))
        heard(activity("", attachments=rich))
    assert time.process_time() - began < 10, "a second each would be far too long already"


def test_a_mention_nobody_made_is_no_mention() -> None:
    """A tag typed by hand has no entity, so the bot was not called; nor can typed characters pass for somebody's id."""
    event = heard(activity("<at>Parley</at> report \x02jo-oid\x03"))
    assert isinstance(event, Said) and event.words == "Parley report jo-oid"


def test_links_say_where_they_lead() -> None:
    """The text has lost a link's address: it is taken from the markup beside it, once, and only where the label hides it."""
    content = (
        '<p>see <a href="https://wiki.example/refunds">the policy</a> or <a href="https://x.example/">x.example</a></p>'
    )
    rich = [{"contentType": "text/html", "content": content}, {"contentType": "image/png", "content": None}]
    event = heard(activity("see the policy or x.example", attachments=rich))
    assert isinstance(event, Said) and event.words == "see the policy (https://wiki.example/refunds) or x.example"


def test_a_message_knows_its_thread() -> None:
    """The thread is the messageid of the conversation; the root itself is in none, and the channel's id has no thread in it."""
    reply, root = heard(activity("ack")), heard(activity("ack", id="1700000000001"))
    assert isinstance(reply, Said) and isinstance(root, Said) and reply.place is not None
    assert (reply.thread, reply.message) == ("1700000000001", "1700000000002")
    assert (root.thread, root.message) == (None, "1700000000001")
    assert (reply.place.channel, reply.place.workspace) == (CHANNEL, HOST)


@pytest.mark.parametrize("words", ["report late calls", "actions", "help", "ack", "done 12", "thank you all"])
def test_words_in_the_personal_chat_are_for_the_bot(words: str) -> None:
    """There no mention is needed: a verb, a reply and plain talk are all said directly; typing the root command changes nothing."""
    for typed in (words, f"/vendor {words}", f"/Vendor  {words}"):
        event = heard(personal(typed))
        assert isinstance(event, Said) and event.direct and event.words == words, typed


def test_home_and_nothing_in_the_personal_chat() -> None:
    """ "home" opens Home; the root command or a mention alone asks how things stand; an empty message asks nothing."""
    assert isinstance(heard(personal("Home")), HomeOpened)
    for text, entities in (("/vendor", []), ("<at>Parley</at>", [AT_BOT])):
        event = heard(personal(text, entities=entities))
        assert isinstance(event, Asked) and event.words == ""
    assert heard(personal("", attachments=[{"contentType": "image/png"}])) is None


def test_a_quoted_message_is_what_is_replied_to() -> None:
    """The personal chat has no threads: a reply that quotes a message belongs to it, whichever way Teams tells of the quote."""
    quote = '<blockquote itemtype="http://schema.skype.com/Reply" itemid="1699"><p>An issue</p></blockquote><p>ack</p>'
    by_markup = heard(personal("ack", attachments=[{"contentType": "text/html", "content": quote}]))
    entity = {"type": "quotedReply", "quotedReply": {"messageId": "1699"}}
    by_entity = heard(personal("ack", entities=[entity]))
    assert isinstance(by_markup, Said) and isinstance(by_entity, Said)
    assert by_markup.thread == by_entity.thread == "1699"


def test_a_quote_is_not_said_again() -> None:
    """Beside a quote only one's own words count, wherever the text puts the quoted ones, mentions in them included; where the
    text is empty, the markup says it."""
    quote = '<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1699"><b>Parley</b><p>ack this</p></blockquote>'
    own = '<p>owner <span itemtype="http://schema.skype.com/Mention" itemid="0">Jo Santos</span></p>'
    of = personal(
        "Parley\r\nack this\r\nowner <at>Jo Santos</at>",
        entities=[AT_JO],
        attachments=[{"contentType": "text/html", "content": quote + own}],
    )
    answered = heard(of, {"29:jo": "jo-oid"})
    thumbs = heard(
        personal("", attachments=[{"contentType": "text/html", "content": '<p><emoji alt="👍"></emoji></p>'}])
    )
    assert isinstance(answered, Said) and (answered.words, answered.thread) == ("owner <@jo-oid>", "1699")
    assert isinstance(thumbs, Said) and thumbs.words == "👍"


@pytest.mark.parametrize(
    ("conversation", "channel_data", "kind"),
    [
        ({"conversationType": "personal", "id": "a:1maya"}, {}, "personal"),
        ({"id": "a:1maya"}, {}, "personal"),
        ({"conversationType": "channel", "id": CHANNEL}, {"team": {"id": "19:team"}}, "channel"),
        ({"conversationType": "groupChat", "id": "19:chat@thread.v2"}, {}, "group"),
        ({"id": "19:chat@thread.v2"}, {}, "group"),
        ({"id": CHANNEL}, {"team": {"id": "19:team"}}, "channel"),
        ({"conversationType": "personal", "id": CHANNEL}, {}, "group"),
        ({"conversationType": "personal", "id": "a:1", "isGroup": True}, {}, "group"),
        ({"conversationType": "personal", "id": "a:1"}, {"team": {"id": "19:team"}}, "channel"),
        ({}, {}, "group"),
    ],
)
def test_only_what_is_surely_a_personal_chat_is_one(
    conversation: dict[str, Any], channel_data: dict[str, Any], kind: str
) -> None:
    """In a personal chat every word is for the bot and private answers stand openly, so nothing else may pass for one."""
    assert scene(activity(conversation=conversation, channelData=channel_data)).kind == kind


def execute(data: dict[str, Any], verb: str = "issue.ack", **more: Any) -> dict[str, Any]:
    """A press."""
    action = {"type": "Action.Execute", "verb": verb, "data": data}
    value = {"action": action, "trigger": "manual"}
    return activity(type="invoke", name=presses.EXECUTE, value=value, replyToId="1700000000001", **more)


def test_a_button_a_select_and_a_form_are_told_apart() -> None:
    """A button brings its value, a select what was chosen; a form what was typed, without what the button brought along."""

    def done(data: dict[str, Any]) -> AnyIncoming | None:
        of = execute(data)
        return presses.executed(of, scene(of), MAYA, HOST)

    button = done({"action": "issue.ack", "value": "42", "card": "k"})
    chosen = done({"action": "issue.ack", "chosen": "7", "card": "k"})
    form = done({"action": "issue.ack", "hidden": "issue:42", "card": "k", "at": "19:x", "title": "Late", "due": ""})
    assert isinstance(button, Pressed) and (button.action, button.value) == ("issue.ack", "42")
    assert button.message == "1700000000001"
    assert isinstance(chosen, Pressed) and chosen.value == "7"
    assert isinstance(form, Submitted) and (form.values, form.hidden) == ({"title": "Late", "due": ""}, "issue:42")


def test_the_same_press_has_the_same_id() -> None:
    """What Teams sends again is known by its id; another person, another press or other words are another event."""
    first = execute({"action": "issue.ack", "value": "42"})
    others = [
        {**first, "id": "f:other"},
        {**first, "from": {"id": "29:jo", "aadObjectId": "jo-oid"}},
        {**first, "replyToId": "1"},
        execute({"action": "issue.ack", "value": "43"}),
    ]
    ids = {presses.unique_id(each, scene(each)) for each in [first, dict(first), *others]}
    assert len(ids) == 1 + len(others)


@pytest.mark.parametrize(
    ("theirs", "name"),
    [
        ("like", "+1"),
        ("heart", "heart"),
        ("2705_whiteheavycheckmark", "white_check_mark"),
        ("1f4cc_pushpin", "pushpin"),
        ("1F528_hammer", "hammer"),
        ("26a0_warning", "warning"),
        ("270b_raisedhand-tone3", "raised_hand"),
        ("📌", "pushpin"),
        ("✅", "white_check_mark"),
        ("1f951_avocado", "1f951_avocado"),
        ("<script>", ""),
        ("", ""),
    ],
)
def test_reactions_have_the_names_the_house_knows(theirs: str, name: str) -> None:
    """Teams' words, its coded names and bare emoji become the names that mean something here; what is no name is nothing."""
    assert reactions.ours(theirs) == name


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("type", "id", "from", "conversation", "recipient", "channelData", "text", "entities", "attachments", "value")


@settings(max_examples=80, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys((*FIELDS, "reactionsAdded", "replyToId"), ANYTHING)))
def test_no_shape_of_an_activity_breaks_the_reading(odd: dict[str, Any]) -> None:
    """Whatever stands in an activity, reading it raises nothing and answers events of ours or none."""
    for of in (odd, {**activity("<at>Parley</at> x", entities=[AT_BOT]), **odd}):
        where = scene(of)
        assert isinstance(where, Scene)
        said(of, where.bot, {})
        activities.message(of, where, MAYA, HOST, {}, Menu())
        activities.emoji(of, where, MAYA, HOST)
        presses.executed(of, where, MAYA, HOST)


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ({"localTimezone": "Asia/Manila"}, "Asia/Manila"),
        ({"entities": [{"type": "clientInfo", "timezone": "Asia/Manila"}]}, "Asia/Manila"),
        ({"entities": [{"type": "clientInfo", "timezone": 8}, "x"], "localTimezone": None}, ""),
        ({"localTimezone": "Z" * 5000}, "Z" * 64),
        ({}, ""),
    ],
)
def test_a_clients_own_zone_is_read_where_it_is_told(told: dict[str, object], zone: str) -> None:
    """A message tells its writer's zone, a press in another place; what has another shape tells nothing."""
    assert scene(told).zone == zone
