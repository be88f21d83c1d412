"""A review from its agenda to its minutes, as a chat between two companies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.lateness import worn
from handlers.reviews import planning
from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode, decode_card
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Reacted, WordsFound
from handlers.vocabulary.outgoing import Answer, AnyCard, Errand, Item, PrivateCard, SharedCard
from storage.database import Database
from storage.models.absence import Absence
from storage.models.audit import AuditEntry
from storage.models.delivery import OutboxRow
from storage.models.provider import Programme
from storage.models.review import Review, ReviewEntry, ReviewSeries
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Resident, Town, town_at

AGENDA = "review.agenda:1"
MINUTES = "review.minutes:1"
THURSDAY = datetime(2026, 3, 5, 10, 0)
"""On London's clock; the town wakes up on Monday the second at nine."""


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    found = town_at(tmp_path, platform=platform)
    series(found)
    return found


def series(town: Town, **changed: object) -> int:
    """A weekly review, Thursdays 10:00 in London, agenda two working days ahead."""
    fields = {
        "installation_id": 1,
        "provider_id": 1,
        "programme_id": 1,
        "name": "Weekly review",
        "rule": "FREQ=WEEKLY;BYDAY=TH",
        "first_wall": THURSDAY,
        "anchor_zone": "Europe/London",
        "template": "weekly",
        "link": "https://meet.example.com/weekly",
        "uid": "weekly@example.com",
        "created_at": town.now,
        **changed,
    }
    with town.units() as uow:
        made = uow.series.add(ReviewSeries.model_validate(fields))
        planning.ensure_next(made, uow, town.now)
        follow(table().followers, uow, town.now)
        assert made.id is not None
        series_id = made.id
        uow.commit()
    town.deliver()
    return series_id


def review(town: Town, review_id: int = 1) -> Review:
    with town.units() as uow:
        found = uow.reviews.get(review_id)
    assert found is not None
    return found


def entries(town: Town, kind: str, review_id: int = 1) -> list[ReviewEntry]:
    with town.units() as uow:
        return list(uow.reviews.entries(review_id, kind))


def words(town: Town, kind: str, review_id: int = 1) -> list[str]:
    return [each.words for each in entries(town, kind, review_id)]


def lines(town: Town) -> list[str]:
    return texts_of(town, "review.line")


def seen(card: AnyCard) -> str:
    """Everything a card says, as one text to look for words in."""
    return repr(card.elements)


def agenda(town: Town) -> AnyCard:
    return card_of(town, AGENDA)


def minutes(town: Town, review_id: int = 1) -> AnyCard:
    return card_of(town, f"review.minutes:{review_id}")


def value(town: Town, review_id: int = 1) -> str:
    return f"{review_id}:{review(town, review_id).version}"


def at(hour: int, minute: int = 0, *, day: int = 5) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def begun(town: Town) -> None:
    town.until(at(10))
    town.maya.presses("review.begin", value(town))


def react(town: Town, person: Resident, emoji: str, message: str, *, removed: bool = False) -> Answer:
    event = Reacted(
        town.event(), person.account, town.shared_place, actor_name=person.name, emoji=emoji, message=message, removed=removed
    )  # fmt: skip
    return town.handle(event)


def asked(town: Town) -> list[Errand]:
    """The messages the platform was asked for."""
    with town.units() as uow:
        found = [decode(row.content) for row in uow.session.exec(select(OutboxRow))]
    return [each for each in found if isinstance(each, Errand) and each.what == "message"]


def found_words(
    town: Town, person: Resident, said: str, *, author: Resident, under: str = AGENDA, place: Place | None = None
) -> Answer:
    """The platform answers the newest errand of a person: these words, in the thread under this card."""
    errand = asked(town)[-1]
    row = town.row(under)
    event = WordsFound(
        town.event(),
        person.account,
        place or errand.place,
        actor_name=person.name,
        installation_id=1,
        errand=errand,
        words=said,
        thread=None if row is None else row.ref,
        author=author.account,
        author_name=author.name,
    )
    return town.handle(event)


# --- before -----------------------------------------------------------------------------------------------------------


