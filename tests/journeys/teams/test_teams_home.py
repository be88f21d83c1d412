"""Home in Teams: a card in the personal chat that Teams asks for anew, with buttons that open forms in its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handlers.saying import About, say
from handlers.vocabulary.address import Place, Platform, SharedChannel
from handlers.vocabulary.outgoing import File, SharedCard, SharedPost
from tests.journeys import stories
from tests.journeys.teams.office import ALONE, Office
from tests.journeys.teams.sheet import Sheet
from tests.standins.teams import GENERAL, HOST_TENANT, SHARED, Message, Person, Refused
from tests.standins.teams.cards import text_of_card

INVITE = File("review.ics", "text/calendar; method=REQUEST", "SEQUENCE:0\r\n", "Invitation to the weekly review")


async def home(office: Office, person: Person) -> Message:
    """Ask for Home in one's own chat; the card that refreshes itself."""
    await person.dms("home")
    await office.quiet()
    cards = [each for each in office.dms(person) if each.card and "refresh" in each.card]
    assert cards, [office.words(each) for each in office.dms(person)]
    return cards[-1]


async def looked_at(office: Office, person: Person, card: Message) -> Sheet:
    """Look at the chat again, a minute later: Teams asks for Home by itself."""
    person.user.refreshed.clear()
    attempts = await person.opens()
    assert attempts and all(each.failure is None for each in attempts)
    return Sheet(person, card)


async def test_a_managers_home_in_teams_refreshes_and_opens_forms(settled: Office) -> None:
    """The manager asks for Home, reports an issue from it, is led back, and Home shows by itself what changed meanwhile."""
    office, maya = settled, settled.maya
    card = await home(office, maya)
    assert "Manila Support" in office.words(card) and "Nothing needs you." in office.words(card)
    form = await office.presses(maya, "Report an issue", card)
    assert form.is_form and "Visible to: " in form.words
    await office.fills(form, {"Title": stories.TITLE, "Who sees it": "SH"})
    assert form.words.count("is reported to") == 1
    issue = (await office.waits(lambda: [each for each in office.shared() if stories.TITLE in office.words(each)]))[0]
    assert "Back to Home" in form.buttons
    assert "Manila Support" in (await office.presses(maya, "Back to Home", card)).words
    await office.replies(office.liza, "blocked: the refund policy, please", issue)
    await office.until(datetime(2026, 3, 6, 12, 0, tzinfo=UTC))
    seen = await looked_at(office, maya, card)
    assert "an answer was due" in seen.words and seen.words.index("Needs you") < seen.words.index("Providers")
    await office.presses(maya, "We answered", card)
    await office.waits(lambda: "is working on it" in office.words(issue))
    assert "Nothing needs you." in (await looked_at(office, maya, card)).words


async def test_in_teams_a_deputy_has_a_home_of_their_own(settled: Office) -> None:
    """What is theirs, without the list of providers."""
    words = settled.words(await home(settled, settled.dan))
    assert "Nothing needs you." in words and "Yours" in words and "Providers" not in words


async def test_in_teams_outsiders_have_no_home_and_a_guest_is_one(settled: Office) -> None:
    """Teams opens nobody of another company a chat with the bot; a guest of our tenant may mention it, and reads nothing of
    ours."""
    office = settled
    card = await stories.an_issue_reported(office)
    gus = office.teams.person("gus")
    for outsider in (office.liza, gus):
        with pytest.raises(Refused):
            await outsider.dms("home")
    await office.teams.adds_bot(GENERAL)
    start = len(office.teams.deliveries)
    for words in ("actions", "report list", "setup"):
        await gus.mention(GENERAL, words)
        await office.quiet()
    for line in office.teams.channel(GENERAL).cards():
        if set(line.buttons) & set(ALONE):
            await office.looks(gus, line)
    assert all(each.acked for each in office.teams.deliveries[start:])
    seen = "\n".join([*map(office.words, gus.visible()), *map(text_of_card, gus.views.values())])
    assert "Manila Support" not in seen and stories.TITLE not in seen and stories.TITLE in office.words(card)


async def test_an_invitation_in_teams_is_named_on_its_card(settled: Office) -> None:
    """Teams takes no file from a bot in a channel: the card says what there is, and is posted all the same, once."""
    to = SharedChannel(Place(Platform.TEAMS, HOST_TENANT, SHARED))
    card = SharedCard("Weekly review, Thursday 10:00", elements=(INVITE,))
    with settled.house.units() as uow:
        say(uow, SharedPost(to, card), About(1, "review.card", "a test"), "review:1", settled.now)
        uow.commit()
    await settled.quiet()
    (posted,) = [each for each in settled.shared() if "Weekly review" in settled.words(each)]
    assert INVITE.label in settled.words(posted) and settled.answers(posted) == []
    assert [row.trouble for row in settled.rows() if row.state == "failed"] == []
