"""Who is brought in when: shown, edited as text and person by person, agreed to, taken back, handed over."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.records.lines import plain_text
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Answer, AnyCard, Listing, Strong, Words
from storage.models.audit import AuditEntry
from storage.models.escalation import EscalationJump, EscalationMatrix
from storage.models.person import Person
from tests.journeys.words import card_of, labels, told
from tests.town import Resident, Town, town_at

OURS = """
steps:
  - {severity: 1, level: 2, after: 10 minutes, client: Maya Brooks else Ben Carter, provider: Jo}
  - {severity: 1, level: 3, after: 1 hour, client: executive, provider: Rey Cruz}
"""


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    return town_at(tmp_path, platform=platform)


def rows(card: AnyCard | None) -> dict[str, str]:
    assert card is not None
    found: dict[str, str] = {}
    for element in card.elements:
        if isinstance(element, Words) and isinstance(element.text[0], Strong):
            severity, found[severity] = element.text[0].text, plain_text(element.text)
        elif isinstance(element, Listing):
            found[severity] = "\n".join(map(plain_text, element.items))
    return found


def test_the_matrix_reads_on_a_phone(town: Town) -> None:
    """Each severity has its own lines, one a level, none longer than two lines of a phone's screen."""
    shown = rows(town.maya.types("escalation").card)
    assert list(shown) == ["Severity 1", "Severity 2", "Severity 3", "Severity 4"]
    lines = shown["Severity 1"].splitlines()
    assert [line.partition(",")[0] for line in lines] == ["Level 2", "Level 3"]
    assert all(len(line) <= 120 for text in shown.values() for line in text.splitlines())


def version(town: Town) -> int:
    with town.units() as uow:
        kept = uow.escalations.current(1)
    return 0 if kept is None else kept.number


def keeps(person: Resident, town: Town, text: str) -> Answer:
    return person.submits("escalation.kept", {"matrix": text}, f"1:{version(town)}")


def name_someone(town: Town, **values: str) -> Answer:
    usual = {"level": "2", "severity": "1", "after": "20 minutes", "person": town.user("EVA"), "deputy": ""}
    return town.maya.submits("escalation.named", {**usual, **values}, f"1:{version(town)}")


def cards(town: Town) -> list[AnyCard]:
    return [decode_card(row.content) for row in town.rows(kind="escalation.card")]


def test_the_usual_matrix_works_and_says_that_nobody_agreed_yet(town: Town) -> None:
    """Before anybody keeps one, the page shows whom the usual matrix means, by name."""
    card = town.maya.types("escalation").card
    assert card is not None and "not agreed yet" in card.text
    assert "Ben Carter (Client, else Maya Brooks)" in rows(card)["Severity 1"]
    assert labels(card) == ["Keep it as it is", "Name somebody", "Edit as text"]
    by_setup = town.maya.types("setup escalation").card
    assert by_setup is not None and by_setup.buttons[0].action == "escalation.show"


def test_the_provider_sees_the_shared_part_and_both_sides_names(town: Town) -> None:
    """The client's highest level is in the client's page only."""
    ours, theirs = town.maya.types("escalation").card, town.jo.mentions("escalation")
    said = decode_card(town.rows(kind="answer")[-1].content)
    assert theirs.card is None and "Rey Cruz" in rows(said)["Severity 1"] and "Ben Carter" in rows(said)["Severity 1"]
    assert "Eva" in rows(ours)["Severity 1"] and "Eva" not in str(said) and labels(said) == []


def test_a_matrix_edited_as_text_holds_and_both_sides_read_it_once(town: Town) -> None:
    """A version with names is kept, posted to the shared channel without the client's highest level, and followed."""
    form = town.maya.presses("escalation.form", "1:0").form
    assert form is not None and "severity: 1" in form.fields[0].initial
    assert "version 1" in told(keeps(town.maya, town, OURS))
    (card,) = cards(town)
    assert "Maya Brooks" in rows(card)["Severity 1"] and "Eva" not in str(card)
    assert "Level 3, 1 hour late: Rey Cruz" in rows(card)["Severity 1"]
    assert rows(card)["Severity 2"] == "Severity 2: stays with its owner"
    again = town.maya.presses("escalation.form", "1:1").form
    assert again is not None and "Maya Brooks else Ben Carter" in again.fields[0].initial
    assert "Nothing changed" in told(keeps(town.maya, town, again.fields[0].initial))
    values = {"title": "Lines down", "detail": "", "severity": "1", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, "1")
    town.later(hours=3)
    with town.units() as uow:
        names = {each.id: each.name for each in uow.session.exec(select(Person))}
        found = [(each.level, names.get(each.person_id)) for each in uow.session.exec(select(EscalationJump))]
    assert found == [(2, "Maya Brooks"), (2, "Jo Santos"), (3, "Eva Lindqvist"), (3, "Rey Cruz")]
    assert len(cards(town)) == 1