def test_the_agenda_comes_from_the_data_ahead_of_the_review(town: Town) -> None:
    """Two working days ahead, at nine, moved off the figures' day: date on both clocks, link, what is open and what is late on
    both sides, and the questions of the template; with the reason why it was posted."""
    town.maya.submits(
        "issue.report", {"title": "Refund calls wait", "severity": "3", "kind": "service", "visibility": "SH"}, "1"
    )
    town.maya.submits(
        "issue.report", {"title": "Our own worry", "severity": "3", "kind": "service", "visibility": "INT"}, "1"
    )
    for title, owner in (("Send the policy", "1"), ("Retrain the line", "4")):
        town.maya.submits("action.add", {"title": title, "owner": owner, "due": "2026-03-02", "visibility": "SH"}, "1")
    town.until(at(9, day=5))
    card = agenda(town)
    assert card.title == "Agenda: Weekly review" and isinstance(card, SharedCard)
    assert card.text == (
        "Agenda: Weekly review with Northwind Manila, Thursday 5 March 10:00 (London) · 18:00 (Manila)."
    )
    said = seen(card)
    assert "https://meet.example.com/weekly" in said and "Refund calls wait" in said
    assert "Our own worry" not in said
    assert "Client: " in said and "Send the policy · Maya Brooks" in said and "Retrain the line · Jo Santos" in said
    assert "What would make next week easier?" in said
    assert labels(card) == ["Add agenda line", "Begin review", "Move"]
    assert "A manager can change that" in card.why
    posted = review(town).agenda_at
    assert posted is not None and posted.date() < date(2026, 3, 5)


def test_anybody_of_either_side_puts_a_line_on_the_agenda(town: Town) -> None:
    """By a plain reply, by the command's words and by the form: each with its author's name, and the card is edited."""
    town.until(at(9, day=4))
    town.jo.replies("agenda: how we staff Easter", under=AGENDA)
    answer = town.maya.presses("review.line", value(town))
    assert answer.form is not None and [each.name for each in answer.form.fields] == ["words"]
    assert answer.form.visible_to == "both companies"
    kept = town.maya.submits("review.line.add", {"words": "Refund queue"}, answer.form.hidden)
    assert told(kept) == "It is on the agenda of Weekly review, Thursday 5 March: Refund queue"
    said = seen(agenda(town))
    assert "how we staff Easter" in said and "(Jo Santos)" in said and "Refund queue" in said
    assert town.reactions() == ["white_check_mark"] and lines(town) == []


def test_a_line_by_command_goes_to_the_next_review_and_the_form_asks_which(town: Town) -> None:
    """ "review add …" takes the soonest that is not a daily one; the form offers the others; a mention works without a form."""
    series(town, name="Stand-up", rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", first_wall=datetime(2026, 3, 2, 9, 30),
           template="daily", uid="daily@example.com")  # fmt: skip
    said = told(town.maya.types("review add Refund queue"))
    assert said == "It is on the agenda of Weekly review, Thursday 5 March: Refund queue"
    town.jo.mentions("review add How we staff Easter")
    assert words(town, "agenda") == ["Refund queue", "How we staff Easter"]
    form = town.maya.presses("review.line").form
    assert form is not None and [each.name for each in form.fields] == ["words", "review"]
    assert [each.label for each in form.fields[1].options] == [
        "Weekly review with Northwind Manila, Thursday 5 March",
        "Stand-up with Northwind Manila, Monday 2 March",
    ]
    town.maya.submits(form.action, {"words": "Blockers", "review": form.fields[1].options[1].value}, form.hidden)
    assert words(town, "agenda", 2) == ["Blockers"]


def test_an_author_takes_a_line_back_and_nobody_else_does(town: Town) -> None:
    """Struck from the agenda by who wrote it, by button or by "undo"; others are told to say so."""
    town.until(at(9, day=4))
    kept = town.maya.submits("review.line.add", {"words": "Refund queue"}, "1")
    assert kept.card is not None
    button = kept.card.buttons[0]
    assert "Only whoever added a line" in told(town.ben.presses(button.action, button.value))
    town.maya.presses(button.action, button.value)
    assert words(town, "agenda") == [] and "Refund queue" not in seen(agenda(town))
    town.jo.replies("agenda: Easter", under=AGENDA)
    town.jo.replies("undo", under=AGENDA)
    assert words(town, "agenda") == [] and town.reactions() == ["white_check_mark", "leftwards_arrow_with_hook"]


def test_an_empty_or_endless_line_is_refused_at_the_field(town: Town) -> None:
    """The field names what was read and an example; nothing is kept."""
    assert "empty" in town.maya.submits("review.line.add", {"words": "  "}, "1").problems["words"]
    assert "501 characters" in town.maya.submits("review.line.add", {"words": "x" * 501}, "1").problems["words"]
    assert words(town, "agenda") == []


