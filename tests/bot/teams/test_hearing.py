"""Where only mentions reach the bot, what it asks people to type is something that does."""

from __future__ import annotations

from bot.ports import Delivery, Sent
from bot.teams.addressed import addressed
from bot.teams.conversations import CHANNEL, Conversation
from bot.teams.hearing import FRESH, Hearing
from handlers.vocabulary.address import Place, Platform, Visibility
from handlers.vocabulary.outgoing import Answer, Button, Code, Listing, Note, SharedCard, Words
from tests.bot.slack.doors import FakeDispatch
from tests.bot.teams.doors import Entry
from tests.standins.teams.cards import text_of_card
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import GENERAL, SHARED
from tests.standins.teams.world import HOST_TENANT, Message

HINT = SharedCard(
    "Issue 12", elements=(Note(("Reply ", Code("ack"), " or ", Code("done"))),), buttons=(Button("issue.ack", "Ack"),)
)
QUIET = "Here I hear only what begins with @Parley."


async def shows(teams: StandInTeams, entry: Entry, channel: str, key: str = "k1") -> Message:
    """The card, posted to a channel, as everybody sees it."""
    place = Place(Platform.TEAMS, HOST_TENANT, channel)
    sent = await entry.door.gateways[Platform.TEAMS].post(Delivery(key, 1, Visibility.SHARED, HINT, place))
    assert isinstance(sent, Sent)
    found = teams.channel(channel).find(sent.ref)
    assert found is not None
    return found


def hears(entry: Entry, channel: str) -> bool | None:
    """What is kept of a channel."""
    with entry.units() as uow:
        row = uow.conversations.get(HOST_TENANT, channel)
    assert row is not None
    return row.hears


async def test_without_consent_cards_ask_for_a_mention(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Added to a team whose owners consented to nothing, the bot asks for "@Parley ack", and says why."""
    await teams.adds_bot(GENERAL)
    await entry.settled()
    assert hears(entry, GENERAL) is False
    said = (await shows(teams, entry, GENERAL)).text
    assert "@Parley ack" in said and "@Parley done" in said and QUIET in said


async def test_with_consent_plain_words_are_asked_for_from_the_first_card(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Where the owners consented, Graph tells so before anybody wrote a word."""
    teams.reads_all = teams.graph_allowed = True
    await teams.adds_bot(GENERAL)
    await entry.settled()
    assert hears(entry, GENERAL) is True
    said = (await shows(teams, entry, GENERAL)).text
    assert "@Parley" not in said and "ack" in said


async def test_consent_that_comes_later_brings_plain_words_back(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Added anew with the owners' consent, or once a plain word arrives, the bot asks for plain words again."""
    maya = teams.person("maya")
    await teams.adds_bot(GENERAL)
    await entry.settled()
    teams.graph_allowed = True
    await teams.adds_bot(GENERAL)
    await entry.settled()
    assert hears(entry, GENERAL) is True
    teams.graph_allowed = False
    await teams.adds_bot(GENERAL)
    await entry.settled()
    assert hears(entry, GENERAL) is False
    teams.reads_all = True
    await maya.says(GENERAL, "good morning")
    await entry.settled()
    assert hears(entry, GENERAL) is True
    assert "@Parley" not in (await shows(teams, entry, GENERAL)).text


async def test_in_a_shared_channel_only_what_was_heard_counts(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Of a channel shared with other companies nobody tells how far consent reaches: a mention and nothing else ever means
    deaf, the first plain word means not."""
    teams.graph_allowed = True
    await teams.adds_bot(SHARED)
    await entry.settled()
    assert hears(entry, SHARED) is None
    assert "@Parley" not in (await shows(teams, entry, SHARED)).text
    await teams.person("liza").mention(SHARED, "help")
    await entry.settled()
    assert hears(entry, SHARED) is False
    assert "@Parley ack" in (await shows(teams, entry, SHARED, "k2")).text
    teams.reads_all = True
    await teams.person("liza").says(SHARED, "thank you")
    await entry.settled()
    assert hears(entry, SHARED) is True


async def test_consent_is_looked_for_once_a_day_and_never_where_all_is_heard(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Ten mentions ask Graph once; where plain words arrive it is not asked at all."""
    for _ in range(5):
        await teams.person("maya").mention(GENERAL, "help")
        await entry.settled()
    asked = len(teams.calls_of("graph.messages"))
    assert hears(entry, GENERAL) is False and asked == 1, [each.method for each in teams.calls]


async def test_a_pressed_card_in_a_deaf_channel_asks_for_a_mention_too(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """What stands in a card's place after a press is addressed as the card was."""
    await teams.adds_bot(GENERAL)
    await entry.settled()
    dispatch.answer = lambda event: Answer(card=HINT)
    card, maya = await shows(teams, entry, GENERAL), teams.person("maya")
    await maya.presses("Ack", card)
    shown = maya.own_card(card)
    assert shown is not None and "@Parley ack" in text_of_card(shown)


def test_only_what_is_to_be_typed_is_addressed() -> None:
    """A card without examples and without the word reply stays the very same; listings and notes are gone through."""
    plainly = SharedCard("Weekly digest", elements=(Words(("All is well.",)),))
    assert addressed(plainly) is plainly
    address = SharedCard("Yours", elements=(Words((Code("https://parley.example.com/calendar/x.ics"),)),))
    assert addressed(address) is address
    listed = addressed(SharedCard("Figures", elements=(Listing((("Reply ", Code("SL 82%")),)),)))
    assert listed.elements[0] == Listing((("Reply ", Code("@Parley SL 82%")),))
    assert listed.elements[-1] == Note((QUIET,))
    assert addressed(SharedCard("Reply here.", elements=(Words(("Reply here.",)),))).elements[-1] == Note((QUIET,))


async def test_a_plain_word_corrects_what_another_process_was_told() -> None:
    """One process heard plain words, another one was told meanwhile that only mentions come: within a minute the next plain
    word tells both again."""
    place, seconds, kept = Place(Platform.TEAMS, HOST_TENANT, GENERAL), [0.0], dict[Place, bool | None]()

    async def at(there: Place) -> Conversation:
        return Conversation(HOST_TENANT, GENERAL, "", known=True, kind=CHANNEL, hears=kept.get(there))

    async def refused(_: Conversation) -> bool | None:
        return False

    async def learn(there: Place, plain_words: bool | None) -> None:
        kept[there] = plain_words

    one, other = (Hearing(at, refused, learn, lambda: seconds[0]) for _ in range(2))
    await one.plainly(place)
    await other.came(place)
    assert kept == {place: False}
    seconds[0] += FRESH
    await one.plainly(place)
    seconds[0] += FRESH
    assert kept == {place: True} and await other.of(place) is True