def test_a_change_of_the_clients_highest_level_is_not_told_to_the_provider(town: Town) -> None:
    """Only what binds both is posted, and the provider's word stays for what did not change."""
    keeps(town.maya, town, OURS)
    town.jo.replies("agree", under="escalation.card:1")
    keeps(town.maya, town, OURS.replace("client: executive", "client: Ben Carter"))
    assert version(town) == 2 and len(cards(town)) == 1
    assert "agreed by both" in told(town.maya.types("escalation"))
    with town.units() as uow:
        entries = uow.session.exec(select(AuditEntry).where(AuditEntry.subject == "escalation")).all()
    assert [(each.what, each.visibility) for each in entries] == [
        ("escalation.kept", "SH"),
        ("escalation.agreed", "SH"),
        ("escalation.kept", "INT"),
    ]


def test_the_provider_agrees_with_one_word_under_the_card(town: Town) -> None:
    """After the word of whoever answers there it is agreed by both; the word of others does not count."""
    town.maya.presses("escalation.keep", "1:0")
    town.maya.replies("agree", under="escalation.card:1")
    assert "has not agreed yet" in card_of(town, "escalation.card:1").text
    town.jo.replies("we agree", under="escalation.card:1")
    card = card_of(town, "escalation.card:1")
    assert "agreed by both" in card.text and labels(card) == []
    assert town.reactions()[-1] == "white_check_mark"
    assert "Jo Santos agreed for Northwind Manila" in decode_card(town.rows(kind="escalation.line")[-1].content).text


def test_one_person_is_named_with_pickers(town: Town) -> None:
    """The form has five inputs; the company follows from the person, the rest of the matrix stays."""
    form = town.maya.presses("escalation.person", "1:0").form
    assert form is not None and [field.name for field in form.fields] == [
        "level",
        "severity",
        "after",
        "person",
        "deputy",
    ]
    assert "version 1" in told(name_someone(town, deputy=town.user("BEN")))
    shown = rows(town.maya.types("escalation").card)
    assert "Level 2, 20 minutes late: Eva Lindqvist (Client, else Ben Carter)" in shown["Severity 1"]
    assert "Rey Cruz (Northwind Manila" in shown["Severity 1"] and "4 hours" in shown["Severity 2"]


def test_naming_somebody_leaves_the_time_as_it_is(town: Town) -> None:
    """With no time given severity 1 keeps its 30 minutes; a level that is not there yet is asked for one."""
    form = town.maya.presses("escalation.person", "1:0").form
    assert form is not None and [field.initial for field in form.fields if field.name == "after"] == [""]
    assert "version 1" in told(name_someone(town, after=""))
    assert "Level 2, 30 minutes late" in rows(town.maya.types("escalation").card)["Severity 1"]
    assert "no level 3 yet" in name_someone(town, severity="4", level="3", after="").problems["after"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("level", "1", "always the issue's owner"),
        ("severity", "9", "not a severity"),
        ("after", "soon", "no length of time"),
        ("after", "3 hours", "not later than level 2"),
        ("person", "NOBODY", "in either company"),
        ("person", "", "Nobody is chosen"),
        ("deputy", "JO", "other company"),
    ],
)
def test_a_wrong_choice_is_said_at_its_field(town: Town, field: str, value: str, said: str) -> None:
    """What cannot be used is named with the way out, and nothing is kept."""
    chosen = town.user(value) if value.isupper() else value
    problems = name_someone(town, **{field: chosen}).problems
    assert list(problems) == [field] and said in problems[field]
    assert version(town) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: [", "not YAML"),
        ("a: 1", "is not one of steps"),
        ("steps: []", "1 to 8 lines"),
        ("steps: [{severity: 5, level: 2, after: 1 day}]", "severity: '5' is not one of 1, 2, 3, 4"),
        ("steps: [{severity: 1, level: 1, after: 1 day}]", "Level 1 is always"),
        ("steps: [{severity: 1, level: 3, after: 1 day}]", "no level 2"),
        ("steps: [{severity: 1, level: 2}]", "after is missing"),
        ("steps: [{severity: 1, level: 2, after: 99999 days}]", "no length of time"),
        ("steps: [{severity: 1, level: 2, after: 0 days}]", "between 1 minute and 60 days"),
        ("steps: [{severity: 1, level: 2, after: 1 day, client: Zed}]", "'Zed' is nobody I know of your company"),
        ("steps: [{severity: 1, level: 2, after: 1 day, client: Jo Santos}]", "nobody I know of your company"),
        ("steps: [{severity: 1, level: 2, after: 1 day, provider: executive}]", "executive is for level 3"),
        ("steps: [{severity: 1, level: 2, after: 1 day, how: loudly}]", "neither told nor summary"),
        ("steps: !!python/object/apply:os.system ['true']", "was not understood"),
        ("&a [*a, *a, *a]", "was not understood"),
        ("steps: " + "[" * 2500, "too many brackets"),
        ("steps:\n" + "  - {severity: 1, level: 2, after: 1 day}\n" * 72, "at most 3,000 fit"),
    ],
)
def test_text_that_cannot_be_used_is_refused_with_its_line(town: Town, text: str, said: str) -> None:
    """Whatever is typed into the form, the answer names what was read and a way to write it, at once, and nothing is kept."""
    began = time.monotonic()
    problems = keeps(town.maya, town, text).problems
    assert time.monotonic() - began < 2
    assert said in problems["matrix"] and version(town) == 0