def test_another_provider_never_learns_of_a_review(town: Town) -> None:
    """People of another provider get the same words as for a review that does not exist, and keep nothing."""
    town.takes_on("Southgate", "Chat", town.channel("SOUTH"))
    lee = town.somebody("Lee Park", "SOUTH", "LEE", town.place("SOUTH"))
    lee.says("hello")
    for action in ("review.line", "review.begin", "review.end", "review.here", "review.was_held", "review.take_back"):
        assert told(lee.presses(action, "1")) == told(lee.presses(action, "999"))
    assert "not in your list" in told(lee.submits("review.line.add", {"words": "spying"}, "1"))
    assert told(lee.presses("action.form", "review:1")) == told(lee.presses("action.form", "review:999"))
    assert "not in your list" in told(
        lee.submits("action.add", {"title": "Spy", "owner": "4", "due": "2026-03-09", "visibility": "SH"}, "review:1")
    )
    assert words(town, "agenda") == []


def test_talk_under_an_agenda_is_left_alone(town: Town) -> None:
    """What people say to each other means nothing here."""
    town.until(at(9, day=4))
    for said in ("Looks good to me", "the decision is hard", "I'll be there", "here's the file", "ok"):
        town.jo.replies(said, under=AGENDA)
    assert town.reactions() == [] and lines(town) == []


# --- during -----------------------------------------------------------------------------------------------------------


def test_at_its_time_the_thread_says_that_it_begins_and_beginning_it_answers(town: Town) -> None:
    """One line with the button in the agenda's thread, with its reason; once it began the line has no button."""
    town.until(at(10))
    row = next(each for each in town.rows(kind="review.line"))
    assert decode_card(row.content).text == "Weekly review begins now, 10:00 (Europe/London)."
    assert decode_card(row.content).why
    assert row.thread_card is not None
    town.jo.presses("review.begin", value(town))
    assert labels(card_of(town, row.once)) == []
    assert review(town).state == "under way" and review(town).led_by == 4
    assert labels(agenda(town)) == ["I am here", "Decision", "Action", "Risk", "End review"]
    assert agenda(town).title == "Under way: Weekly review" and "1 person there" in seen(agenda(town))


def test_replies_become_decisions_actions_and_risks(town: Town) -> None:
    """Each is confirmed by a reaction alone; the action is a real one, with its owner and day, in this thread."""
    begun(town)
    town.jo.replies("decision: refund calls go to the second line", under=AGENDA)
    town.maya.replies("action: Send the new policy @Jo due friday", under=AGENDA)
    town.rey.replies("Risk: two trainers leave in April\nhere", under=AGENDA)
    assert words(town, "decision") == ["refund calls go to the second line"]
    assert words(town, "risk") == ["two trainers leave in April"]
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
    assert item is not None
    assert (item.title, item.owner_id, item.due_on, item.review_id) == ("Send the new policy", 4, date(2026, 3, 6), 1)
    row, card = town.row("action.card:1"), town.row(AGENDA)
    assert row is not None and card is not None and row.thread_card == card.key
    assert town.reactions() == ["white_check_mark"] * 3
    assert lines(town) == [lines(town)[0]]  # only that it begins
    assert "1 decision, 1 action, 1 risk, 3 people there" in seen(agenda(town))


def test_a_review_begun_by_mistake_has_a_button_that_says_so(town: Town) -> None:
    """What takes the beginning back is called what it does, and does it."""
    town.until(at(10))
    answer = town.maya.presses("review.begin", value(town))
    assert answer.card is not None
    [back] = answer.card.buttons
    assert back.label == "Undo: not begun"
    town.maya.presses(back.action, back.value)
    assert "Under way" not in (agenda(town).title or "")


def test_an_action_as_people_say_it_is_for_whom_it_names(town: Town) -> None:
    """ "Rey sends … by friday" is Rey's and due on Friday; its card says both, with the buttons that correct it."""
    begun(town)
    town.maya.replies("action: Rey sends the roster by friday", under=AGENDA)
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
        owner = None if item is None else uow.people.get(item.owner_id)
    assert item is not None and owner is not None
    assert (item.title, owner.name, item.due_on) == ("Rey sends the roster", "Rey Cruz", date(2026, 3, 6))
    row = town.row("action.card:1")
    assert row is not None
    card = decode_card(row.content)
    assert "Rey Cruz" in seen(card) and "Friday" in seen(card) and card.buttons


