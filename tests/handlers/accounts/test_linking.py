"""One person who had become known twice is one person: all that was theirs goes along, and comes back when it is undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import SQLModel, col, select

import storage.models as models
from bot.ports import Found
from handlers.places import direct_to
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Facts
from storage.merging import STAYS, naming_columns
from storage.models.person import Person, PersonAccount
from tests.journeys.words import labels
from tests.two_platforms import TENANT, VENDOR, OnTeams, TwoTown, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS
FORM = {"title": "Refunds", "detail": "", "severity": "2", "kind": "service", "visibility": "SH"}


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    return two_towns_at(tmp_path)


@pytest.fixture
def twice(town: TwoTown) -> OnTeams:
    """Maya on Teams, where she became known as somebody of her own, and reported an issue."""
    maya = town.on_teams("Maya B.", TENANT, "MAYA")
    maya.types("help")
    maya.submits("issue.report", FORM, "1")
    return maya


def person(town: TwoTown, name: str) -> Person:
    with town.units() as uow:
        return uow.session.exec(select(Person).where(Person.name == name)).one()


def test_every_column_that_names_a_person_is_known() -> None:
    """No table is forgotten: each column that points at a person is moved or stands in the list of those that stay."""
    pointing = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "parley_person.id" for key in column.foreign_keys)
    }
    moved = {(column.table.name, column.name) for column in naming_columns()}
    assert moved | set(STAYS) == pointing and not moved & set(STAYS)
    named = {
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name == "person_id" or column.name.endswith("owner_id")
    }
    assert named <= pointing, "names a person without saying so"


def test_a_form_links_two_and_undo_parts_them(town: TwoTown, twice: OnTeams) -> None:
    """A manager chooses who it is: the issue, the account and the role are one person's; "undo" gives all of it back."""
    maya, other = person(town, "Maya Brooks"), person(town, "Maya B.")
    form = town.maya.types("setup link Maya Brooks").form
    assert form is not None and form.fields[0].initial == str(maya.id)
    assert form.fields[1].initial == str(other.id)
    assert "Eva Lindqvist (Slack)" not in [option.label for option in form.fields[1].options]
    done = town.maya.submits("account.link", {"person": str(maya.id), "other": str(other.id)}).card
    assert done is not None and done.text == "Maya Brooks is one person now, on Slack and Teams."
    with town.units() as uow:
        issue = uow.issues.numbered(1, 1)
        assert issue is not None and issue.reporter_id == maya.id
        assert [each.platform for each in uow.people.accounts(maya.id or 0)] == [SLACK, TEAMS]
        assert other.name not in [each.name for each in uow.people.of_client(1)] + [
            each.name for each in uow.people.departed(1)
        ]
    assert twice.types("setup people").card is not None  # manages on Teams too
    told = [decode_card(row.content).text for row in town.rows(kind="account.told")]
    assert len(told) == 2 and told[0] == told[1]
    undone = town.maya.types("undo").card
    assert undone is not None and "two people again" in undone.text
    with town.units() as uow:
        issue = uow.issues.numbered(1, 1)
        assert issue is not None and issue.reporter_id == other.id
        assert [each.platform for each in uow.people.accounts(maya.id or 0)] == [SLACK]
        assert "Maya B." in [each.name for each in uow.people.of_client(1)]
        assert uow.audit.broken_at() is None


def test_all_that_hangs_on_somebody_moves(town: TwoTown, twice: OnTeams) -> None:
    """After a link no column but the sealed log's names the second row any more, posts and put-off reminders among them."""
    maya, other = person(town, "Maya Brooks"), person(town, "Maya B.")
    with town.units() as uow:
        post = models.Owner(programme_id=1, side="client", role="deputy", person_id=other.id or 0, since=town.now)
        uow.providers.add(post)
        uow.session.add(
            models.Absence(
                person_id=other.id or 0, first_day=town.now.date(), last_day=town.now.date(), told_at=town.now
            )
        )
        uow.commit()
    town.maya.presses("account.link", f"{other.id}:{maya.id}")
    with town.units() as uow:
        for column in naming_columns():
            left = uow.session.connection().execute(select(column).where(column == other.id)).all()
            assert left == [], column
        held = [row.role for row in uow.providers.owners(1) if row.person_id == maya.id]
    assert held == ["owner"]  # nobody is their own deputy