def test_a_version_is_taken_back_within_ten_minutes(town: Town) -> None:
    """The version before holds again and the posted card says so; later, or after the other side agreed, it stays."""
    keeps(town.maya, town, OURS)
    assert "the usual matrix holds again" in told(town.maya.presses("escalation.undo", "1:1"))
    assert version(town) == 0 and "took this back" in card_of(town, "escalation.card:1").text
    keeps(town.maya, town, OURS)
    town.jo.replies("agree", under="escalation.card:2")
    assert "has agreed to it since" in told(town.maya.types("undo"))
    name_someone(town)
    town.later(minutes=11)
    assert "more than ten minutes ago" in told(town.maya.presses("escalation.undo", f"1:{version(town)}"))
    assert version(town) == 3


def test_a_form_opened_before_a_change_keeps_nothing(town: Town) -> None:
    """Two managers at once: the second sees how it stands now."""
    keeps(town.maya, town, OURS)
    stale = town.eva.submits("escalation.kept", {"matrix": ""}, "1:0")
    assert "changed while you were looking" in told(stale) and version(town) == 1


def test_only_managers_of_the_client_change_it(town: Town) -> None:
    """A provider's lead and a member of the client change nothing, whichever way they try."""
    for person in (town.jo, town.ben):
        for action in ("escalation.form", "escalation.keep", "escalation.person", "escalation.undo"):
            assert "for managers" in told(person.presses(action, "1:0"))
        assert "for managers" in told(person.submits("escalation.kept", {"matrix": OURS}, "1:0"))
    assert version(town) == 0


def test_the_history_of_the_matrix_has_every_version(town: Town) -> None:
    """Who kept it and who agreed, by version."""
    keeps(town.maya, town, OURS)
    town.jo.replies("agree", under="escalation.card:1")
    card = town.maya.types("history escalation 1").card
    assert card is not None and "kept it (version 1)" in str(card.elements)
    assert "agreed for the provider (version 1)" in str(card.elements)


def test_whoever_leaves_is_brought_in_no_more(town: Town) -> None:
    """Their successor takes their place in the matrix, in a version both sides read."""
    keeps(town.maya, town, OURS)
    with town.units() as uow:
        jo = uow.session.exec(select(Person).where(Person.name == "Jo Santos")).one()
    town.maya.submits("providers.left", {"successor_1": town.user("REY"), "successor": town.user("REY")}, str(jo.id))
    with town.units() as uow:
        gone = uow.people.get(jo.id or 0)
        assert gone is not None and gone.left_at is not None
        kept = uow.session.exec(select(EscalationMatrix).order_by(EscalationMatrix.number)).all()  # type: ignore[arg-type]
    assert [(each.number, each.created_by is None) for each in kept] == [(1, False), (2, True)]
    shown = rows(town.maya.types("escalation").card)["Severity 1"]
    assert "Rey Cruz (Northwind Manila)" in shown and "Jo Santos" not in shown
    assert len(cards(town)) == 2 and "after somebody left" in str(town.maya.types("escalation").card)


def test_a_person_without_an_account_is_named_as_such(town: Town) -> None:
    """The page says at once whom nobody can tell."""
    with town.units() as uow:
        uow.people.add(
            Person(
                installation_id=1,
                provider_id=1,
                name="Lito Ramos",
                side="provider",
                zone="Asia/Manila",
                created_at=datetime(2026, 3, 1, tzinfo=UTC),
            )
        )
        uow.commit()
    card = keeps(town.maya, town, OURS.replace("provider: Jo", "provider: Lito Ramos")).card
    assert "Lito Ramos: no account here" in str(card)
