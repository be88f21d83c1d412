"""Home from every seat: what needs whom, what goes away once it is done, and what nobody else ever sees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

import storage.models as models
from bot.plain import plain
from handlers.home import cards as home_cards
from handlers.home import samples
from handlers.routes import table
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import HomeOpened
from handlers.vocabulary.outgoing import Button, Card, Item, PrivateCard
from tests.review_rows import review, weekly_series
from tests.town import Resident, Town, town_at

LINE = {"severity": "2", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A fresh town, on a Monday morning."""
    return town_at(tmp_path, platform=platform)


def home(who: Resident) -> PrivateCard:
    """Somebody opens their Home."""
    card = who.town.handle(HomeOpened(who.town.event(), who.account, None)).card
    assert isinstance(card, PrivateCard)
    return card


def buttons(card: Card) -> Iterator[Button]:
    """Every button there is in a card."""
    for element in card.elements:
        if isinstance(element, Item):
            yield from element.buttons
    yield from card.buttons


def press(who: Resident, card: Card, label: str, action: str = "") -> str:
    """Press the first button of this label; answers what it says."""
    button = next(each for each in buttons(card) if each.label == label and action in ("", each.action))
    answer = who.presses(button.action, button.value)
    return "" if answer.card is None else plain(answer.card)


def report(town: Town, **given: str) -> None:
    """Maya reports an issue."""
    town.maya.submits("issue.report", {"title": "Refund calls wait", **LINE, **given}, hidden="1")


def test_an_issue_that_waits_for_us_stands_first_until_it_is_answered(town: Town) -> None:
    """Blocked by the provider, past its time: it needs the manager; one press answers it, and Home is quiet again."""
    report(town)
    town.jo.replies("ack", under="issue.card:1")
    town.jo.replies("blocked: the refund policy, please", under="issue.card:1")
    assert "Nothing needs you" in home(town.maya).text
    town.later(days=2)
    card = home(town.maya)
    assert card.text.startswith("1 thing needs you")
    assert "Issue 1 Refund calls wait (severity 2, Northwind Manila): an answer was due" in plain(card)
    press(town.maya, card, "We answered")
    assert "Nothing needs you" in home(town.maya).text


def test_whoever_is_away_is_offered_to_be_back(town: Town) -> None:
    """Home offers the way back while somebody is away, and the way to be away otherwise."""
    assert "[I am away]" in plain(home(town.maya))
    town.maya.types("away until friday")
    assert "[I am back]" in plain(home(town.maya)) and "[I am away]" not in plain(home(town.maya))
    assert "Welcome back" in press(town.maya, home(town.maya), "I am back")
    assert "[I am away]" in plain(home(town.maya))


def test_what_is_worse_comes_first_and_five_are_shown(town: Town) -> None:
    """Seven overdue action items and an issue of severity 1: the issue leads, four follow, "3 more" leads to the rest."""
    for number in range(7):
        town.maya.types(f"actions add Send part {number} @Maya due tomorrow")
    report(town, severity="1")
    town.jo.replies("blocked: who may decide?", under="issue.card:1")
    town.later(days=4)
    card = home(town.maya)
    needs = [line for line in plain(card).splitlines() if "[Open]" in line and "Northwind Manila:" not in line]
    assert len(needs) == 5 and "Issue 1" in needs[0] and all("overdue" in line for line in needs[1:])
    assert "And 3 more." in plain(card)
    everything = press(town.maya, card, "Show all")
    assert "8 things:" in everything and everything.count("overdue") == 7


def test_done_items_wait_for_a_yes_in_home(town: Town) -> None:
    """What the provider called done asks whoever added it, and one press says yes."""
    town.maya.types("actions add Replace the sheet @Jo due friday")
    town.jo.replies("done replaced it", under="action.card:1")
    card = home(town.maya)
    assert "Action 1 Replace the sheet (Northwind Manila): is it done?" in plain(card)
    press(town.maya, card, "Accept")
    assert "Nothing needs you" in home(town.maya).text