def test_the_forms_do_what_the_replies_do(town: Town) -> None:
    """Decision, risk and action by button; the action's form is the one of action items, for both companies."""
    begun(town)
    form = town.maya.presses("review.decision", value(town)).form
    assert form is not None and form.submit == "Keep decision"
    town.maya.submits("review.decided", {"words": "Second line from Monday"}, form.hidden)
    town.maya.submits("review.risked", {"words": "Trainers leave"}, form.hidden)
    action = town.maya.presses("action.form", "review:1").form
    assert action is not None and action.visible_to == "both companies"
    assert "visibility" not in [each.name for each in action.fields]
    town.maya.submits("action.add", {"title": "Send it", "owner": "4", "due": "2026-03-09"}, action.hidden)
    assert words(town, "decision") == ["Second line from Monday"] and words(town, "risk") == ["Trainers leave"]
    assert words(town, "action") == ["Send it"]
    assert "1 decision, 1 action, 1 risk" in seen(agenda(town))


def test_what_cannot_be_read_is_explained_in_the_thread(town: Town) -> None:
    """A name nobody bears is asked about; what else the message said is kept."""
    begun(town)
    town.jo.replies("decision: go\naction: Send it @Nobody due friday", under=AGENDA)
    assert words(town, "decision") == ["go"] and words(town, "action") == []
    assert "I do not know @Nobody here" in lines(town)[-1] and town.reactions()[-1] == "question"


def test_numbers_in_an_action_are_not_taken_for_other_actions(town: Town) -> None:
    """ "action: close 12 tickets" is a new one; "done 1" is about the first."""
    begun(town)
    town.jo.replies("action: call 12 customers @Jo due friday\naction: done is done, write it down", under=AGENDA)
    assert words(town, "action") == ["call 12 customers", "done is done, write it down"]
    town.jo.replies("done 1", under=AGENDA)
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
    assert item is not None and item.state == "done"


def test_a_frozen_channel_keeps_nothing_that_could_not_be_shown(town: Town) -> None:
    """While the shared channel gets no posts no review begins and no action item is made."""
    town.until(at(9, 45))
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.session.add(channel)
        uow.commit()
    assert "gets no posts now" in told(town.maya.presses("review.begin", value(town)))
    town.jo.replies("action: send it", under=AGENDA)
    with town.units() as uow:
        assert uow.actions.numbered(1, 1) is None


def test_a_decision_said_at_the_time_begins_the_review(town: Town) -> None:
    """Nobody has to press anything: from half an hour before on, what is noted begins it; days before it is asked."""
    town.until(at(9, 40, day=4))
    town.jo.replies("decision: too early", under=AGENDA)
    assert words(town, "decision") == [] and "Until it begins, reply agenda: …" in lines(town)[-1]
    town.until(at(9, 40))
    town.jo.replies("decision: in time", under=AGENDA)
    assert words(town, "decision") == ["in time"] and review(town).state == "under way"


def test_an_emoji_keeps_the_words_of_a_message(town: Town) -> None:
    """The words are looked up only while a review is under way, and kept once however many put the emoji."""
    town.until(at(9, day=4))
    assert react(town, town.maya, "pushpin", "m-early") == Answer() and asked(town) == []
    begun(town)
    react(town, town.maya, "pushpin", "m-7")
    found_words(town, town.maya, "refund calls go to the second line", author=town.jo)
    react(town, town.jo, "round_pushpin", "m-7")
    found_words(town, town.jo, "refund calls go to the second line", author=town.jo)
    react(town, town.jo, "warning", "m-8")
    found_words(town, town.jo, f"<@{town.user('JO')}> leaves in April", author=town.rey)
    assert words(town, "decision") == ["refund calls go to the second line"]
    assert words(town, "risk") == ["@Jo Santos leaves in April"]
    assert town.reactions().count("white_check_mark") == 2


def test_an_emoji_elsewhere_in_the_channel_keeps_nothing(town: Town) -> None:
    """Words that stand outside the review's own thread are forgotten, and so are those of our own cards."""
    begun(town)
    react(town, town.maya, "pushpin", "m-9")
    found_words(town, town.maya, "lunch at one", author=town.jo, under="nothing")
    row = town.row(AGENDA)
    assert row is not None and row.ref is not None
    react(town, town.maya, "pushpin", row.ref)
    assert words(town, "decision") == [] and len(asked(town)) == 1


