"""The dry run of an import: mapping, derived figures, identity checks, refusals and questions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.formulas import Formula, ServiceLevelDefinition
from handlers.metrics.reading import Defaults, Observation, Preview, propose, read_table

DATA = Path(__file__).parents[3].parent / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}; see its PROVENANCE.md")
ACME = Defaults(provider_name="Acme")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def preview(text: str, catalogue: Catalogue, defaults: Defaults | None = ACME) -> Preview:
    return propose(read_table(text.encode()), catalogue, defaults=defaults)


def by_metric(found: Preview) -> dict[str, Observation]:
    return {each.metric_id: each for each in found.observations}


def number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def reason(found: Preview, column: str) -> str:
    return next(each.reason for each in (*found.columns_refused, *found.columns_ignored) if each.column == column)


# --- real files -----------------------------------------------------------------------------------------------------


@real
def test_nhs_weekly(catalogue: Catalogue) -> None:
    """The NHS file gives 503 figures F2 within 60 s; its abandoned column is refused, and 29 rows of zeros are not
    zero.
    """
    found = propose(read_table(DATA / "nhs111" / "nhs111_weekly.csv"), catalogue)
    assert found.ready
    assert {(each.metric_id, each.definition, each.period_days) for each in found.observations} == {
        ("service_level", "F2 within 60 s", 7)
    }
    assert len(found.observations) == 503
    first = found.observations[0]
    assert (first.provider_name, first.provider_code) == ("Cambridgeshire and Peterborough", "111AC5")
    assert (first.period_start, number(first.numerator), number(first.denominator), first.row) == (
        date(2025, 11, 24),
        5287,
        6859,
        2,
    )
    assert all(each.period_start.weekday() == 0 for each in found.observations)
    assert "503 of 503 rows; it seems to hold answered and abandoned together" in reason(found, "calls_abandoned")
    assert "says 51.0 % where at most 3.9 %" in reason(found, "pct_abandoned")
    assert reason(found, "pct_answered_60s") == "derived from the counts instead"
    assert Counter(each.reason for each in found.rows_refused) == {
        "every count is zero: read as not reported, never as zero": 29
    }


@real
def test_nhs_daily_adds_up_to_weekly(catalogue: Catalogue) -> None:
    """The daily file is read by day, and its days add up to the numerators of the weekly file."""
    daily = propose(read_table(DATA / "nhs111" / "nhs111_daily.csv"), catalogue)
    weekly = propose(read_table(DATA / "nhs111" / "nhs111_weekly.csv"), catalogue)
    assert {each.period_days for each in daily.observations} == {1}

    def sums(found: Preview) -> Counter[str]:
        totals: Counter[str] = Counter()
        for each in found.observations:
            totals[each.provider_name] += int(each.numerator or 0)
        return totals

    assert sums(daily) == sums(weekly)


@real
def test_importing_again_changes_nothing(catalogue: Catalogue) -> None:
    """The same file gives the same preview, and no key comes twice."""
    table = read_table(DATA / "nhs111" / "nhs111_daily.csv")
    found = propose(table, catalogue)
    assert found == propose(table, catalogue)
    keys = {
        (each.provider_name, each.queue, each.metric_id, each.definition, each.period_start)
        for each in found.observations
    }
    assert len(keys) == len(found.observations)


@real
def test_five9_call_log(catalogue: Catalogue) -> None:
    """The call log gives handle time a day and campaign; legs and unhandled calls are refused; the threshold is
    missed.
    """
    table = read_table(DATA / "exports" / "five9_call_log_anonymised.csv")
    found = propose(table, catalogue, defaults=ACME)
    assert found.ready
    assert [(each.queue, number(each.numerator), number(each.denominator)) for each in found.observations] == [
        ("Rehash", 43, 1),
        ("DIAL ASAP", 43, 1),
    ]
    assert {each.definition for each in found.observations} == {
        "(talk + hold + after-call work) / handled, outbound calls"
    }
    assert [(each.row, each.reason.split(":")[0]) for each in found.rows_refused] == [
        (4, "another leg of the call in row 5"),
        (5, "no agent handled it and it was not an abandoned inbound call"),
        (6, "no agent handled it and it was not an abandoned inbound call"),
    ]
    assert any("no service level: say its formula and threshold" in note for note in found.notes)
    assert not propose(table, catalogue).ready


@real
def test_genesys_header(catalogue: Catalogue) -> None:
    """A header without rows is understood column by column and asks for the data."""
    found = propose(read_table(DATA / "exports" / "genesys_queue_performance_header.csv"), catalogue, defaults=ACME)
    assert dict(found.mapping)["Offer"] == "offered"
    assert dict(found.mapping)["Short Abandon"] == "short abandons"
    assert found.questions == ("the file has a header but no rows: export it with its data",)
    assert not found.ready


@real
def test_unknown_metrics_of_a_long_file_are_named(catalogue: Catalogue) -> None:
    """A tidy file of metrics that are not in the catalogue is refused row by row, each by the metric's name."""
    found = propose(read_table(DATA / "anatel_smp_2013_2015_tidy.csv"), catalogue)
    assert not found.observations
    assert "'ida_score' is not a metric of the catalogue" in {each.reason for each in found.rows_refused}