def test_the_provider_is_told_as_it_stands_and_when_it_was_last_heard(town: Town) -> None:
    """Heard today it is fine; after two weeks of silence it is too quiet, counted in its own working days."""
    report(town, severity="4")
    town.jo.replies("ack", under="issue.card:1")
    assert "Northwind Manila: no metrics yet; open issues: 1 of severity 4; last heard from Mon 2 Mar 2026" in plain(
        home(town.maya)
    )
    town.until(datetime(2026, 3, 16, 8, tzinfo=town.now.tzinfo))
    assert "quiet for 10 working days" in plain(home(town.maya))
    opened = press(town.maya, home(town.maya), "Open", "home.provider")
    assert "Last heard from: Mon 2 Mar 2026, quiet for 10 working days" in opened and "Issue 1 Refund" in opened


def test_home_names_what_could_not_be_sent_by_kind_and_place(town: Town) -> None:
    """Several at once are named by kind and place, a direct one by its reader's name; never by what they say."""
    report(town)
    town.maya.types("actions add Send the secret list @Jo Santos due friday")
    with town.units() as uow:
        name = uow.providers.channels(1, "shared")[0]
        name.name = "acme-shared"
        uow.providers.add(name)
        uow.commit()
    with town.units() as uow:
        name = uow.providers.channels(1, "shared")[0]
        name.name = "#acme-shared"
        uow.providers.add(name)
        direct = uow.outbox.by_once("action.card:1")
        assert direct is not None
        direct.account_workspace, direct.account_user = town.jo.workspace, town.jo.user
        uow.session.add(direct)
        uow.commit()
    _fail(town, "action.card:1")
    assert ": the action card for Jo Santos could not be delivered" in plain(home(town.maya))
    _fail(town, "issue.card:1")
    said = plain(home(town.maya))
    assert ": 2 messages (" in said and "issue card for #acme-shared" in said and "action card for Jo Santos" in said
    assert "secret list" not in next(line for line in said.splitlines() if "could not be delivered" in line)


def test_a_message_that_failed_is_sent_again_from_home(town: Town) -> None:
    """Refused by the platform, it needs the owner; "Send again" puts it on its way, "Drop" ends the matter."""
    report(town)
    _fail(town, "issue.card:1")
    card = home(town.maya)
    where = f"#{town.shared_place.channel}"
    assert f"Northwind Manila: the issue card for {where} could not be delivered (not_in_channel)." in plain(card)
    assert "Refund" not in plain(card).split("could not be delivered")[0]
    assert "on the way again" in press(town.maya, card, "Send again")
    row = town.row("issue.card:1")
    assert row is not None and row.state == "sent"
    _fail(town, "issue.card:1")
    assert "dropped" in press(town.maya, home(town.maya), "Drop")
    assert "Nothing needs you" in home(town.maya).text
    assert "decided already" in plain(town.maya.presses("delivery.again", "1").card)  # type: ignore[arg-type]  # answered


def test_what_is_to_be_arranged_is_offered_to_managers_only(town: Town) -> None:
    """A frozen channel, a missing owner, a contract that ends and an unfinished set-up each lead to the set-up."""
    town.takes_on("Kraków Care", "Chat", town.channel("KRAKOW"))
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        provider, draft = uow.providers.provider(1), uow.providers.programme(2)
        assert channel is not None and provider is not None and draft is not None
        channel.frozen, provider.contract_end, draft.state = True, date(2026, 4, 1), "draft"
        uow.session.add_all((channel, provider, draft))
        uow.commit()
    said = plain(home(town.maya))
    assert "Northwind Manila: a channel's readers changed, so nothing is posted there." in said
    assert "the contract ends Wed 1 Apr 2026, in 30 days" in said
    assert "Kraków Care: the set-up is not finished. [Go on]" in said
    assert "contract" not in plain(home(town.ben)) and "Kraków" not in plain(home(town.jo))


def test_a_programme_nobody_answers_for_is_every_managers(town: Town) -> None:
    """Without an owner on our side its late issues reach any manager; once somebody owns it they are theirs alone."""
    report(town)
    town.jo.replies("blocked: the policy", under="issue.card:1")
    town.later(days=3)
    assert "Nothing needs you" in home(town.eva).text
    with town.units() as uow:
        for owner in uow.providers.owners(1):
            if owner.side == "client":
                uow.providers.end_owner(owner, town.now)
        uow.commit()
    said = plain(home(town.eva))
    assert "an answer was due" in said and "nobody answers for it on our side" in said


