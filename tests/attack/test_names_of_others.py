"""Lists to choose from: they tell a provider no names of people whom it has nothing to do with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.town import town_at


def test_a_provider_is_not_offered_the_names_of_all_who_work_for_the_client(tmp_path: Path) -> None:
    """Who says that a review was held without the bot picks who was there: a provider's lead among those who answer for it
    and their own people, and not an executive they never met."""
    town = town_at(tmp_path)
    town.maya.submits("review.set_up", {"template": "weekly", "when": "thursday 09:00", "minutes": "30"}, "1")
    town.until(datetime(2026, 3, 6, 12, tzinfo=UTC))
    with town.units() as uow:
        unheld = next(row for row in uow.reviews.of_series(1) if row.state == "not held")
    offered = {}
    for who in ("jo", "maya"):
        form = getattr(town, who).presses("review.was_held", str(unheld.id)).form
        assert form is not None
        offered[who] = {option.label.partition(" (")[0] for each in form.fields for option in each.options}
    assert offered["jo"] == {"Maya Brooks", "Ben Carter", "Jo Santos", "Rey Cruz"}
    assert offered["maya"] == {*offered["jo"], "Eva Lindqvist"}
    values = {"decisions": "we go on", "present": "3"}
    town.jo.submits("review.was_held.tell", values, str(unheld.id))
    with town.units() as uow:
        assert all(each.person_id != 3 for each in uow.reviews.entries(unheld.id or 0, "attendance"))


def test_a_provider_edits_an_issue_without_a_list_of_the_clients_people(tmp_path: Path) -> None:
    """The same for the owner of an issue: those who answer for the programme, and nobody else of the client."""
    town = town_at(tmp_path)
    town.jo.submits("issue.report", {"title": "Late", "detail": "", "severity": "3", "kind": "other"}, "1")
    form = town.jo.presses("issue.edit", "1").form
    assert form is not None
    owner = next(each for each in form.fields if each.name == "owner")
    assert "Eva Lindqvist" not in str(owner.options) and owner.initial in {each.value for each in owner.options}
    values = {each.name: each.initial for each in form.fields} | {"owner": "3"}
    assert "Choose a name from the list" in town.jo.submits("issue.edited", values, form.hidden).problems["owner"]
    ours = town.maya.presses("issue.edit", "1").form
    assert ours is not None and "Eva Lindqvist" in str(ours.fields)
