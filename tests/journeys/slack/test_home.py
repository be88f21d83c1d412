"""Home on Slack: what needs somebody stands first, a button there opens a form, and Home is published again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.journeys.slack.again import everything_again
from tests.journeys.slack.office import Office
from tests.journeys.slack.test_issue import reply, report
from tests.journeys.slack.test_review import arrange, titled
from tests.standins.slack import Person, Refused, View

FRIDAY_NOON = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
"""The review of Thursday was begun by nobody; its question was asked that morning."""


def published(office: Office) -> list[str]:
    """For whom a Home was published, in order."""
    return [str(call.args["user_id"]) for call in office.slack.calls_of("views.publish")]


async def home_after(office: Office, person: Person, before: int) -> View:
    """Somebody's Home once it was published anew; ``before``: how many were published until then."""
    await office.waits(lambda: len(published(office)) > before)
    await office.quiet()
    assert person.home is not None
    return person.home


@pytest.mark.slow
async def test_home_asks_first_opens_a_form_and_is_published_again(settled: Office) -> None:
    """A review nobody began and an issue past its time stand first, before the providers; the form that a button of Home opens
    posts the minutes, a button without a form answers the issue, and Home shows each time that less is left."""
    office, maya = settled, settled.maya
    arrange(office)
    card = await report(office)
    await reply(office, "liza", "blocked: the refund policy, please", card)
    await office.until(FRIDAY_NOON)
    await maya.opens_home()
    home = await home_after(office, maya, 0)
    needs, providers = home.words.index("Needs you"), home.words.index("Providers")
    issue, review = home.words.index("an answer was due"), home.words.index("was it held?")
    assert home.words.splitlines()[2].startswith("2 things need you.") and needs < issue < review < providers

    (asked,) = (each for each in office.dms(maya) if "What became of it?" in each.words)
    assert {"It was held", "Move it", "Skip it"} <= set(asked.buttons)
    before = len(published(office))
    await maya.clicks("It was held", home)
    form = await office.waits(lambda: maya.open_view)
    home = await home_after(office, maya, before)
    assert "was it held?" in home.words, "a form that is open has changed nothing yet"
    assert form.title == "It was held" and "Visible to: both companies" in form.words
    before = len(published(office))
    told = {
        "What was decided?": "Refund calls go to the second line",
        "Who was there?": ["Liza Reyes (Manila Support)"],
    }
    await maya.submits(told, form)
    assert maya.open_view is not None and "are posted" in maya.open_view.words
    await maya.clicks(maya.open_view.close_label)
    home = await home_after(office, maya, before)
    minutes = titled(office, "Minutes of Weekly review: 1 decision")
    assert "second line" in minutes.words and "Liza Reyes" in minutes.words and "told afterwards" in minutes.words
    assert "was it held?" not in home.words and "1 thing needs you." in home.words
    (asked,) = (each for each in office.dms(maya) if "What became of it?" in each.words)
    assert "It was held" not in asked.buttons and "Why this? Change it" in asked.buttons

    before = len(published(office))
    await maya.clicks("We answered", home)
    home = await home_after(office, maya, before)
    assert "Nothing needs you." in home.words
    assert maya.open_view is not None and "Undo" in maya.open_view.words
    assert "Manila Support is working on it" in card.text
    assert set(published(office)) == {"U0MANAGER"}
    await everything_again(office)


@pytest.mark.slow
async def test_somebody_who_manages_nothing_has_their_own_home(settled: Office) -> None:
    """The deputy's Home holds what is theirs, without the list of providers; the managers' own is not touched."""
    office, dan = settled, settled.dan
    await report(office)
    await dan.opens_home()
    home = await home_after(office, dan, 0)
    assert "Nothing needs you." in home.words and "Yours" in home.words and "Providers" not in home.words
    assert "Set up a provider" not in [each.strip() for each in home.words.splitlines()]
    assert published(office) == ["U0DEPUTY"] and office.maya.home is None


@pytest.mark.slow
@pytest.mark.parametrize("outer_team_is_authors", [True, False])
async def test_for_the_provider_no_home_is_opened(settled: Office, outer_team_is_authors: bool) -> None:
    """Slack shows people of other companies no Home, and says nothing of it to the app. Should the event come all the same,
    nothing is published where it tells their company; where it does not, nothing that anybody could know them by."""
    office, liza = settled, settled.liza
    await report(office)
    with pytest.raises(Refused, match="work in progress"):
        await liza.opens_home()
    assert office.slack.events("app_home_opened") == []
    office.slack.postman.outer_team_is_authors = outer_team_is_authors
    opened = {"type": "app_home_opened", "user": "U0LEAD", "channel": "D0LEAD", "tab": "home"}
    delivery = await office.slack.tells(opened, None, "U0LEAD")
    await office.quiet()
    assert delivery.acked and liza.home is None
    told = [str(call.args["view"]) for call in office.slack.calls_of("views.publish")]
    assert told == [] or not outer_team_is_authors
    assert not [view for view in told if "Manila" in view or "Issue 1" in view or "Liza" in view]
