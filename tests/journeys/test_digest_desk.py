"""The verb "digest" as a manager uses it: skip one, take it back, another time, never two in a week."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import PrivateCard
from storage.models.audit import AuditEntry
from tests.journeys.test_digest import shown, words
from tests.journeys.test_figures import furnish
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """The town after its first digest, on Monday 9 March at noon."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    return town


def weeks(town: Town) -> list[str]:
    """When digests were posted, in UTC."""
    return [f"{row.created_at:%m-%d %H:%M}" for row in town.rows(kind="digest.weekly")]


def says(town: Town, typed: str) -> PrivateCard:
    """What Maya is answered, for her eyes only."""
    card = town.maya.types(typed).card
    assert isinstance(card, PrivateCard)
    return card


def test_skip_leaves_out_the_next_one_only(town: Town) -> None:
    """Which one is said on both clocks; the one after tells why there was none; both companies read it in the thread."""
    said = words(says(town, "digest skip"))
    assert "of Monday 16 March 08:30 (London) · 16:30 (Manila) is skipped" in said
    assert "comes Monday 23 March 08:30 (London)" in said
    assert town.rows()[-1].thread_card == town.rows(kind="digest.weekly")[0].key
    assert "Maya Brooks skipped the next digest" in town.shared()[-1]
    assert "The next one is skipped." in words(says(town, "digest"))
    town.until(datetime(2026, 3, 31, 0, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-23 08:30", "03-30 07:30"]
    assert "There was no digest last week: a manager skipped it." in words(shown(town, "digest.weekly:1:2026-03-23"))
    assert "There was no digest" not in words(shown(town, "digest.weekly:1:2026-03-30"))


def test_a_skip_is_taken_back_by_its_button(town: Town) -> None:
    """Undone: the next one comes as if nothing had been said; asked twice, it is told once."""
    card = says(town, "digest skip")
    says(town, "digest skip")
    assert len([row for row in town.rows() if row.kind == "digest.changed"]) == 1
    (button,) = card.buttons
    town.maya.presses(button.action, button.value)
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-16 08:30"]


def test_a_new_time_makes_no_second_digest_in_a_week(town: Town) -> None:
    """Moved from Monday to Wednesday after Monday's was posted: the next one is Wednesday of the next week."""
    said = words(says(town, "digest time wed 09:30"))
    assert "Wednesdays 09:30 (Europe/London)" in said and "Wednesday 18 March 09:30 (London) · 17:30 (Manila)" in said
    assert "Maya Brooks moved the weekly digest to Wednesdays 09:30" in town.shared()[-1]
    town.until(datetime(2026, 3, 26, 0, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-18 09:30", "03-25 09:30"]
    with town.units() as uow:
        entries = uow.session.exec(select(AuditEntry).where(AuditEntry.what == "digest.moved")).all()
    assert [(entry.person_id, entry.facts) for entry in entries] == [(1, '{"from": "mon 08:30", "to": "wed 09:30"}')]


def test_the_form_asks_for_day_and_time(town: Town) -> None:
    """Without a time the form opens, names the anchor's clock, and its answer moves the digest."""
    form = town.maya.types("digest time").form
    assert form is not None and [field.name for field in form.fields] == ["day", "time"]
    assert "Mondays 08:30 (Europe/London)" in form.intro and form.submit == "Move it"
    answer = town.maya.submits("digest.timed", {"day": "tue", "time": "07:00"}, form.hidden)
    assert not answer.problems and answer.card is not None and "Tuesday 17 March 07:00" in words(answer.card)
    assert "time" in town.maya.submits("digest.timed", {"day": "tue", "time": "soon"}, form.hidden).problems
    town.until(datetime(2026, 3, 18, 0, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-17 07:00"]


def test_a_week_that_loses_its_digest_by_moving_is_told(town: Town) -> None:
    """Moved from Friday to Monday on a Wednesday, before that week had its digest: the next one says why there was none."""
    says(town, "digest time fri 08:30")
    town.until(datetime(2026, 3, 18, 12, 0, tzinfo=UTC))
    says(town, "digest time mon 08:30")
    town.until(datetime(2026, 3, 24, 0, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-23 08:30"]
    assert "There was no digest last week: its time was moved." in words(shown(town, "digest.weekly:1:2026-03-23"))


def test_a_pause_is_told_by_the_digest_after_it(town: Town) -> None:
    """Two weeks of silence are explained in one line."""
    says(town, "digest pause")
    assert "there is none to leave out" in words(says(town, "digest skip"))
    town.until(datetime(2026, 3, 24, 0, 0, tzinfo=UTC))
    assert "Monday 30 March 08:30 (London)" in words(says(town, "digest resume"))
    town.until(datetime(2026, 3, 31, 0, 0, tzinfo=UTC))
    assert "There was no digest for 2 weeks: it was paused." in words(shown(town, "digest.weekly:1:2026-03-30"))


def test_weeks_without_the_bot_are_told(town: Town) -> None:
    """Nothing ran over a Monday and the working week after it: the next digest says that one is missing, and why."""
    town.now = datetime(2026, 3, 21, 12, 0, tzinfo=UTC)
    town.until(datetime(2026, 3, 23, 12, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-23 08:30"]
    said = words(shown(town, "digest.weekly:1:2026-03-23"))
    assert "There was no digest last week: Parley was not running." in said


def test_the_preview_has_every_way_on(town: Town) -> None:
    """Pause, skip, time and the internal preview are buttons; the internal one is for the manager's eyes only."""
    before = len(town.rows())
    card = says(town, "digest preview")
    assert [button.action for button in card.buttons] == [
        "digest.pause", "digest.skip", "digest.time", "digest.inside",
    ]  # fmt: skip
    inside = town.maya.presses("digest.inside", card.buttons[3].value).card
    assert isinstance(inside, PrivateCard) and "Only your company reads this" in words(inside)
    assert len(town.rows()) == before
    for action in ("digest.inside", "digest.skip", "digest.time", "digest.timed"):
        refused = town.jo.presses(action, "1").card
        assert refused is not None and "managers" in refused.text


def test_a_time_that_cannot_be_read_is_asked_for_again(town: Town) -> None:
    """What was typed is repeated, with an example; nothing moved."""
    answer = town.maya.types("digest time mon 25:00")
    said = " ".join([*answer.problems.values(), "" if answer.card is None else words(answer.card)])
    assert "mon 25:00" in said and "digest time mon 09:30" in said
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-16 08:30"]


def test_where_no_form_can_be_opened_the_time_is_typed(town: Town) -> None:
    """A mention of the bot gets words instead of a form."""
    answer = town.maya.mentions("digest time")
    assert answer.form is None and answer.card is not None and "digest time mon 09:30" in words(answer.card)


@pytest.mark.parametrize(
    ("typed", "since", "back"),
    [
        ("digest pause", "paused", "The weekly digest is on again."),
        ("digest skip", "skipped", "comes Monday 16 March 08:30"),
        ("digest time tue 09:00", "Tuesdays 09:00", "comes Mondays 08:30 (Europe/London)."),
    ],
)
def test_undo_takes_back_what_was_done_to_the_digest(town: Town, typed: str, since: str, back: str) -> None:
    """The wrong click is undone by the word for it, once: it does not reach back past it to some other record."""
    assert since in says(town, typed).text
    assert back in says(town, "undo").text
    assert says(town, "undo").text.startswith("There is nothing of yours")
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    assert weeks(town) == ["03-09 08:30", "03-16 08:30"]


def test_a_digest_changed_by_somebody_else_is_not_undone(town: Town) -> None:
    """Ben resumed it since, or it is too late: it stays, and the answer says so."""
    says(town, "digest pause")
    with town.units() as uow:
        entry = next(each for each in reversed(uow.audit.of("digest", 1)) if each.what == "digest.paused")
        uow.audit.note(
            AuditEntry(
                installation_id=entry.installation_id,
                programme_id=1,
                at=town.now,
                person_id=entry.person_id + 1 if entry.person_id else None,
                what="digest.moved",
                subject="digest",
                subject_id=1,
                visibility="SH",
            )
        )
        uow.commit()
    assert "was changed again since" in says(town, "undo").text
    town.later(minutes=11)
    assert says(town, "undo").text.startswith("There is nothing of yours")


def test_a_day_and_a_time_alone_move_the_digest(town: Town) -> None:
    """ "digest tuesday 9:00" is no provider's name."""
    assert "comes Tuesdays 09:00 (Europe/London)" in says(town, "digest tuesday 9:00").text
