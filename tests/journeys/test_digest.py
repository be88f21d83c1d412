"""The weekly digest, as weeks go by: posted once, edited while it is the newest, honest about what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import storage.models as models
from bot.plain import plain
from handlers.digests.gathering import Gathering
from handlers.digests.overall import Level, Line
from handlers.digests.week import Moment
from handlers.lateness import worn
from handlers.metrics.followed import followed_by
from handlers.metrics.keeping import catalogue, import_observations
from handlers.metrics.reading import Observation
from handlers.router import follow
from handlers.routes import table
from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import AnyCard, Metrics, Picture, Tone
from tests.journeys.test_figures import furnish
from tests.town import Town, town_at

FIRST = "digest.weekly:1:2026-03-09"
COVERED = date(2026, 2, 23)
INTERNAL_WORDS = ("watch", "declin", "baseline", "No action is on record", "Only your company reads this")


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """The town with three key metrics, on the Tuesday on which figures are asked for."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    return town


def shown(town: Town, once: str) -> AnyCard:
    """What a message shows now."""
    row = town.row(once)
    assert row is not None, f"{once} was not said"
    return decode_card(row.content)


def words(card: AnyCard) -> str:
    """A card as plain words."""
    return plain(card)


def rows_of(card: AnyCard) -> dict[str, tuple[str, str]]:
    """Value and status word of each metric."""
    (found,) = [element.rows for element in card.elements if isinstance(element, Metrics)]
    return {row.name: (row.value, row.word) for row in found}


def report(town: Town, weeks: dict[date, dict[str, str]], provider: str = "Northwind Manila") -> None:
    """Import weekly values by metric."""
    observations = [
        Observation(provider, None, None, metric, catalogue().get(metric).definition, week, 7, None, None, Decimal(value), 2)
        for week, values in weeks.items()
        for metric, value in values.items()
    ]  # fmt: skip
    with town.units() as uow:
        import_observations(uow, 1, observations, town.now)
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()


def test_the_digest_says_the_week_in_one_line(town: Town) -> None:
    """Monday half past eight in London: one sentence, each metric with its word, wins and needs work, what is next."""
    town.jo.replies("SL 82% AHT 6:52 QA 91", under="figures:1:2026-02-23")
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    row = town.row(FIRST)
    assert row is not None and (row.kind, row.visibility, row.channel) == (
        "digest.weekly",
        "SH",
        town.channel("SHARED"),
    )
    assert row.created_at == datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    card = shown(town, FIRST)
    headline = "Northwind Manila, 23 Feb–1 Mar: 1 of 2 targets met; service level 82 % is below 85 %."
    assert card.text == f"{headline} Nothing overdue. 3 of 3 metrics received."
    assert rows_of(card)["Quality (critical-error accuracy)"] == ("91.0 %", "On target (early)")
    said = words(card)
    assert "On target: Quality" in said and "Service level 82 % is below 85 %" in said and "Next digest" in said
    assert card.why and any(isinstance(element, Picture) for element in card.elements)


def test_it_keeps_half_past_eight_across_the_change_of_clocks(town: Town) -> None:
    """On 29 March 2026 London's clocks go forward: the digest stays at 08:30 on the wall, once a week."""
    town.until(datetime(2026, 4, 7, 0, 0, tzinfo=UTC))
    moments = [row.created_at for row in town.rows(kind="digest.weekly")]
    assert moments == [datetime(2026, 3, day, 8, 30, tzinfo=UTC) for day in (9, 16, 23)] + [
        datetime(2026, 3, 30, 7, 30, tzinfo=UTC),
        datetime(2026, 4, 6, 7, 30, tzinfo=UTC),
    ]


def test_a_missing_week_is_grey_and_said(town: Town) -> None:
    """No figures are no zero and no green: the digest says that they are missing and how to send them."""
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    card = shown(town, FIRST)
    assert card.text == "Northwind Manila, 23 Feb–1 Mar: no figures yet, 3 of 3 missing."
    assert {value for value, _ in rows_of(card).values()} == {"no data"}
    assert "Reply here, for example SL 82%" in words(card)


