"""Somebody leaves: nothing is left with them, everybody concerned hears it once, and a mistake is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer
from storage.models.person import Person
from tests.journeys.words import card_of, labels, texts_of, told
from tests.town import Town, town_at

MAYA, BEN, EVA, JO, REY = range(1, 6)
ISSUE = {"title": "Refund calls wait", "severity": "2", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """A town in which Jo has an issue and two action items, one of them called done."""
    town = town_at(tmp_path, platform=platform)
    town.maya.submits("issue.report", ISSUE, "1")
    for words in ("Retrain the queue @Jo Santos due friday", "Send the sheet @Jo Santos due friday"):
        town.maya.types(f"actions add {words}")
    town.jo.replies("done sent", under="action.card:2")
    town.later(minutes=11)
    return town


def person(town: Town, number: int) -> Person:
    """Somebody by id."""
    with town.units() as uow:
        found = uow.people.get(number)
    assert found is not None
    return found


def owners(town: Town) -> tuple[list[str], dict[str, int]]:
    """Who owns the open records, by name; who holds which post, by side and role."""
    with town.units() as uow:
        issues, actions = uow.issues.open_of(1), uow.actions.unfinished_of(1)
        held = [*(each.owner_id for each in issues), *(each.owner_id for each in actions)]
        names = [found.name for person_id in held if (found := uow.people.get(person_id))]
        return names, {f"{row.side} {row.role}": row.person_id for row in uow.providers.owners(1)}


def jo_leaves(town: Town, to: str = "REY") -> Answer:
    """Maya notes it by the form."""
    form = town.maya.types("setup left @Jo Santos").form
    assert form is not None and form.hidden == str(JO)
    return town.maya.submits(
        form.action, {field.name: town.user(to) if to else "" for field in form.fields}, form.hidden
    )


def test_everything_goes_over_in_one_step(town: Town) -> None:
    """The form proposes the deputy; afterwards posts, the issue and both items are theirs, said in one shared message."""
    form = town.maya.types("setup left @Jo Santos").form
    assert form is not None and [field.label for field in form.fields] == [
        "Northwind Manila: who takes over (1 issue and 2 action items)?"
    ]
    assert form.fields[0].initial == town.user("REY")
    before = len(town.rows())
    answer = town.maya.submits(form.action, {form.fields[0].name: town.user("REY")}, form.hidden)
    assert told(answer) == "Jo Santos is noted as having left. This went over:"
    assert labels(answer.card) == ["Undo", "Name a deputy: Northwind Manila"]
    assert owners(town) == (["Rey Cruz"] * 3, {"client owner": MAYA, "client deputy": BEN, "provider owner": REY})
    assert [decode_card(row.content).text for row in town.rows()[before:]] == [
        "Jo Santos has left Northwind Manila. Rey Cruz looks after Northwind Manila now; "
        "1 issue and 2 action items go with it."
    ]
    assert "owner Rey Cruz" in card_of(town, "issue.card:1").text


def test_nobody_leaves_without_a_successor(town: Town) -> None:
    """An empty field, the leaver themselves, somebody of the other company: said at the field, and nothing is done."""
    for to, said in (
        ("", "somebody has to take over"),
        ("JO", "is the one who leaves"),
        ("MAYA", "choose somebody of the provider"),
    ):
        answer = jo_leaves(town, to)
        assert said in answer.problems["successor_1"]
    assert person(town, JO).left_at is None and owners(town)[0] == ["Jo Santos"] * 3


def test_who_has_left_can_do_nothing_and_gets_nothing(town: Town) -> None:
    """Buttons, commands, mentions and direct words are refused with the reason; talk in the channel is left alone."""
    jo_leaves(town)
    before = len(town.rows())
    for answer in (
        town.jo.presses("issue.acknowledge", "1:1"),
        town.jo.types("actions"),
        town.jo.presses("providers.team"),
    ):
        assert told(answer).startswith("You are noted as having left")
    town.jo.mentions("report It is broken")
    town.jo.says("away until friday", direct=True)
    assert [decode_card(row.content).text[:30] for row in town.rows()[before:]] == [
        "You are noted as having left, s"[:30]
    ] * 2
    town.jo.replies("ack", under="issue.card:1")
    assert "not acknowledged yet" in card_of(town, "issue.card:1").text
    before = len(town.rows())
    town.later(days=10)
    assert not [row for row in town.rows()[before:] if row.account_user == town.user("JO")]


def test_a_mistake_is_taken_back_as_a_whole(town: Town) -> None:
    """Within ten minutes: posts, records, access; and the shared message says so, struck through."""
    before = owners(town)
    answer = jo_leaves(town)
    assert answer.card is not None
    town.maya.types("report")
    town.maya.submits("issue.report", {**ISSUE, "title": "Something newer", "visibility": "INT"}, "1")
    assert "Jo Santos is here again, with what was theirs" in told(
        town.maya.presses(answer.card.buttons[0].action, answer.card.buttons[0].value)
    )
    town.maya.types("undo")  # the newer report
    assert owners(town) == before and person(town, JO).left_at is None
    (row,) = town.rows(kind="person.left")
    card = decode_card(row.content)
    assert card.text == "Maya Brooks took this back: Jo Santos stays." and "struck" in row.content
    town.jo.replies("ack", under="issue.card:1")
    assert "working on it" in card_of(town, "issue.card:1").text
    assert "nothing of yours" in told(town.maya.types("undo"))


def test_what_somebody_acted_on_stays_where_it_is(town: Town) -> None:
    """Rey acknowledged the issue before the undo: it stays Rey's, and Maya is told."""
    jo_leaves(town)
    town.rey.replies("ack", under="issue.card:1")
    assert "it stays where it is: issue 1" in told(town.maya.types("undo"))
    assert sorted(owners(town)[0]) == ["Jo Santos", "Jo Santos", "Rey Cruz"]