def test_a_hammer_makes_an_action_of_its_authors(town: Town) -> None:
    """Without a name it is for who wrote it, by the usual day; what was assumed is said, with the way to change it."""
    begun(town)
    react(town, town.maya, "hammer", "m-7")
    found_words(town, town.maya, "I will send the new refund policy", author=town.jo)
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
    assert item is not None and (item.owner_id, item.due_on) == (4, date(2026, 3, 12))
    assert lines(town)[-1].startswith("Action 1 is with Jo Santos. Somebody else, or another day?")
    town.jo.replies("due 1 friday", under=AGENDA)
    with town.units() as uow:
        moved = uow.actions.numbered(1, 1)
    assert moved is not None and moved.due_on == date(2026, 3, 6)


def test_an_emoji_taken_off_takes_its_line_back(town: Town) -> None:
    """Within ten minutes, by who put it: the decision is struck, and the action item taken back."""
    begun(town)
    for emoji, message in (("pushpin", "m-7"), ("hammer", "m-8")):
        react(town, town.maya, emoji, message)
        found_words(town, town.maya, f"words of {message}", author=town.jo)
        react(town, town.jo, emoji, message, removed=True)
    assert len(words(town, "decision")) == len(words(town, "action")) == 1
    react(town, town.maya, "pushpin", "m-7", removed=True)
    react(town, town.maya, "hammer", "m-8", removed=True)
    assert words(town, "decision") == words(town, "action") == []
    with town.units() as uow:
        item = uow.actions.numbered(1, 1)
    assert item is not None and item.state == "not doing"


def test_an_emoji_taken_off_before_its_words_were_found_keeps_nothing(town: Town) -> None:
    """The words arrive after it was taken off again: nothing is kept; put there once more, they are."""
    begun(town)
    react(town, town.maya, "pushpin", "m-7")
    react(town, town.maya, "pushpin", "m-7", removed=True)
    found_words(town, town.maya, "refund calls go to the second line", author=town.jo)
    assert words(town, "decision") == [] and "white_check_mark" not in town.reactions()
    react(town, town.maya, "pushpin", "m-7", removed=True)
    react(town, town.maya, "pushpin", "m-7")
    found_words(town, town.maya, "refund calls go to the second line", author=town.jo)
    assert words(town, "decision") == ["refund calls go to the second line"]


def test_a_hand_on_the_agenda_says_i_am_here(town: Town) -> None:
    """Once for each person; taken off it is taken back."""
    begun(town)
    row = town.row(AGENDA)
    assert row is not None and row.ref is not None
    react(town, town.rey, "raised_hand::skin-tone-2", row.ref)
    react(town, town.rey, "hand", row.ref)
    assert [each.person_id for each in entries(town, "attendance")] == [1, 5]
    react(town, town.rey, "hand", row.ref, removed=True)
    assert [each.person_id for each in entries(town, "attendance")] == [1]


def test_a_review_begun_by_mistake_is_taken_back(town: Town) -> None:
    """Within ten minutes, by who began it, while nobody else took part: its agenda shows the buttons of before."""
    town.until(at(9, 50))
    answer = town.maya.presses("review.begin", value(town))
    assert answer.card is not None
    button = answer.card.buttons[0]
    town.maya.presses(button.action, button.value)
    assert review(town).state == "planned" and "Begin review" in labels(agenda(town))
    town.maya.presses("review.begin", value(town))
    town.jo.replies("here", under=AGENDA)
    assert "Others have taken part since" in told(town.maya.presses(button.action, button.value))
    assert review(town).state == "under way"


def test_the_command_begins_and_ends_what_is_due_now(town: Town) -> None:
    """Five minutes late "review begin" means this week's review and not the next; "review end" ends it."""
    town.until(at(10, 5))
    assert "is under way" in told(town.maya.types("review begin"))
    assert review(town).state == "under way"
    assert "The minutes are posted" in told(town.maya.types("review end"))
    assert review(town).state == "held" and review(town, 2).state == "planned"


def test_a_stale_begin_button_tells_where_the_review_went(town: Town) -> None:
    """A review that moved since the card was drawn is not begun by the old button; it can be begun all the same."""
    old = value(town)
    with town.units() as uow:
        row = uow.reviews.get(1)
        assert row is not None
        row.starts_at += timedelta(days=1)
        uow.reviews.save(row)
        uow.commit()
    answer = town.maya.presses("review.begin", old)
    assert "planned for Friday 6 March" in told(answer) and labels(answer.card) == ["Begin it now", "Move it"]
    assert review(town).state == "planned"
    town.maya.presses("review.begin.now", value(town))
    assert review(town).state == "under way"


# --- after ------------------------------------------------------------------------------------------------------------


