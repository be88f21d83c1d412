"""A week's figures, as a chat: asked for on Tuesday, replied to, corrected, challenged, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import storage.models as models
from handlers.metrics.keeping import catalogue, import_observations
from handlers.metrics.reading import Observation
from handlers.saying import decode_card
from handlers.schedules import every
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Metrics
from tests.town import Town, town_at

WEEK = date(2026, 2, 23)
REQUEST = "figures:1:2026-02-23"
TARGETS = {"service_level": "85", "handle_time": None, "quality": "90"}


def furnish(town: Town, targets: dict[str, str | None] = TARGETS) -> None:
    """Key metrics with their targets from the beginning, and the two schedules."""
    with town.units() as uow:
        for position, (metric, target) in enumerate(targets.items()):
            tracked = uow.metrics.track(
                models.TrackedMetric(
                    programme_id=1,
                    metric=metric,
                    definition=catalogue().get(metric).definition,
                    position=position,
                    since=town.now,
                )
            )
            assert tracked.id is not None
            if target is not None:
                uow.metrics.set_target(
                    models.MetricTarget(
                        tracked_metric_id=tracked.id,
                        target=Decimal(target),
                        effective_from=date(2020, 1, 1),
                        set_at=town.now,
                    )
                )
        every(uow, "figures", 1, 1, "tue 10:00", "Asia/Manila", town.now)
        every(uow, "digest", 1, 1, "mon 08:30", "Europe/London", town.now)
        uow.commit()


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """The town with three key metrics, on Tuesday after the request was posted."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    return town


def card_text(town: Town, once: str) -> str:
    """What the message shows now."""
    row = town.row(once)
    assert row is not None
    return decode_card(row.content).text


def last_said(town: Town) -> str:
    """The newest message."""
    return decode_card(town.rows()[-1].content).text


def values(town: Town) -> dict[str, str]:
    """The week's figures in force."""
    with town.units() as uow:
        rows = uow.metrics.between(1, WEEK, date(2026, 3, 2))
        return {row.metric: str(row.value) for row in rows}


def test_figures_are_asked_for_on_tuesday_ten_in_manila(town: Town) -> None:
    """One card asks for the last whole week, with an example, at the provider's own ten o'clock."""
    row = town.row(REQUEST)
    assert row is not None and row.kind == "metrics.request" and row.visibility == "SH"
    assert row.created_at == datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    assert "SL 82% AHT 6:52 QA 97%" in card_text(town, REQUEST)
    assert decode_card(row.content).why


def test_a_reply_is_read_echoed_and_counted(town: Town) -> None:
    """What was read stands in the thread, the one unreadable figure is asked about, the request counts."""
    town.jo.replies("SL 82% AHT 6:52 QA good", under=REQUEST)
    said = last_said(town)
    assert said.startswith("Read for 23 February – 1 March 2026: Service level 82.0 %, Average handle time 6:52.")
    assert "I could not read “QA good”: a number such as 97?" in said
    row = town.rows()[-1]
    assert row.thread_card == town.row(REQUEST).key  # type: ignore[union-attr]  # it was said
    assert town.reactions() == ["question"]
    assert "2 of 3 received" in card_text(town, REQUEST)
    town.jo.replies("QA 91", under=REQUEST)
    assert card_text(town, REQUEST) == "3 of 3 figures received for 23 February – 1 March 2026. Thank you."
    assert town.reactions() == ["question", "white_check_mark"]


def test_oops_corrects_and_keeps_both(town: Town) -> None:
    """A correction is said with the old value, and the old figure stays in the history with its reporter."""
    town.jo.replies("SL 82% AHT 6:52", under=REQUEST)
    town.jo.replies("oops AHT 6:25", under=REQUEST)
    assert "Average handle time 6:25 (was 6:52, both are kept)" in last_said(town)
    with town.units() as uow:
        history = uow.metrics.history(1, "handle_time", WEEK)
    assert [str(each.value) for each in history] == ["412", "385"]
    assert history[0].superseded_by == history[1].id
    why = town.maya.types("metrics why AHT")
    assert why.card is not None and "6:25, reply by Jo Santos" in why.card.text


def test_the_volume_is_asked_once(town: Town) -> None:
    """Percentages without counts bring the question for the volume, once for ever, and its answer is remembered."""
    town.jo.replies("SL 82%", under=REQUEST)
    assert "How many contacts" in last_said(town)
    town.jo.replies("about 5,200 a week", under=REQUEST)
    assert "5,200" in last_said(town)
    with town.units() as uow:
        assert uow.settings.get("volume:1") == "5200"
    town.jo.replies("QA 91", under=REQUEST)
    assert "How many contacts" not in last_said(town)


def test_counts_are_kept_as_counts(town: Town) -> None:
    """A ratio in a reply is weighted: numerator and denominator are stored."""
    town.jo.replies("SL 4,182/5,100", under=REQUEST)
    with town.units() as uow:
        (row,) = uow.metrics.between(1, WEEK, date(2026, 3, 2))
    assert (row.numerator, row.denominator, row.value) == (Decimal(4182), Decimal(5100), Decimal(82))


def test_a_named_week_is_honoured(town: Town) -> None:
    """Figures for another week land there, and a week that is not over is asked about."""
    town.jo.replies("w/c 16 February: SL 79%", under=REQUEST)
    assert "16–22 February 2026" in last_said(town) and values(town) == {}
    town.jo.replies("SL 82% this week", under=REQUEST)
    assert "not over yet" in last_said(town) and values(town) == {}