def test_the_deputy_is_asked_while_the_owner_is_away(town: Town) -> None:
    """Nothing needs the deputy until the owner's first day away, and nothing after the last."""
    report(town)
    town.jo.replies("blocked: the policy", under="issue.card:1")
    town.later(days=3)
    assert "Nothing needs you" in home(town.ben).text
    today = town.now.date()
    with town.units() as uow:
        uow.absences.add(models.Absence(person_id=1, first_day=today, last_day=today, told_at=town.now))
        uow.commit()
    assert "an answer was due" in plain(home(town.ben))
    assert "Away: until" in plain(home(town.maya))
    town.later(days=1)
    assert "Nothing needs you" in home(town.ben).text


def test_a_plan_waits_for_each_sides_word_and_a_draft_for_ours_alone(town: Town) -> None:
    """A draft is the client's; once proposed it waits for whoever answers on the side that has not agreed."""
    with town.units() as uow:
        draft = models.ImprovementPlan(
            installation_id=1, provider_id=1, programme_id=1, number=1, title="Answer faster", created_at=town.now
        )
        plan_id = uow.plans.add(draft).id
        uow.commit()
    assert "Plan 1 Answer faster (Northwind Manila): a draft, only your company sees it." in plain(home(town.maya))
    assert "Answer faster" not in plain(home(town.jo))
    with town.units() as uow:
        plan = uow.plans.get(plan_id or 0)
        assert plan is not None
        plan.state, plan.visibility, plan.client_agreed_by, plan.client_agreed_at = "proposed", "SH", 1, town.now
        uow.plans.save(plan)
        uow.commit()
    assert "Plan 1 Answer faster: waits for your side's yes." in plain(home(town.jo))
    assert "waits for your side's yes" not in plain(home(town.maya)) and "Answer faster" not in plain(home(town.rey))


def test_the_next_reviews_and_those_nobody_held_are_there(town: Town) -> None:
    """The next review in the reader's own zone for both sides; the one it was asked about only for whoever answers."""
    with town.units() as uow:
        series = uow.series.add(weekly_series(datetime(2026, 2, 26, 10, tzinfo=UTC)))
        for number, days, state in ((1, -4, "not held"), (2, 3, "planned")):
            at = town.now + timedelta(days=days, hours=1)
            asked_at = town.now if days < 0 else None
            uow.reviews.add(review(series, at, state, number=number, asked_at=asked_at))
        uow.commit()
    maya, jo = plain(home(town.maya)), plain(home(town.jo))
    assert "Weekly review, Northwind Manila: Thu 5 Mar 2026, 10:00 Europe/London" in maya
    assert "Weekly review: Thu 5 Mar 2026, 18:00 Asia/Manila" in jo
    assert "was it held? [It was held] [Skip it]" in maya and "was it held" not in jo
    for label in ("It was held", "Skip it"):
        button = next(each for each in buttons(home(town.maya)) if each.label == label)
        assert town.maya.presses(button.action, button.value).form is not None


def test_a_daily_review_nobody_began_stays_on_home(town: Town) -> None:
    """From its hour until the one after it is planned, it stands there as not begun; then the next one does."""
    daily = {"template": "daily", "when": "daily 09:00", "minutes": "15", "link": "", "ahead": "0"}
    town.maya.submits("review.set_up", daily, "1")
    for minute, said in ((5, "Tue 3 Mar 2026, 09:00 Europe/London, not begun yet"), (20, "Wed 4 Mar 2026, 09:00")):
        town.until(datetime(2026, 3, 3, 9 if minute == 5 else 10, minute, tzinfo=UTC))
        assert f"Daily stand-up, Northwind Manila: {said}" in plain(home(town.maya))


def test_a_lead_sees_their_own_and_how_to_answer(town: Town) -> None:
    """Own open items, what is late, plain replies; no list of providers, nothing internal, no button for managers."""
    town.maya.types("actions add Hire two people @Jo due friday")
    report(town, title="Who replaces them?", visibility="INT")
    said = plain(home(town.jo))
    assert "Action 1 Hire two people, due Friday 6 March." in said and "blocked: we need the policy" in said
    assert "Who replaces them?" not in said and "Providers" not in said and "Set up" not in said
    town.later(days=7)
    assert "1 thing needs you" in home(town.jo).text