def test_after_ten_minutes_they_return_with_nothing(town: Town) -> None:
    """Undo is over; "setup returned" lets them act again, and what went over stays."""
    jo_leaves(town)
    town.later(minutes=11)
    assert "last ten minutes" in told(town.maya.types("undo"))
    assert "is here again" in told(town.maya.types("setup returned @Jo Santos"))
    assert owners(town)[0] == ["Rey Cruz"] * 3


def test_only_shared_records_are_counted_in_the_shared_channel(town: Town) -> None:
    """What the client alone sees goes over too, and the provider does not learn that it exists."""
    town.maya.submits("issue.report", {**ISSUE, "title": "A secret", "visibility": "INT"}, "1")
    form = town.eva.types("setup left @Maya Brooks").form
    assert form is not None
    town.eva.submits(form.action, {field.name: town.user("BEN") for field in form.fields}, form.hidden)
    (text,) = texts_of(town, "person.left")
    assert text == "Maya Brooks has left Client. Ben Carter looks after Northwind Manila now."
    with town.units() as uow:
        assert [issue.owner_id for issue in uow.issues.open_of(1) if issue.visibility == "INT"] == [BEN]
    assert "A secret" not in " ".join(town.shared())


def test_a_provider_marks_nobody_of_the_client(town: Town) -> None:
    """By words, by a button's id, by a form: the same words as for somebody who does not exist, and nothing happens."""
    answers = [
        town.jo.presses("providers.leave", str(MAYA)),
        town.jo.presses("providers.leave", "99"),
        town.jo.submits("providers.left", {"successor_1": town.user("BEN")}, str(MAYA)),
        town.jo.submits("providers.leaver", {"person": town.user("MAYA")}),
    ]
    assert len({told(answer) for answer in answers}) == 1 and "nobody by that name" in told(answers[0])
    assert person(town, MAYA).left_at is None
    form = town.jo.presses("providers.leave").form
    assert form is not None and {option.label for option in form.fields[0].options} == {"Jo Santos", "Rey Cruz"}