def test_late_figures_edit_the_newest_digest(town: Town) -> None:
    """Figures of the covered week, by reply under the digest or in the request, change the card in its place."""
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    town.jo.replies("SL 86% AHT 6:10 QA 92", under=FIRST)
    assert shown(town, FIRST).text.startswith("Northwind Manila, 23 Feb–1 Mar: 2 of 2 targets met.")
    assert len(town.rows(kind="digest.weekly")) == 1
    town.jo.replies("oops SL 80", under="figures:1:2026-02-23")
    assert "service level 80 % is below 85 %" in shown(town, FIRST).text
    detail = words(shown(town, "digest.detail:1:2026-03-09"))
    assert "Reply by Jo Santos, 9 March" in detail


def test_an_older_digest_is_left_as_it_was(town: Town) -> None:
    """Once a newer digest stands, corrections of the older week no longer change the older card."""
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    before = shown(town, FIRST)
    town.jo.replies("SL 86%", under=FIRST)
    assert shown(town, FIRST) == before
    assert rows_of(shown(town, "digest.weekly:1:2026-03-16"))["Service level"][0] == "no data"


def test_the_newest_week_is_covered_as_soon_as_it_has_a_figure(town: Town) -> None:
    """Figures that come before the digest are in it, although they were not due yet."""
    town.until(datetime(2026, 3, 9, 7, 0, tzinfo=UTC))
    town.maya.types("metrics SL 86% AHT 6:10 QA 92")
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert "2–8 Mar" in shown(town, FIRST).text


def test_figures_due_before_the_digest_cover_the_week_that_just_ended(town: Town) -> None:
    """With figures due on Monday at eight in London the week of yesterday is covered, grey if missing."""
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.figures_wall = "mon 08:00"
        uow.session.add(programme)
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert "2–8 Mar: no figures yet" in shown(town, FIRST).text


def test_a_win_of_the_week_is_in_mondays_digest_once(town: Town) -> None:
    """Kudos in a thread stand in the next digest and not in the one after; neither part is ever dropped."""
    town.maya.replies("kudos Rey for the refund weekend", under="figures:1:2026-02-23")
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    first, second = words(shown(town, FIRST)), words(shown(town, "digest.weekly:1:2026-03-16"))
    assert "Kudos from Maya Brooks: “Rey for the refund weekend”" in first and "refund" not in second
    assert "Wins" in second and "Nothing to report." in second and "Needs work" in second


def test_overdue_names_both_sides(town: Town) -> None:
    """An action of the client that is late stands beside the provider's; internal ones only in the internal digest."""
    with town.units() as uow:
        for number, (side, owner, visibility) in enumerate(
            [("client", 1, "SH"), ("provider", 4, "SH"), ("client", 1, "INT")], 1
        ):
            uow.actions.add(
                models.ActionItem(
                    installation_id=1, provider_id=1, programme_id=1, number=number, title=f"Task {number}", side=side,
                    owner_id=owner, due_on=date(2026, 3, 5), visibility=visibility, created_by=1, created_at=town.now,
                )
            )  # fmt: skip
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    shared, internal = words(shown(town, FIRST)), words(shown(town, "digest.internal:1:2026-03-09"))
    assert "Action 1 (Maya Brooks), 4 days overdue: Task 1" in shared
    assert "Action 2 (Jo Santos), 4 days overdue: Task 2" in shared
    assert "Task 3" not in shared and "Task 3" in internal and "0 issues, 1 action" in internal