def test_the_minutes_stand_as_the_review_ends(town: Town) -> None:
    """Decisions, actions with owner and day, risks, who was there of both sides, the next review on both clocks; the agenda
    says that it was held and loses its buttons."""
    begun(town)
    town.jo.replies("decision: second line from Monday\nrisk: trainers leave", under=AGENDA)
    town.maya.replies("action: Send the policy @Jo due friday", under=AGENDA)
    town.now += timedelta(minutes=25)
    answer = town.maya.replies("end review", under=AGENDA)
    assert answer.card is None and review(town).state == "held"
    card = minutes(town)
    assert card.text == (
        "Minutes of Weekly review: 1 decision, 1 action and 1 risk."
        " Next: Thursday 12 March 10:00 (London) · 18:00 (Manila)."
    )
    said = seen(card)
    assert "second line from Monday" in said and "trainers leave" in said
    assert "Action 1" in said and "Send the policy · Jo Santos · due Friday 6 March" in said
    assert "('Client', ('Maya Brooks',))" in said and "('Northwind Manila', ('Jo Santos',))" in said
    row = town.row(MINUTES)
    assert row is not None and row.thread_card is None and row.visibility == "SH" and row.created_at == town.now
    assert labels(agenda(town)) == [] and agenda(town).title == "Held: Weekly review"
    assert "What would make next week easier?" in seen(agenda(town))


def test_a_review_without_outcome_says_so(town: Town) -> None:
    """Nothing decided is said as plainly."""
    begun(town)
    town.maya.presses("review.end", value(town))
    assert minutes(town).text.startswith("Minutes of Weekly review: no decisions and no actions.")


def test_late_additions_and_undo_edit_the_minutes_for_ten_minutes(town: Town) -> None:
    """What comes within ten minutes is in the minutes, what is taken back is not; later it is for the next agenda."""
    begun(town)
    town.maya.replies("end review", under=AGENDA)
    town.jo.replies("decision: one more thing", under=MINUTES)
    town.rey.replies("decision: a slip", under=MINUTES)
    town.rey.replies("undo", under=MINUTES)
    assert "one more thing" in seen(minutes(town)) and "a slip" not in seen(minutes(town))
    town.now += timedelta(minutes=11)
    town.jo.replies("decision: too late", under=MINUTES)
    assert words(town, "decision") == ["one more thing"]
    assert "is over. What is still to be said can go on the next agenda" in lines(town)[-1]
    town.jo.replies("agenda: too late for the last one", under=MINUTES)
    assert words(town, "agenda", 2) == ["too late for the last one"]
    assert lines(town)[-1] == "It is on the next agenda, Thursday 12 March 10:00 (London) · 18:00 (Manila)."


def test_the_end_is_taken_back_and_the_minutes_come_again(town: Town) -> None:
    """Within ten minutes by who ended it: the review goes on, the minutes say so, and they are edited at the real end."""
    begun(town)
    answer = town.maya.presses("review.end", value(town))
    assert answer.card is not None
    button = answer.card.buttons[0]
    assert "goes on" in told(town.maya.presses(button.action, button.value))
    assert review(town).state == "under way"
    assert minutes(town).text.startswith("Maya Brooks took the end back")
    town.jo.replies("decision: yes", under=AGENDA)
    town.jo.replies("end review", under=AGENDA)
    assert minutes(town).text.startswith("Minutes of Weekly review: 1 decision")
    assert len([row for row in town.rows(kind="review.minutes")]) == 1


def test_a_decision_comes_up_again_until_it_is_settled(town: Town) -> None:
    """It stands on the next two agendas, with a button that settles it; settled by mistake it comes back."""
    begun(town)
    town.jo.replies("decision: second line from Monday\ndecision: new script", under=AGENDA)
    town.maya.replies("end review", under=AGENDA)
    town.until(at(9, 30, day=12))
    items = [each for each in card_of(town, "review.agenda:2").elements if isinstance(each, Item)]
    assert [each.text[0] for each in items] == [
        "second line from Monday (Thursday 5 March)",
        "new script (Thursday 5 March)",
    ]
    settle = items[0].buttons[0]
    answer = town.rey.presses(settle.action, settle.value)
    assert told(answer) == "Settled: second line from Monday"
    with town.units() as uow:
        entry = uow.reviews.entry(int(settle.value))
    assert entry is not None and entry.state == "settled"
    assert "second line" not in seen(card_of(town, "review.agenda:2"))
    town.rey.replies("undo", under=AGENDA)
    assert "second line" in seen(card_of(town, "review.agenda:2"))


