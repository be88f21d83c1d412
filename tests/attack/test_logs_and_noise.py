"""What people said stands in no error's text, and eight busy weeks stay quiet."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

import storage.models as models
from bot.dispatch import Dispatcher
from bot.ports import Unavailable
from handlers.noise.kinds import KINDS, kind_of
from handlers.vocabulary.incoming import Submitted
from storage.database import Database
from tests.town import Town, town_at

REPORT = {"detail": "Cypress told us", "severity": "3", "kind": "service", "visibility": "SH"}


def test_a_database_error_hides_what_people_said(database: Database) -> None:
    """An error about a statement names it without its parameters, on either database."""
    with database.session() as session, pytest.raises(SQLAlchemyError) as refused:
        session.connection().execute(text("SELECT :said FROM nowhere"), {"said": "Cypress told us"})
    assert "nowhere" in str(refused.value) and "Cypress" not in str(refused.value)


async def test_a_failing_database_is_logged_without_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When a report cannot be kept, the person hears that nothing was saved and no line of the log holds their words."""
    town = town_at(tmp_path)
    with town.database.session() as session:
        session.connection().exec_driver_sql("ALTER TABLE parley_issue RENAME TO parley_issue_away")
        session.commit()

    async def run(work, *arguments):  # type: ignore[no-untyped-def]
        return work(*arguments)

    event = Submitted(
        "e1",
        town.maya.account,
        town.shared_place,
        action="issue.report",
        values={**REPORT, "title": "Juniper"},
        hidden="1",
    )
    with pytest.raises(Unavailable):
        await Dispatcher(town.router, run, lambda: town.now)(event)
    told = "".join(capsys.readouterr())
    assert "event.not_saved" in told and "Juniper" not in told and "Cypress" not in told


def busy(town: Town) -> None:
    """Eight weeks of issues and action items."""
    for day in range(56):
        if day % 7 < 5:
            visible = "INT" if day % 3 == 0 else "SH"
            town.maya.submits("issue.report", {**REPORT, "title": f"Trouble {day}", "visibility": visible}, "1")
            town.maya.types(f"actions add Step {day} {('@Jo', '@Rey', '@Ben')[day % 3]} due +{1 + day % 9}d")
        town.later(days=1)


def roots(town: Town) -> Counter[tuple[str, date]]:
    """How many messages came by themselves on each day of each channel, outside threads, as the table of kinds has it."""
    london = ZoneInfo("Europe/London")
    return Counter(
        (row.channel, row.not_before.astimezone(london).date())
        for row in town.rows()
        if kind_of(row.kind).by_itself(row.reason) and not (row.thread_card or row.thread_ref or row.account_user)
    )


@pytest.mark.slow
def test_eight_busy_weeks_stay_quiet(tmp_path: Path) -> None:
    """At most one unprompted message a channel and day outside threads, at most three reminders an item and owner."""
    town = town_at(tmp_path)
    form = town.maya.types("setup").form
    while form is not None:
        chosen = {"own": "service_level,handle_time"} if form.action == "providers.metrics" else {}
        values = {each.name: each.initial for each in form.fields} | chosen
        form = town.maya.submits(form.action, values, form.hidden).form
    busy(town)
    assert {row.kind for row in town.rows()} <= set(KINDS), "every kind of message was decided on"
    days = roots(town)
    assert len(days) > 16 and max(days.values()) == 1
    with town.units() as uow:
        pings = Counter(
            (ping.action_item_id, ping.person_id)
            for ping in uow.session.exec(select(models.Ping)).all()
            if ping.step != "managers"
        )
    assert max(pings.values()) == 3


def test_two_months_of_sleep_are_told_in_one_late_message(tmp_path: Path) -> None:
    """After two months without a tick each channel gets one digest, which says that it is late and what fell out."""
    town = town_at(tmp_path)
    form = town.maya.types("setup").form
    while form is not None:
        values = {each.name: each.initial for each in form.fields}
        form = town.maya.submits(
            form.action, values | ({"own": "service_level"} if form.action == "providers.metrics" else {}), form.hidden
        ).form
    before = {row.key for row in town.rows()}
    town.now += timedelta(days=63, hours=2)
    town._tick()
    town._tick()
    fresh = [row for row in town.rows() if row.key not in before and not row.thread_card]
    assert sorted(row.kind for row in fresh) == ["digest.internal", "digest.weekly"]
    assert all(row.late is not None and "fell out" in row.content for row in fresh)