# --- which figures follow -------------------------------------------------------------------------------------------

COUNTS = "week_ending,Offered,Answered,Answered 20s,Abandoned,Short abandoned\n2026-03-08,1060,1000,860,60,10\n"


def test_f6_where_short_abandons_are_there(catalogue: Catalogue) -> None:
    """With abandons and short abandons the service level is F6, our default, and equals the published value."""
    found = by_metric(preview(COUNTS, catalogue))
    assert found["service_level"].definition == "F6 within 20 s"
    assert round(found["service_level"].value, 2) == Decimal("81.90")
    assert (number(found["abandonment"].numerator), number(found["abandonment"].denominator)) == (60, 1060)


def test_f3_without_short_abandons_and_f2_without_abandons(catalogue: Catalogue) -> None:
    """Without short abandons it is F3; where only answered can be trusted it is F2."""
    without = COUNTS.replace("Short abandoned", "remark")
    assert by_metric(preview(without, catalogue))["service_level"].definition == "F3 within 20 s"
    bare = by_metric(
        preview("week_ending,Offered,Answered,Answered within 20 sec\n2026-03-08,1060,1000,860\n", catalogue)
    )
    assert bare["service_level"].definition == "F2 within 20 s"
    assert "abandonment" not in bare


def test_a_person_fixes_the_formula(catalogue: Catalogue) -> None:
    """What the contract says wins over what the columns suggest; a threshold that the file lacks is said."""
    said = Defaults(provider_name="Acme", service_level=ServiceLevelDefinition(Formula.F2, 20))
    assert by_metric(preview(COUNTS, catalogue, said))["service_level"].definition == "F2 within 20 s"
    other = preview(
        COUNTS, catalogue, Defaults(provider_name="Acme", service_level=ServiceLevelDefinition(Formula.F2, 30))
    )
    assert "service_level" not in by_metric(other)
    assert any("no service level F2 within 30 s" in note for note in other.notes)


def test_two_thresholds_are_two_series(catalogue: Catalogue) -> None:
    """Answered within 20 s and within 60 s are two figures with different definitions."""
    found = preview("week_ending,answered,answered_20s,answered_60s\n2026-03-08,100,80,90\n", catalogue)
    assert {each.definition: each.numerator for each in found.observations} == {
        "F2 within 20 s": 80,
        "F2 within 60 s": 90,
    }


def test_weekly_scorecard_of_values(catalogue: Catalogue) -> None:
    """A scorecard of bare values is taken unweighted: percent signs, decimal commas, minutes and seconds, blanks
    missing.
    """
    head = "week_ending;Provider;SL %;AHT (mm:ss);CSAT;QA\n"
    text = head + "2026-03-08;Acme;81,20%;6:52;88,5;\n2026-03-15;Acme;79,90%;7:01;n/a;91\n"
    found = preview(text, catalogue, None)
    assert found.ready
    values = {(each.metric_id, each.row): each.value for each in found.observations}
    assert values == {
        ("service_level", 2): Decimal("81.20"),
        ("handle_time", 2): 412,
        ("customer_satisfaction", 2): Decimal("88.5"),
        ("service_level", 3): Decimal("79.90"),
        ("handle_time", 3): 421,
        ("quality", 3): 91,
    }
    assert all(each.denominator is None and each.definition == "as reported" for each in found.observations)