def test_what_two_reviews_left_alone_comes_up_no_more(town: Town) -> None:
    """A decision stands on two agendas and then rests."""
    begun(town)
    town.jo.replies("decision: second line", under=AGENDA)
    town.maya.replies("end review", under=AGENDA)
    shown = []
    for number, day in ((2, 12), (3, 19), (4, 26)):
        town.until(datetime(2026, 3, day, 10, tzinfo=UTC))
        shown.append("second line" in seen(card_of(town, f"review.agenda:{number}")))
        town.maya.presses("review.begin.now", value(town, number))
        town.maya.presses("review.end", value(town, number))
    assert shown == [True, True, False]


def test_a_review_that_nobody_ends_ends_by_itself(town: Town) -> None:
    """Two hours after its planned end what was noted becomes the minutes, in the thread, and says why."""
    begun(town)
    town.jo.replies("decision: yes", under=AGENDA)
    town.later(hours=3)
    assert review(town).state == "held" and "Nobody pressed End review" in minutes(town).why
    row = town.row(MINUTES)
    assert row is not None and row.thread_card is not None


# --- not held ---------------------------------------------------------------------------------------------------------


def test_a_review_nobody_held_is_asked_about_once(town: Town) -> None:
    """The client's owner is asked the next working morning, alone and with the reason; without an answer it counts as not
    held and is never asked about again. The provider is not blamed, and the next review is planned."""
    town.until(at(12, day=6))
    direct = town.rows(kind="review.direct")
    assert [row.account_user for row in direct] == [town.user("MAYA")]
    card = decode_card(direct[0].content)
    assert isinstance(card, PrivateCard) and labels(card) == ["It was held", "Move it", "Skip it"]
    assert card.why == "You answer for Northwind Manila, and nobody pressed Begin review."
    assert review(town).state == "not held" and review(town).asked_at is not None
    assert agenda(town).title == "Not held: Weekly review"
    town.later(days=2)
    assert len(town.rows(kind="review.direct")) == 1 and review(town, 2).state == "planned"


def test_the_deputy_is_asked_while_the_owner_is_away(town: Town) -> None:
    """Maya is on holiday: Ben is asked, and told for whom he stands in."""
    with town.units() as uow:
        uow.absences.add(
            Absence(person_id=1, first_day=date(2026, 3, 4), last_day=date(2026, 3, 13), told_by=1, told_at=town.now)
        )
        uow.commit()
    town.until(at(12, day=6))
    direct = town.rows(kind="review.direct")
    assert [row.account_user for row in direct] == [town.user("BEN")]
    assert "You stand in for Maya Brooks" in decode_card(direct[0].content).text


def test_it_was_held_after_all(town: Town) -> None:
    """What was decided and who was there becomes the minutes of both companies, said to be told afterwards."""
    town.until(at(12, day=6))
    form = town.maya.presses("review.was_held", value(town)).form
    assert form is not None and form.submit == "Post minutes"
    answer = town.maya.submits(
        "review.was_held.tell", {"decisions": "- second line\n\n- new script", "present": "1, 4, 77"}, form.hidden
    )
    assert "are posted" in told(answer) and review(town).state == "held"
    said = seen(minutes(town))
    assert "second line" in said and "new script" in said and "Jo Santos" in said and "told afterwards" in said
    assert agenda(town).title == "Held: Weekly review"
    assert labels(card_of(town, "review.unheld:1")) == [], "the question is answered"


def test_it_was_skipped_with_a_reason(town: Town) -> None:
    """Both companies see why there was none: the question's button opens the form of a review that is left out."""
    town.until(at(12, day=6))
    button = next(each for each in card_of(town, "review.unheld:1").buttons if each.label == "Skip it")
    form = town.maya.presses(button.action, button.value).form
    assert form is not None
    town.maya.submits(form.action, {"reason": "month-end"}, form.hidden)
    assert review(town).state == "skipped"
    assert agenda(town).title == "Skipped: Weekly review" and "month-end" in seen(agenda(town))


def test_ending_what_never_began_offers_the_way_out(town: Town) -> None:
    """Held without the bot: the button that tells what was decided."""
    town.until(at(10, 20))
    town.jo.replies("end review", under=AGENDA)
    row = town.rows(kind="review.line")[-1]
    assert "has not begun" in decode_card(row.content).text
    assert labels(decode_card(row.content)) == ["It was held", "Begin it now"]


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_a_programme_that_rests_is_silent(town: Town, state: str) -> None:
    """No agenda, no line, no question while the programme is paused or over."""
    with town.units() as uow:
        programme = uow.session.get(Programme, 1)
        assert programme is not None
        programme.state = state
        uow.session.add(programme)
        uow.commit()
    town.later(days=10)
    assert [row for row in town.rows() if row.kind.startswith("review.")] == []