def test_two_of_different_companies_or_of_one_platform_are_two(town: TwoTown, twice: OnTeams) -> None:
    """Whoever chooses two who cannot be one is told why, at the field; members link nobody."""
    maya, eva, jo, other = (person(town, name).id for name in ("Maya Brooks", "Eva Lindqvist", "Jo Santos", "Maya B."))
    wrong = [
        town.maya.submits("account.link", {"person": str(maya), "other": str(each)}).problems["other"]
        for each in (eva, jo, maya)
    ]
    assert "Both have an account on Slack" in wrong[0]
    assert "different companies" in wrong[1] and "one person already" in wrong[2]
    town.ben.presses("account.link", f"{maya}:{other}")
    town.jo.presses("account.link", f"{maya}:{other}")
    assert person(town, "Maya B.").same_as is None


def test_the_same_address_from_both_directories_is_one_person(town: TwoTown) -> None:
    """When Slack and Teams tell one address for two of the client's people they are linked, and told once on each; by name
    alone nobody is; and who is not that person says so."""
    with town.units() as uow:
        eva = uow.session.exec(select(PersonAccount).where(PersonAccount.user == town.eva.user)).one()
        uow.people.keep_address(eva, "eva@client.example")
        own = uow.people.get(eva.person_id)
        assert own is not None
        own.role = "member"
        uow.people.add(own)
        uow.commit()
    there, namesake = town.on_teams("Eva L", TENANT, "EVA"), town.on_teams("Eva Lindqvist", TENANT, "EVA2")
    town.directory = {
        there.user: Found("Eva L", email="Eva@Client.example", workspace=TENANT),
        namesake.user: Found("Eva Lindqvist", email="eva2@client.example", workspace=TENANT),
    }
    namesake.types("help")
    there.types("help")
    with town.units() as uow:
        account = uow.people.account(eva.person_id, TEAMS)
        assert account is not None and account.user == there.user
        assert uow.people.by_user(1, TEAMS, namesake.user) is not None
    told = town.rows(kind="account.told")
    assert sorted(row.platform for row in told) == [SLACK, TEAMS]
    card = decode_card(told[0].content)
    there.types("help")
    assert len(town.rows(kind="account.told")) == 2
    apart = there.presses("account.unlink", card.buttons[1].value).card
    assert apart is not None and "two people again" in apart.text


def test_nobody_comes_to_steer_by_an_address_alone(town: TwoTown) -> None:
    """An address may have passed to somebody new: where one of the two steers and the other does not, a manager is asked."""
    with town.units() as uow:
        eva = uow.session.exec(select(PersonAccount).where(PersonAccount.user == town.eva.user)).one()
        uow.people.keep_address(eva, "eva@client.example")
        uow.commit()
    there = town.on_teams("Eva L", TENANT, "EVA")
    town.directory = {there.user: Found("Eva L", email="eva@client.example", workspace=TENANT)}
    there.types("help")
    (asked,) = town.rows(kind="account.proposed")
    assert asked.account_user == town.maya.user and town.rows(kind="account.told") == []
    button = decode_card(asked.content).buttons[0]
    there.presses(button.action, button.value)
    with town.units() as uow:
        assert uow.people.account(eva.person_id, TEAMS) is None
    town.maya.presses(button.action, button.value)
    with town.units() as uow:
        assert uow.people.account(eva.person_id, TEAMS) is not None