def _decline(town: Town, provider: str = "Northwind Manila") -> None:
    """Twelve good weeks and eight that slide, up to the covered one."""
    normal = ["85.1", "84.2", "85.9", "83.6", "84.4", "86.0", "85.2", "84.8", "83.9", "85.6", "84.5", "85.3"]
    sliding = ["84.9", "84.4", "84.6", "83.9", "84.2", "83.7", "84.0", "83.5"]
    values = [*normal, *sliding]
    first = COVERED - timedelta(weeks=len(values) - 1)
    report(town, {first + timedelta(weeks=at): {"service_level": value} for at, value in enumerate(values)}, provider)


def test_a_decline_is_for_the_client_only(town: Town) -> None:
    """The internal digest says the sentence; no shared card ever holds a word of it."""
    _decline(town)
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    internal = shown(town, "digest.internal:1:2026-03-09")
    assert internal.kind == "INT"
    assert "Service level has averaged 84.0 % over the last 6 weeks" in words(internal)
    assert "No action is on record." in words(internal)
    assert rows_of(internal)["Service level"][1].endswith("declining")
    for row in town.rows(visibility="SH"):
        said = row.content
        assert not [word for word in INTERNAL_WORDS if word.lower() in said.lower()], row.once


def test_a_late_digest_says_so(town: Town) -> None:
    """After a night in which nothing ran, the digest comes once and says that it is late."""
    town.until(datetime(2026, 3, 9, 8, 0, tzinfo=UTC))
    town.now = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    town._tick()
    row = town.row(FIRST)
    assert row is not None and "Late: due" in str(worn(shown(town, FIRST), row.late).elements[0])
    assert len(town.rows(kind="digest.weekly")) == 1


def test_pause_and_resume(town: Town) -> None:
    """A manager pauses: nothing is posted; resumed, the next one comes. A provider cannot."""
    assert "managers" in town.jo.types("digest pause").card.text  # type: ignore[union-attr]  # a refusal is a card
    town.maya.types("digest pause")
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert town.rows(kind="digest.weekly") == [] and town.rows(kind="digest.internal") == []
    town.maya.types("digest resume")
    town.until(datetime(2026, 3, 16, 12, 0, tzinfo=UTC))
    assert [row.once for row in town.rows(kind="digest.weekly")] == ["digest.weekly:1:2026-03-16"]


def test_a_preview_posts_nothing(town: Town) -> None:
    """The verb shows a manager what would go out, privately."""
    before = len(town.rows())
    card = town.maya.types("digest").card
    assert card is not None and card.kind == "PRV" and "no figures yet" in card.text
    assert len(town.rows()) == before


def test_after_the_contract_everything_is_silent(town: Town) -> None:
    """The contract ended on Sunday: neither request nor digest comes."""
    with town.units() as uow:
        provider = uow.providers.provider(1)
        assert provider is not None
        provider.contract_end = date(2026, 3, 8)
        uow.session.add(provider)
        uow.commit()
    before = len(town.rows())
    town.until(datetime(2026, 3, 24, 12, 0, tzinfo=UTC))
    assert len(town.rows()) == before


def test_without_metrics_it_says_so(tmp_path: Path, platform: Platform) -> None:
    """A programme that follows nothing yet still gets its digest."""
    town = town_at(tmp_path, platform=platform)
    furnish(town, {})
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert shown(town, FIRST).text == "Northwind Manila, 23 Feb–1 Mar: no key metrics are chosen yet."


def test_days_are_added_up_to_weeks(town: Town) -> None:
    """Seven days of counts make the week's ratio of sums; six are a partial week and no figure."""

    def day(number: int) -> Observation:
        numerator, denominator = Decimal(80 + number), Decimal(100 * (1 + number))
        return Observation(
            "Northwind Manila", None, None, "service_level", catalogue().get("service_level").definition,
            COVERED + timedelta(days=number), 1, numerator, denominator, 100 * numerator / denominator, 2,
        )  # fmt: skip

    for count, value in ((6, None), (7, 100 * 581 / 2800)):
        with town.units() as uow:
            import_observations(uow, 1, [day(number) for number in range(count)], town.now)
            uow.commit()
        with town.units() as uow:
            level = followed_by(uow, 1, date(2026, 3, 9))[0]
        point = level.until(COVERED).points[-1]
        assert point.usable == (None if value is None else pytest.approx(value))