def test_an_agenda_after_an_outage_says_that_it_is_late(town: Town) -> None:
    """The bot slept over the agenda's morning: it comes late and says so; after the review it does not come at all."""
    town.now = at(8)
    town._tick()
    row = town.row(AGENDA)
    assert row is not None and "Late: due" in str(worn(agenda(town), row.late).elements[0])


def test_an_agenda_that_slept_past_its_review_stays_away(town: Town) -> None:
    """Nobody needs the agenda of a review that is over."""
    town.now = at(15)
    town._tick()
    assert town.row(AGENDA) is None


def test_a_daily_series_posts_its_agenda_when_it_begins(tmp_path: Path, platform: Platform) -> None:
    """Nothing ahead, nothing asked: beginning it posts the agenda, and ending it the minutes."""
    town = town_at(tmp_path, platform=platform)
    series(town, name="Stand-up", rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", first_wall=datetime(2026, 3, 2, 9, 30),
           template="daily", minutes=15, uid="daily@example.com")  # fmt: skip
    town.until(at(9, 30, day=2))
    assert [row for row in town.rows() if row.kind.startswith("review.")] == []
    town.jo.presses("review.begin", value(town))
    assert labels(agenda(town))[-1] == "End review" and "What could stop us today?" in seen(agenda(town))
    town.jo.replies("end review", under=AGENDA)
    assert minutes(town).text.startswith("Minutes of Stand-up")
    town.until(at(15, day=4))
    assert review(town, 2).state == "not held" and town.rows(kind="review.direct") == []


def test_every_change_of_a_review_is_in_the_audit_log_without_words(town: Town) -> None:
    """Who began, noted, struck and ended; the words are kept apart under their author's key."""
    begun(town)
    town.jo.replies("decision: secret sauce", under=AGENDA)
    town.jo.replies("undo", under=AGENDA)
    town.maya.replies("end review", under=AGENDA)
    with town.units() as uow:
        log = uow.session.exec(select(AuditEntry).where(AuditEntry.subject == "review")).all()
    assert [(each.what, each.person_id) for each in log] == [
        ("review.noted", 1), ("review.begun", 1), ("review.noted", 4), ("review.noted", 4), ("review.struck", 4),
        ("review.ended", 1),
    ]  # fmt: skip
    assert all("secret" not in each.facts for each in log)


def test_the_same_event_twice_keeps_one_line(town: Town) -> None:
    """Platforms repeat themselves: what is seen twice is done once."""
    begun(town)
    row = town.row(AGENDA)
    assert row is not None
    event = Reacted("same", town.maya.account, town.shared_place, emoji="pushpin", message="m-1")
    town.handle(event)
    town.handle(event)
    assert len(asked(town)) == 1
    errand = asked(town)[0]
    author = Account(town.platform, town.workspace("NORTHWIND"), town.user("JO"))
    found = WordsFound("found", town.maya.account, errand.place, installation_id=1, errand=errand, words="yes",
                       thread=row.ref, author=author)  # fmt: skip
    town.handle(found)
    town.handle(found)
    assert words(town, "decision") == ["yes"]


def test_a_review_goes_the_same_way_on_every_database(database: Database) -> None:
    """From its agenda to its minutes and the question about the next one, on SQLite and on PostgreSQL."""
    town = Town(database)
    series(town)
    begun(town)
    town.jo.replies("decision: second line\nrisk: trainers leave\naction: Send it @Jo due friday", under=AGENDA)
    react(town, town.maya, "pushpin", "m-7")
    found_words(town, town.maya, "new script", author=town.jo)
    town.maya.replies("end review", under=AGENDA)
    assert minutes(town).text.startswith("Minutes of Weekly review: 2 decisions, 1 action and 1 risk.")
    town.until(at(12, day=13))
    assert review(town, 2).state == "not held" and len(town.rows(kind="review.direct")) == 1


def test_during_a_review_its_data_stays_and_its_lines_grow(town: Town) -> None:
    """Whoever talks about a number finds it on the agenda as it was when the review began; new lines and decisions that were
    settled show at once."""
    begun(town)
    town.maya.submits(
        "issue.report", {"title": "New worry", "severity": "3", "kind": "service", "visibility": "SH"}, "1"
    )
    town.jo.replies("agenda: one more point", under=AGENDA)
    said = seen(agenda(town))
    assert "one more point" in said and "No open issues." in said and "New worry" not in said
