"""What a digest may say, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plain import plain
from handlers.digests import cards, rules, samples
from handlers.digests.picture import PERIODS_SHOWN, picture_of
from handlers.digests.week import Closed, Overdue
from handlers.metrics.states import row_of
from handlers.saying import encode
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Metrics, Picture, SharedCard, Strong, Words
from storage.models.action import ActionItem
from storage.models.issue import Issue

NOW = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
FOR_THE_CLIENT = ("watch", "declin", "baseline", "no action is on record", "only for you", "internal")


@given(st.lists(st.decimals("60", "99", places=1), min_size=1, max_size=30), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_series_brings_an_internal_word_into_a_shared_card(values: list[object], challenged: bool) -> None:
    """Whatever the weeks were, the card of both companies never speaks of watch or decline."""
    state = samples.example_state("service_level", [str(value) for value in values], "85", challenged=challenged)
    digest = replace(samples.example(), states=(state,))
    said = encode(cards.shared_card(digest, picture_of(digest))).lower()
    assert not [word for word in FOR_THE_CLIENT if word in said]


def test_every_digest_has_its_parts() -> None:
    """Wins, needs work and overdue are never dropped, and each card says why it came and what is next."""
    for card in cards.examples():
        if isinstance(card, SharedCard) and card.why:
            said = plain(card)
            assert all(part in said for part in ("Wins", "Needs work", "Overdue", "Next digest"))


def test_at_most_seven_rows_and_twelve_weeks() -> None:
    """The metric budget holds in the card and in the picture, and a missing week is a gap."""
    for card in cards.worst_cases():
        for element in card.elements:
            if isinstance(element, Metrics):
                assert len(element.rows) <= cards.MOST_ROWS
            if isinstance(element, Picture):
                assert len(element.panels) <= cards.MOST_ROWS
                assert all(len(panel.values) == len(panel.labels) <= PERIODS_SHOWN for panel in element.panels)
                assert None in element.panels[1].values


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (["80"] * 9 + ["90"] * 3, "Service level is back on target (90.0 %)"),
        (["90"] * 4, "Service level on target for 4 weeks in a row"),
        (["90"] * 5, "On target: Service level"),
        (["80"] * 5, None),
    ],
)
def test_wins_are_news_first(values: list[str], line: str | None) -> None:
    """Back on target and round streaks are wins; without news it is said what is on target."""
    found = rules.wins([samples.example_state("service_level", values, "85")], Closed())
    assert found == ([] if line is None else [line])


def test_the_first_line_says_it_all_and_the_card_does_not_repeat_it() -> None:
    """A notification shows whose week it is, targets, the worst and what is late; inside, the title says whose week."""
    usual = samples.example()
    level = samples.example_state("service_level", ["77.9"], "80")
    digest = replace(usual, states=(level, *usual.states[1:3]))
    card = cards.shared_card(digest, None)
    line = "1 of 3 on target; service level 77.9 % is below 80 %; customer satisfaction is missing; 2 overdue."
    assert card.text == f"Northwind Manila, 23 Feb–1 Mar: {line}"
    assert card.title.startswith("Northwind Manila, 23 February") and card.elements[0] == Words((Strong(line),))
    assert rules.headline(replace(digest, states=()), usual.overdue) == "no key metrics are chosen yet; 2 overdue."


def test_targets_are_counted_where_not_every_metric_has_one() -> None:
    """ "4 of 4" of five metrics says what it counts."""
    states = samples.example_states()
    with_target, without = states[1], states[3]
    assert rules.headline(replace(samples.example(), states=(with_target, without)), ()) == "1 of 1 targets met."


def test_a_week_that_reads_otherwise_than_its_status_shows_the_four_weeks() -> None:
    """79 % against 80 % with "On target" beside it: the four weeks it was judged on stand there too."""
    row = row_of(samples.example_state("service_level", ["81", "81", "81", "81", "81", "81", "81", "79"], "80"))
    assert (row.value, row.word) == ("79.0 %", "On target")
    assert row.detail == "target at least 80 % · 4 weeks: 80.5 % · percentage only"


def _issue(state: str, **changes: object) -> Issue:
    past = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
    fields: dict[str, object] = {
        "installation_id": 1, "provider_id": 1, "programme_id": 1, "number": 12, "title": "Refunds", "severity": 2,
        "visibility": "SH", "state": state, "reporter_id": 1, "owner_id": 4, "reported_at": past,
        "acknowledge_by": past, "resolve_by": past, "answer_by": past, "accept_by": past, "waiting_on": "client",
    }  # fmt: skip
    return Issue(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize(
    ("state", "changes", "side"),
    [
        ("open", {}, Side.PROVIDER),
        ("acknowledged", {}, Side.PROVIDER),
        ("waiting", {}, Side.CLIENT),
        ("done", {}, Side.CLIENT),
        ("done", {"severity": 3}, None),
        ("waiting", {"answer_by": None}, None),
        ("open", {"acknowledge_by": NOW.replace(hour=9)}, None),
    ],
)
def test_the_side_whose_turn_it_is_is_late(state: str, changes: dict[str, object], side: Side | None) -> None:
    """A provider's issue that waits for the client is the client's lateness; silence that accepts is nobody's."""
    late = rules.late_issue(_issue(state, **changes), Side.PROVIDER, NOW)
    assert (None if late is None else late.side) is side
    assert late is None or "3 days overdue: Refunds" in late.words


def test_an_action_is_late_after_its_day_where_its_owner_lives() -> None:
    """Due on the eighth: on the morning of the ninth in Manila it is late, in London still the evening of the eighth."""
    action = ActionItem(
        installation_id=1, provider_id=1, programme_id=1, number=7, title="Retrain", side="provider", owner_id=4,
        due_on=date(2026, 3, 8), created_by=1, created_at=NOW,
    )  # fmt: skip
    moment = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
    late = rules.late_action(action, "Jo", ZoneInfo("Asia/Manila"), moment)
    assert isinstance(late, Overdue) and "1 day overdue" in late.words
    assert rules.late_action(action, "Jo", ZoneInfo("Europe/London"), moment) is None