def test_means_are_weighted_by_answered(catalogue: Catalogue) -> None:
    """Intervals add up to their day: means by their calls, the longest wait by maximum, and a bare percentage is
    refused.
    """
    text = (
        "Interval Start,Interval Complete,Queue Name,Answer,Avg Handle,Longest wait,CSAT\n"
        "2026-03-02 09:00,true,Sales,10,00:05:00,00:00:40,80\n"
        "2026-03-02 09:30,true,Sales,30,00:06:00,00:02:00,90\n"
        "2026-03-02 10:00,false,Sales,30,00:09:00,00:09:00,90\n"
    )
    found = preview(text, catalogue)
    metrics = by_metric(found)
    assert (number(metrics["handle_time"].value), number(metrics["handle_time"].denominator)) == (345, 40)
    assert (number(metrics["longest_wait"].value), metrics["longest_wait"].period_days) == (120, 1)
    assert "customer_satisfaction" not in metrics
    reasons = [each.reason for each in found.rows_refused]
    assert "a partial interval" in reasons
    assert any("customer_satisfaction: intervals of 2026-03-02 without their volume" in each for each in reasons)


def test_one_interval_is_not_the_day(catalogue: Catalogue) -> None:
    """A bare percentage of a single interval is not taken for its day; a timestamp at midnight is a day."""
    assert not preview("interval,CSAT\n2026-03-02 09:00,80\n", catalogue).observations
    assert number(preview("timestamp,CSAT\n2026-03-02 00:00:00,80\n", catalogue).observations[0].value) == 80


def test_long_table(catalogue: Catalogue) -> None:
    """One row a figure: metrics are found by name, unknown and repeated ones refused by row."""
    rows = ("CSAT,88", "SL,81%", "Mood,3", "csat,70")
    text = "month,vendor,kpi,value\n" + "".join(f"April 2026,Acme,{row}\n" for row in rows)
    found = preview(text, catalogue, None)
    assert {each.metric_id: each.value for each in found.observations} == {
        "customer_satisfaction": 88,
        "service_level": 81,
    }
    assert {(each.period_start, each.period_days) for each in found.observations} == {(date(2026, 4, 1), 30)}
    assert [(each.row, each.reason) for each in found.rows_refused] == [
        (4, "'Mood' is not a metric of the catalogue"),
        (5, "the same figure as row 2"),
    ]


def test_months_side_by_side(catalogue: Catalogue) -> None:
    """Months as columns become one figure each, under the line of their row; without a metric's name it is asked."""
    found = preview("Provider;KPI;Jan 2026;Feb 2026\nAcme;SL;82%;\nAcme;CSAT;88,5;n/a\n", catalogue, None)
    assert found.ready
    assert [(each.metric_id, each.period_start, each.period_days, each.row) for each in found.observations] == [
        ("service_level", date(2026, 1, 1), 31, 2),
        ("customer_satisfaction", date(2026, 1, 1), 31, 3),
    ]
    assert "which metric" in preview("Provider;Jan 2026;Feb 2026\nAcme;82%;80%\n", catalogue, None).questions[0]


def test_a_row_without_any_figure_is_said(catalogue: Catalogue) -> None:
    """A row whose figures are all blank is refused with the reason, not passed over in silence."""
    found = preview("week_ending,SL,CSAT\n2026-03-08,82%,\n2026-03-15,,n/a\n", catalogue)
    assert [(each.row, each.reason) for each in found.rows_refused] == [
        (3, "nothing that can be used is reported in this row")
    ]


def test_words_of_other_languages(catalogue: Catalogue) -> None:
    """German and Spanish column names are understood."""
    german = preview("KW;Anbieter;Angenommen;Angenommen 20s\n2026-W10;Acme;1.204;1.100\n", catalogue, None)
    assert german.ready
    assert (number(german.observations[0].numerator), number(german.observations[0].denominator)) == (1100, 1204)
    spanish = preview("Semana ending;Proveedor;Atendidas;Abandonadas\n", catalogue, None)
    assert dict(spanish.mapping)["Atendidas"] == "answered"