def test_somebody_of_another_provider_learns_nothing(town: Town) -> None:
    """Their Home holds neither names, numbers nor counts of Northwind's, and its buttons answer as if nothing were there."""
    report(town)
    town.takes_on("Kraków Care", "Chat", town.channel("KRAKOW"))
    other = town.somebody("Ola Nowak", "KRAKOW", "OLA", town.place("KRAKOW"))
    other.mentions("help")
    said = plain(home(other))
    assert "Northwind" not in said and "Issue 1" not in said and "Nothing needs you" in said
    assert "Northwind" not in plain(other.presses("home.needs", "0").card)  # type: ignore[arg-type]  # answered
    for action in ("home.providers", "home.provider", "delivery.again", "delivery.leave"):
        answered = other.presses(action, "1").card
        assert answered is not None and "managers" in answered.text


def test_a_stranger_sees_nothing_at_all(town: Town) -> None:
    """Somebody of the client whom nobody introduced, perhaps a guest, has an empty Home."""
    report(town)
    stranger = Account(town.platform, town.client, town.user("NEW"))
    card = town.handle(HomeOpened(town.event(), stranger, None)).card
    assert card is not None and "Northwind" not in plain(card) and "Issue 1" not in plain(card)


def test_the_word_home_answers_with_the_same_card(town: Town) -> None:
    """`home` typed or said to the bot alone works wherever there is no Home page; it is not in help."""
    assert town.maya.types("home").card == home(town.maya)
    assert "home" not in plain(town.maya.types("help").card)  # type: ignore[arg-type]  # answered
    town.jo.mentions("home")
    assert any("Nothing needs you" in str(row.content) for row in town.rows(kind="answer"))


def test_checked_names_the_daily_look(town: Town) -> None:
    """Where the daily pulse looked through everything its moment stands there; else the moment Home was made."""
    assert "As of Mon 2 Mar 2026, 09:00 Europe/London." in plain(home(town.maya))
    with town.units() as uow:
        uow.settings.set("pulse.checked:1", town.now.isoformat())
        uow.settings.set("pulse:1", "off")
        uow.commit()
    town.later(hours=2)
    said = plain(home(town.maya))
    assert "Checked 09:00 Europe/London." in said and "Daily pulse: off" in said


def test_home_without_any_provider_says_how_to_begin(town: Town) -> None:
    """Before any provider is set up Home says so; after the last contract's end it says that, with the provider's name."""
    empty = home_cards.home_card(samples.page([], []))
    assert "No provider is set up yet." in plain(empty)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "ended"
        uow.session.add(programme)
        uow.commit()
    over = home(town.eva)
    assert "The contract with Northwind Manila has ended; everything stays readable." in plain(over)
    assert "No provider is set up" not in plain(over) and over.text.endswith("No provider is running any more.")
    for card in (empty, over):
        assert any(each.action == "providers.setup" for each in card.buttons)


def test_home_says_of_the_pulse_what_is_so(town: Town) -> None:
    """An executive without a post has no pulse until they ask for one; a manager has one until they say no."""
    assert "Daily pulse: off" in plain(home(town.eva)) and "Daily pulse: on" in plain(home(town.maya))
    town.eva.types("pulse on")
    town.maya.types("pulse off")
    assert "Daily pulse: on" in plain(home(town.eva)) and "Daily pulse: off" in plain(home(town.maya))


def test_what_is_left_of_an_ended_contract_is_named(town: Town) -> None:
    """What is still one's own after the contract is over names its provider."""
    town.maya.submits("action.add", {"title": "Send it", "owner": "1", "due": "2026-03-03", "visibility": "SH"}, "1")
    town.later(days=8)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.state = "ended"
        uow.session.add(programme)
        uow.commit()
    (item,) = [each for each in home(town.maya).elements if isinstance(each, Item) and "Send it" in str(each)]
    assert "Northwind Manila" in str(item.text)


def test_every_button_of_home_leads_somewhere(town: Town) -> None:
    """No card of Home offers a button that no route answers."""
    from_samples = [button for card in _sample_cards() for button in buttons(card)]
    routes = table().routes
    assert from_samples and [each.action for each in from_samples if each.action not in routes] == []
    report(town)
    _fail(town, "issue.card:1")
    assert [each.action for each in buttons(home(town.maya)) if each.action not in routes] == []


def _sample_cards() -> list[Card]:
    return [*home_cards.examples(), *home_cards.worst_cases()]


def _fail(town: Town, once: str) -> None:
    """The platform refused this message for good."""
    with town.units() as uow:
        row = uow.outbox.by_once(once)
        assert row is not None
        row.state, row.trouble = "failed", "not_in_channel"
        uow.session.add(row)
        uow.commit()