def test_talk_is_left_alone(town: Town) -> None:
    """People talking in the thread are not answered."""
    before = len(town.rows())
    for words in ("we had 82 calls about quality today", "thanks!", "QA is good, SL will follow tomorrow", "12"):
        town.jo.replies(words, under=REQUEST)
    assert len(town.rows()) == before and values(town) == {} and town.reactions() == []


def test_a_challenge_marks_the_figure_and_asks_the_other_side(town: Town) -> None:
    """The disputed figure stays, is marked in the table, and a corrected figure settles it."""
    town.jo.replies("SL 82%", under=REQUEST)
    town.maya.replies("challenge SL: our telephony says 79", under=REQUEST)
    said = last_said(town)
    assert "Maya Brooks challenges Service level 82.0 %" in said and "Jo Santos" in said
    assert _detail(town) == "target at least 85 % · challenged · percentage only"
    town.jo.replies("SL 79", under=REQUEST)
    assert "challenged" not in _detail(town)


def _detail(town: Town) -> str:
    card = town.maya.types("metrics").card
    assert card is not None
    (rows,) = [element.rows for element in card.elements if isinstance(element, Metrics)]
    return rows[0].detail


def test_undo_brings_the_old_figure_back(town: Town) -> None:
    """Within ten minutes the writer takes figures back; what they replaced counts again; later it is too late."""
    town.jo.replies("SL 82%", under=REQUEST)
    town.later(minutes=1)
    town.jo.replies("SL 28%", under=REQUEST)
    town.jo.replies("undo", under=REQUEST)
    assert values(town)["service_level"] == "82" and "82.0 % again" in last_said(town)
    town.later(minutes=30)
    town.jo.replies("undo", under=REQUEST)
    assert values(town)["service_level"] == "82" and "nothing of yours" in last_said(town)


def test_the_form_asks_for_what_is_missing(town: Town) -> None:
    """The button opens a form of the missing metrics, says who sees it, and bad input is named at its field."""
    town.jo.replies("SL 82%", under=REQUEST)
    form = town.jo.presses("metrics.form", "1:2026-02-23").form
    assert form is not None and [field.name for field in form.fields] == ["handle_time", "quality"]
    assert form.visible_to == "both companies"
    wrong = town.jo.submits("metrics.enter", {"handle_time": "6.5", "quality": "ninety"}, form.hidden)
    assert set(wrong.problems) == {"handle_time", "quality"} and "quality" not in values(town)
    town.jo.submits("metrics.enter", {"handle_time": "6:52", "quality": ""}, form.hidden)
    assert values(town) == {"service_level": "82", "handle_time": "412"}
    assert "2 of 3 received" in card_text(town, REQUEST)


def test_figures_by_command(town: Town) -> None:
    """The verb takes figures for the last whole week and answers the one who asked."""
    answer = town.maya.types("metrics SL 82% QA 91")
    assert answer.card is not None and "Quality (critical-error accuracy) 91.0 %" in answer.card.text
    assert values(town) == {"service_level": "82", "quality": "91"}


def test_nothing_missing_nothing_said(tmp_path: Path, platform: Platform) -> None:
    """Who has sent everything is not asked."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.maya.types("metrics SL 82% AHT 6:52 QA 91")
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    assert town.rows(kind="metrics.request") == []


def _observed(value: str, **changes: object) -> Observation:
    fields: dict[str, object] = {
        "provider_name": "Northwind Manila",
        "provider_code": None,
        "queue": None,
        "metric_id": "quality",
        "definition": catalogue().get("quality").definition,
        "period_start": WEEK,
        "period_days": 7,
        "numerator": None,
        "denominator": None,
        "value": Decimal(value),
        "row": 2,
    }
    return Observation(**{**fields, **changes})  # type: ignore[arg-type]  # each field is given


def test_an_import_twice_is_an_import_once(town: Town) -> None:
    """Again changes nothing; a new value corrects; a day within a kept week and an unknown provider are refused."""
    results = []
    for observations in (
        [_observed("91")],
        [_observed("91")],
        [_observed("92")],
        [_observed("90", period_days=1, row=7), _observed("5", provider_name="Nobody", row=8)],
    ):
        with town.units() as uow:
            results.append(import_observations(uow, 1, observations, town.now, origin="week.csv"))
            uow.commit()
    assert [(each.added, each.changed, each.unchanged) for each in results] == [
        (1, 0, 0),
        (0, 0, 1),
        (0, 1, 0),
        (0, 0, 0),
    ]
    refused = " / ".join(results[3].refused)
    assert "row 7: Quality" in refused and "row 8: no provider is called 'Nobody' here" in refused
    assert values(town) == {"quality": "92"}


def test_on_a_digests_day_the_request_hangs_in_its_thread(tmp_path: Path, platform: Platform) -> None:
    """Due on the digest's own morning: one message in the channel, the request for the same week in its thread."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.figures_wall = "mon 15:00"
        uow.providers.add(programme)
        every(uow, "figures", 1, 1, "mon 15:00", "Asia/Manila", town.now)
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    (digest,) = town.rows(kind="digest.weekly")
    (request,) = town.rows(kind="metrics.request")
    assert request.thread_card == digest.key and request.created_at > digest.created_at
    town.jo.replies("SL 82%", under=digest.once)
    assert "1 of 3 received" in card_text(town, "figures:1:2026-03-02")