def test_a_providers_people_are_linked_by_a_managers_click(town: TwoTown) -> None:
    """What another company's directory tells links nobody by itself: the managers are asked once, and one click does it; a
    guest of the client's tells nothing."""
    with town.units() as uow:
        rey = uow.session.exec(select(PersonAccount).where(PersonAccount.user == town.rey.user)).one()
        uow.people.keep_address(rey, "rey@northwind.example")
        uow.commit()
    there = town.on_teams("Rey C", VENDOR, "REY")
    guest = town.on_teams("Rey G", f"guest:{TENANT}", "REYG")
    town.directory = {
        there.user: Found("Rey C", email="rey@northwind.example", workspace=VENDOR),
        guest.user: Found("Rey G", email="rey@northwind.example", workspace=f"guest:{TENANT}", is_guest=True),
    }
    guest.mentions("help")
    there.mentions("help")
    (asked,) = town.rows(kind="account.proposed")
    card = decode_card(asked.content)
    assert asked.account_user == town.maya.user and labels(card)[:1] == ["Yes, link them"]
    with town.units() as uow:
        assert uow.people.account(rey.person_id, TEAMS) is None
    town.jo.presses(card.buttons[0].action, card.buttons[0].value)
    with town.units() as uow:
        assert uow.people.account(rey.person_id, TEAMS) is None
    town.maya.presses(card.buttons[0].action, card.buttons[0].value)
    with town.units() as uow:
        assert uow.people.account(rey.person_id, TEAMS) is not None
        accounts = uow.session.exec(select(PersonAccount).where(col(PersonAccount.user) == guest.user)).one()
        assert accounts.person_id != rey.person_id


def test_my_settings_say_where_i_am_written_to(town: TwoTown, twice: OnTeams) -> None:
    """Who has two accounts chooses where messages go, in one row of their settings; whoever has one sees no such row."""
    maya, other = person(town, "Maya Brooks"), person(town, "Maya B.")
    town.maya.presses("account.link", f"{maya.id}:{other.id}")
    card = twice.types("mornings").card
    assert card is not None
    rows = dict(next(each for each in card.elements if isinstance(each, Facts)).rows)
    assert rows["Written to"] == ("where you were active last",)
    assert [each for each in labels(card) if "Write to me" in each] == ["Write to me on Slack", "Write to me on Teams"]
    twice.presses("account.direct", "slack")
    twice.types("help")
    with town.units() as uow:
        found = uow.people.get(maya.id or 0)
        assert found is not None
        to = direct_to(uow, found)
    assert to is not None and to.account.platform is SLACK
    refused = town.ben.presses("account.direct", "slack").card
    assert refused is not None and "no account of yours" in refused.text
    plain = town.ben.types("mornings").card
    assert plain is not None and "Written to" not in str(plain)


def test_who_is_erased_is_erased_under_every_row(town: TwoTown, twice: OnTeams) -> None:
    """Erasing somebody destroys the keys of all rows they turned out to be: no words of theirs in the log can be read."""
    maya, other = person(town, "Maya Brooks"), person(town, "Maya B.")
    with town.units() as uow:
        entry = models.AuditEntry(
            installation_id=1, at=town.now, person_id=other.id, what="x", subject="x", subject_id=1, visibility="SH"
        )
        uow.audit.note(entry, "my own words")
        assert uow.audit.words(entry) == "my own words"
        uow.commit()
        entry_id = entry.id
    town.maya.presses("account.link", f"{maya.id}:{other.id}")
    with town.units() as uow:
        uow.audit.erase(maya.id or 0)
        kept = uow.session.get(models.AuditEntry, entry_id)
        assert kept is not None and uow.audit.words(kept) is None


def test_an_owner_who_turned_out_to_be_somebody_else_is_not_put_back(town: TwoTown, twice: OnTeams) -> None:
    """Undoing a change of owner never gives a post to a row that holds nothing any more."""
    maya, other = person(town, "Maya Brooks"), person(town, "Maya B.")
    town.maya.types("setup owner Maya B.")
    town.maya.types("setup owner Eva Lindqvist")
    town.maya.presses("account.link", f"{maya.id}:{other.id}")
    answer = town.maya.presses("history.undo", "programme:1").card
    assert answer is not None
    with town.units() as uow:
        holder = uow.providers.accountable(1, "client")
    assert holder is not None and holder.same_as is None