def test_a_member_and_a_deputy_mark_nobody(town: Town) -> None:
    """It takes a manager, or the owner of the provider's side for their own people; not for oneself."""
    for who, whom in ((town.ben, JO), (town.rey, JO), (town.jo, JO)):
        assert "A manager says that of Jo Santos" in told(who.presses("providers.leave", str(whom)))
    answer = town.jo.presses("providers.leave", str(REY))
    assert told(answer).startswith("Nothing is Rey Cruz's") and answer.card is not None
    town.jo.presses(answer.card.buttons[0].action, answer.card.buttons[0].value)
    assert person(town, REY).left_at is not None
    assert "provider deputy" not in owners(town)[1]


def test_the_last_manager_stays(town: Town) -> None:
    """Somebody has to be able to steer."""
    with town.units() as uow:
        eva = uow.people.get(EVA)
        assert eva is not None
        eva.role = "member"
        uow.people.add(eva)
        uow.commit()
    assert "Name another manager first" in told(town.maya.presses("providers.leave", str(MAYA)))


def test_who_has_left_is_not_put_in_charge(town: Town) -> None:
    """The set-up refuses them at the field, with the way to have them back."""
    jo_leaves(town)
    posts = {
        "client_owner": town.user("MAYA"),
        "client_deputy": town.user("BEN"),
        "provider_owner": town.user("JO"),
        "provider_deputy": "",
    }
    answer = town.maya.submits("providers.people", posts, '{"programme": 1}')
    assert "Jo Santos has left" in answer.problems["provider_owner"]


def test_the_page_of_people_says_who_is_away(town: Town) -> None:
    """Who answers for it on both sides; the other side learns that somebody is away, not until when."""
    town.jo.mentions("away until friday")
    answer = town.maya.types("setup people")
    assert "'Rey Cruz'" in str(answer.card) and ", away now" in str(answer.card)
    assert labels(answer.card) == ["I am away", "Somebody has left", "Change people", "Contract", "Escalation"]
    mine = town.rey.presses("providers.team", "1")
    assert "away until Friday 6 March" in str(mine.card) and labels(mine.card) == ["I am away", "Escalation"]
    assert "Contract" not in str(mine.card)


def test_a_change_of_owner_is_taken_back(town: Town) -> None:
    """ "setup owner" moves Jo's open work to Rey; "undo" gives back what nobody touched, and both posts."""
    before = owners(town)
    town.maya.types("setup owner @Rey Cruz provider")
    assert owners(town) == (["Rey Cruz"] * 3, {"client owner": MAYA, "client deputy": BEN, "provider owner": REY})
    assert "has the owners it had before" in told(town.maya.types("undo"))
    assert owners(town) == before


def test_owners_changed_since_are_not_put_back(town: Town) -> None:
    """Somebody else named another owner since: the undo is refused with the reason."""
    town.maya.types("setup owner @Rey Cruz provider")
    town.eva.types("setup owner @Jo Santos provider", at=town.shared_place)
    assert "changed since" in told(town.maya.types("undo"))


def test_where_the_contract_is_over_leaving_is_silent(town: Town) -> None:
    """The posts go over all the same; nothing is said in the channel."""
    town.maya.types("setup contract today")
    town.later(days=2)
    before = len(town.shared())
    jo_leaves(town)
    assert owners(town)[1]["provider owner"] == REY and len(town.shared()) == before


def test_who_never_left_needs_no_way_back(town: Town) -> None:
    """ "setup back" for somebody who is there is answered kindly, and changes nothing."""
    before = owners(town)
    answer = town.maya.types("setup back @Jo Santos")
    assert "Jo Santos never left here" in str(answer.card) and not answer.problems
    assert owners(town) == before