def test_praise_and_challenges_do_not_leak_out_of_the_internal_thread(town: Town) -> None:
    """Words under the internal digest never become a win or a mark that both companies read."""
    town.maya.types("metrics w/c 23 February: SL 82%")
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    for said in ("kudos Jo, cheap as they are", "challenge SL: they cheat"):
        town.maya.replies(said, under="digest.internal:1:2026-03-09")
        assert "Only your company reads this thread" in decode_card(town.rows()[-1].content).text
        assert town.rows()[-1].visibility == "INT"
    with town.units() as uow:
        assert not uow.wins.between(1, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert "challenged" not in words(shown(town, FIRST))


def test_figures_under_the_internal_digest_are_answered_there(town: Town) -> None:
    """A manager's correction in the internal thread is kept for the covered week; the echo stays internal."""
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    town.maya.replies("SL 86%", under="digest.internal:1:2026-03-09")
    echo = next(row for row in town.rows() if row.kind == "metrics.read")
    assert (echo.visibility, echo.channel) == ("INT", town.channel("INTERNAL"))
    assert rows_of(shown(town, FIRST))["Service level"][0] == "86.0 %"


def test_two_providers_know_nothing_of_each_other(town: Town) -> None:
    """A person of another provider cannot open the table or the form of this one, by button or by name."""
    with town.units() as uow:
        other = uow.providers.add(
            models.Provider(installation_id=1, name="Southwind", country="IN", zone="Asia/Kolkata", created_at=town.now)
        )
        jo = uow.people.get(4)
        assert jo is not None and jo.name == "Jo Santos"
        jo.provider_id = other.id
        uow.session.add(jo)
        uow.commit()
    for action in ("metrics.form", "metrics.why"):
        answer = town.jo.presses(action, "1:2026-02-23:service_level")
        assert answer.form is None and answer.card is not None and "Northwind" not in answer.card.text


def test_without_an_internal_channel_the_owner_gets_it_directly(town: Town) -> None:
    """No internal channel and a frozen shared one: the client's owner reads it in a direct message, and why."""
    with town.units() as uow:
        for kind in ("shared", "internal"):
            channel = uow.providers.channel(1, kind)
            assert channel is not None
            channel.frozen = True
            uow.session.add(channel)
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    row = town.row("digest.internal:1:2026-03-09")
    assert row is not None and row.account_user == town.user("MAYA") and town.rows(kind="digest.weekly") == []
    assert "not posted to both companies" in words(decode_card(row.content))


def test_months_are_a_series_of_their_own(town: Town) -> None:
    """What is reported by months shows its last whole month, and is not asked for every week."""
    quality = catalogue().get("quality")
    months = [(date(2026, 1, 1), 31, "88"), (date(2026, 2, 1), 28, "92")]
    with town.units() as uow:
        observations = [
            Observation("Northwind Manila", None, None, "quality", quality.definition, start, days, None, None, Decimal(value), 2)
            for start, days, value in months
        ]  # fmt: skip
        assert import_observations(uow, 1, observations, town.now).added == len(months)
        uow.commit()
    town.until(datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
    (row,) = (
        each
        for element in shown(town, FIRST).elements
        if isinstance(element, Metrics)
        for each in element.rows
        if each.name == quality.name
    )
    assert row.value == "92.0 %" and "February 2026" in row.detail
    assert "Quality" not in words(shown(town, "figures:1:2026-03-02"))


def test_queues_without_volume_wait(town: Town) -> None:
    """Percentages of two queues are not averaged: the metric waits for their volumes and the digest says so."""
    level = catalogue().get("service_level")
    with town.units() as uow:
        observations = [
            Observation("Northwind Manila", None, queue, level.id, level.definition, COVERED, 7, None, None, Decimal(value), 2)
            for queue, value in (("Retail", "82"), ("Care", "90"))
        ]  # fmt: skip
        import_observations(uow, 1, observations, town.now)
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert "Service level waits for the volumes of its queues" in words(shown(town, FIRST))
    assert rows_of(shown(town, FIRST))["Service level"][0] == "no data"


def test_peers_that_fell_too_are_told_without_their_names(town: Town) -> None:
    """Before one provider is blamed, the client reads that others fell in the same weeks; the shared card says nothing."""
    for name in ("Southwind", "Eastwind"):
        with town.units() as uow:
            provider = uow.providers.add(
                models.Provider(installation_id=1, name=name, country="IN", zone="Asia/Kolkata", created_at=town.now)
            )
            assert provider.id is not None
            uow.providers.add(
                models.Programme(
                    installation_id=1, provider_id=provider.id, name="Voice", anchor_zone="Europe/London",
                    digest_wall="mon 08:30", figures_wall="tue 10:00", created_at=town.now,
                )
            )  # fmt: skip
            uow.commit()
    for name in ("Northwind Manila", "Southwind", "Eastwind"):
        _decline(town, name)
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    internal = words(shown(town, "digest.internal:1:2026-03-09"))
    assert "Other providers fell in the same weeks" in internal and "Southwind" not in internal
    assert "Other providers" not in words(shown(town, FIRST))


def test_home_and_digest_count_a_week_alike(town: Town) -> None:
    """Good in the week alone, off target over its four weeks, and the others missing: Home says of that week word for word what
    the digest says, and what is missing is not left out of the targets."""
    weeks = [COVERED - timedelta(weeks=back) for back in range(4)]
    report(town, {week: {"service_level": "86" if week == COVERED else "70"} for week in weeks})
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    assert "23 Feb–1 Mar: 0 of 2 targets met; " in shown(town, FIRST).text
    home = town.maya.types("home").card
    assert home is not None and "Northwind Manila: off target; 0 of 2 targets met, 2 missing" in plain(home)


def test_nothing_is_missing_before_it_was_asked_for(tmp_path: Path, platform: Platform) -> None:
    """Set up on a Sunday, asked on Tuesdays: on Monday Home, digest and portfolio say from when figures are asked, in grey;
    once the request's time has come and nothing is there, it is missing."""
    town = town_at(tmp_path, platform=platform)
    furnish(town)
    with town.units() as uow:
        programme = uow.providers.programme(1)
        assert programme is not None
        programme.created_at = datetime(2026, 3, 8, 15, tzinfo=UTC)
        uow.session.add(programme)
        uow.commit()
    town.until(datetime(2026, 3, 9, 12, 0, tzinfo=UTC))
    asked = "figures asked from Tue 10 Mar"
    home = town.maya.types("home").card
    assert home is not None and f"not measured yet; {asked}" in plain(home) and "missing" not in plain(home)
    assert "needs a look" not in home.text and home.text.endswith("Northwind Manila: not measured yet.")
    digest = shown(town, FIRST)
    assert digest.text == f"Northwind Manila, 23 Feb–1 Mar: {asked}." and digest.tone is Tone.MISSING
    with town.units() as uow:
        programme, provider = uow.providers.programme(1), uow.providers.provider(1)
        assert programme is not None and provider is not None
        at = Moment(datetime(2026, 3, 9, 12), town.now)
        line = Line("Northwind Manila", "C", Gathering(uow, programme, provider, at, town.now).digest, {})
        assert (line.level, asked[1:] in line.details) == (Level.UNMEASURED, True)
    town.until(datetime(2026, 3, 10, 12, 0, tzinfo=UTC))
    later = town.maya.types("home").card
    assert later is not None and "figures missing; no figures yet, 3 of 3 missing" in plain(later)
