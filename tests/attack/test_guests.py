"""A provider's person may be a guest of the client's own workspace: they are an outsider all the same."""

from __future__ import annotations

from pathlib import Path

from bot.ports import Found
from bot.slack.gateway import person_of
from tests.attack.streets import crowded, keep_secrets, seen_by
from tests.town import CLIENT, Resident


def test_a_guest_of_our_workspace_is_of_the_channels_provider(tmp_path: Path) -> None:
    """Once the platform says that somebody is a guest, nothing internal is shown to them, and they are Northwind's."""
    town = crowded(tmp_path)
    keep_secrets(town)
    town.directory["U-GUEST"] = Found("Gil Reyes", "Asia/Manila", "", CLIENT, is_guest=True)
    guest = Resident(town, "gil", CLIENT, "U-GUEST", town.shared_place)
    guest.says("hello there")
    told = seen_by(guest.types("report list")) + seen_by(guest.types("report 1")) + seen_by(guest.types("actions all"))
    assert "Cypress" not in told and "Juniper" not in told and "Shared trouble" in told
    with town.units() as uow:
        person = uow.people.by_user(1, "room", "U-GUEST")
        assert person is not None and (person.side, person.provider_id) == ("provider", 1)


def test_a_guest_named_for_our_side_leaves_the_post(tmp_path: Path) -> None:
    """A guest who was chosen as deputy of the client is found out: they leave the post and the manager is told."""
    town = crowded(tmp_path)
    town.directory["U-GUEST"] = Found("Gil Reyes", "Asia/Manila", "", CLIENT, is_guest=True)
    form = town.maya.types("setup").form
    while form is not None and form.action != "providers.people":
        form = town.maya.submits(form.action, {each.name: each.initial for each in form.fields}, form.hidden).form
    assert form is not None
    values = {each.name: each.initial for each in form.fields}
    town.maya.submits(form.action, {**values, "client_deputy": "U-GUEST"}, form.hidden)
    with town.units() as uow:
        assert uow.providers.accountable(1, "client", "deputy") is None
    assert [row.account_user for row in town.rows(kind="person.wrong_side")] == ["U-MAYA"]


def test_slack_says_who_is_a_guest() -> None:
    """Guests of several channels and of one are read from ``users.info``; members are none."""
    member = {"real_name": "Maya", "team_id": "T1"}
    assert person_of({**member, "is_restricted": True}).is_guest
    assert person_of({**member, "is_ultra_restricted": True}).is_guest
    assert not person_of(member).is_guest