CALLS = (
    "Call ID,Timestamp,Campaign,Call type,Agent,Talk time,Hold time,After call work time,Queue wait time,Abandoned\n"
    "1,2026-03-02 09:00:00,Help,Inbound,a1,00:03:00,00:00:30,00:00:30,00:00:10,0\n"
    "2,2026-03-02 09:05:00,Help,Inbound,a2,00:05:00,00:00:00,00:01:00,00:00:50,0\n"
    "3,2026-03-02 09:06:00,Help,Inbound,[None],,,,00:01:30,1\n"
    "4,2026-03-02 09:07:00,Help,Inbound,[None],,,,00:00:03,1\n"
)


def test_inbound_call_log(catalogue: Catalogue) -> None:
    """Inbound calls give handle time, speed of answer, abandonment and, with a threshold, the service level of that
    formula.
    """
    said = Defaults(provider_name="Acme", service_level=ServiceLevelDefinition(Formula.F6, 20, 5))
    metrics = by_metric(preview(CALLS, catalogue, said))
    parts = {name: (number(each.numerator), number(each.denominator)) for name, each in metrics.items()}
    assert parts == {
        "handle_time": (600, 2),
        "speed_of_answer": (60, 2),
        "abandonment": (2, 4),
        "service_level": (1, 3),
    }
    assert metrics["service_level"].definition == "F6 within 20 s, short abandons under 5 s"


def test_call_log_says_what_is_missing(catalogue: Catalogue) -> None:
    """A call log without talk time and abandonment says which figures that costs and imports nothing."""
    found = preview("Call ID,Timestamp,Call type,Agent\n1,2026-03-02 09:00:00,Inbound,a1\n", catalogue)
    assert not found.observations
    assert any("no handle time" in note for note in found.notes)
    assert any("which calls were abandoned" in note for note in found.notes)


# --- refusals -------------------------------------------------------------------------------------------------------


def test_rows_that_contradict_themselves(catalogue: Catalogue) -> None:
    """A single row that contradicts itself is refused with its numbers; the column stays."""
    rows = "".join(f"2026-03-{8 + 7 * week:02},100,90,80\n" for week in range(3)) + "2026-03-29,100,90,95\n"
    found = preview("week_ending,offered,answered,answered_20s\n" + rows, catalogue)
    assert len(found.observations) == 3
    assert [(each.row, each.reason) for each in found.rows_refused] == [
        (5, "answered within exceeds answered (95 > 90)")
    ]


def test_repeated_rows_and_wrong_weeks(catalogue: Catalogue) -> None:
    """A repeated row, a week that ends on a Saturday and a cell that is no number are refused, each with row and
    reason.
    """
    text = (
        "week_ending,answered,answered_20s\n2026-03-08,90,80\n2026-03-08,90,80\n2026-03-14,90,80\n2026-03-22,many,80\n"
    )
    found = preview(text, catalogue)
    assert [each.row for each in found.observations] == [2]
    reasons = {each.row: each.reason for each in found.rows_refused}
    assert "as row 2: a repeated row" in reasons[3]
    assert "is a Saturday; a week ends on Sunday" in reasons[4]
    assert "'answered': 'many' is not a number" in reasons[5]


def test_the_hour_that_comes_twice(catalogue: Catalogue) -> None:
    """The same half hour twice is refused with a hint at the clock change, unless the zone tells them apart."""
    head = "interval start,answered,answered_20s\n"
    twice = preview(head + "2026-10-25 01:00,10,9\n2026-10-25 01:00,20,10\n", catalogue)
    assert "clocks go back" in twice.rows_refused[0].reason
    zoned = preview(head + "2026-10-25 01:00+01:00,10,9\n2026-10-25 01:00+00:00,20,10\n", catalogue)
    assert zoned.observations[0].numerator == 19


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("provider,SL\nAcme,82\n", "no period found"),
        ("date,SL\n03/04/2026,82\n", "may be day/month or month/day"),
        ("date,SL\n2026-03-08,82\n2026-03-15,82\n2026-03-22,82\n", "seven days apart"),
        ("week,SL\n2026-03-03,82\n", "neither all Mondays nor all Sundays"),
    ],
)
def test_questions_stop_the_import(catalogue: Catalogue, text: str, question: str) -> None:
    """What cannot be settled from the file is asked, and nothing is imported until it is."""
    found = preview(text, catalogue)
    assert not found.ready
    assert question in found.questions[0]


def test_the_provider_is_asked_and_answered(catalogue: Catalogue) -> None:
    """A file without provider column asks whose it is; a default answers."""
    text = "week_ending,SL\n2026-03-08,82\n"
    assert "which provider" in preview(text, catalogue, None).questions[0]
    assert preview(text, catalogue).observations[0].provider_name == "Acme"


@pytest.mark.parametrize(
    ("column", "cells", "why"),
    [
        ("AHT", ("4:12", "5:01"), "4 minutes 12 seconds or as 4 hours 12 minutes"),
        ("AHT", ("385000", "402000"), "seconds or milliseconds"),
        ("Abandonment", ("0.05", "0.04"), "0.05 % or 5.00 %"),
    ],
)
def test_ambiguous_columns_are_refused(catalogue: Catalogue, column: str, cells: tuple[str, str], why: str) -> None:
    """A column with two readings is refused with both, never guessed."""
    found = preview(f"week_ending,{column}\n2026-03-08,{cells[0]}\n2026-03-15,{cells[1]}\n", catalogue)
    assert not found.observations
    assert why in reason(found, column)


def test_one_doubtful_duration_makes_all_bare_ones_doubtful(catalogue: Catalogue) -> None:
    """Where handle time must be in milliseconds, the plausible-looking wait beside it is not believed either; a word
    settles both.
    """
    text = "week_ending,answered,ASA,Avg Handle\n2026-03-08,100,1200,385000\n"
    found = preview(text, catalogue)
    assert not found.observations
    assert [each.column for each in found.columns_refused] == ["ASA", "Avg Handle"]
    settled = by_metric(preview(text, catalogue, Defaults(provider_name="Acme", bare_durations="ms")))
    assert number(settled["speed_of_answer"].value) == 1.2
    assert number(settled["handle_time"].value) == 385
    totals = preview("week_ending,answered,total handle time\n2026-03-08,1000,385000\n", catalogue)
    assert number(totals.observations[0].value) == 385


def test_units_in_the_column_name(catalogue: Catalogue) -> None:
    """Milliseconds and shares between 0 and 1 are read as such, and the reading is noted."""
    found = preview("week_ending,AHT (ms),SL\n2026-03-08,385000,0.82\n2026-03-15,402000,0.79\n", catalogue)
    values = [each.value for each in found.observations if each.row == 2]
    assert sorted(values) == [82, 385]
    assert any("read as shares" in note for note in found.notes)


def test_markers_and_renamed_providers(catalogue: Catalogue) -> None:
    """A marker in a name is left out, a code with two names is pointed out, and a row without provider is refused."""
    text = "month,provider code,provider,SL\n2026-03,7,GVT (*),82\n2026-04,7,Vivo,83\n2026-04,,,84\n"
    found = preview(text, catalogue, None)
    assert [each.provider_name for each in found.observations] == ["GVT", "Vivo"]
    assert "code 7 has 2 names: GVT, Vivo" in found.notes
    assert [(each.row, each.reason) for each in found.rows_refused] == [(4, "the provider is missing")]


def test_zero_in_one_column_is_zero(catalogue: Catalogue) -> None:
    """Nobody answered in time is a true 0 %; only rows of nothing but zeros are silence."""
    found = preview("week_ending,answered,answered_20s\n2026-03-08,5,0\n2026-03-15,0,0\n", catalogue)
    assert [(number(each.value), each.row) for each in found.observations] == [(0, 2)]


def test_lines_for_a_terminal(catalogue: Catalogue) -> None:
    """The text of a preview says reading, mapping, refusals, questions and what would be imported."""
    lines = "\n".join(preview(COUNTS + "Total,1060,1000,860,60,10\n", catalogue, None).lines())
    for words in (
        "Read as utf-8, cells divided by comma.",
        "'Answered 20s' is answered within 20 s",
        "row 3: a total or average ('Total')",
        "Please say first:",
        "service_level (F6 within 20 s), each a week, Monday to Sunday: 1",
    ):
        assert words in lines
