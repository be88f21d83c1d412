"""What a set-up reads: countries, zones, the metric budget, and providers from a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import select

from handlers.calendar import zone
from handlers.csv_file import WrongColumns
from handlers.providers.importing import import_providers, preview_providers
from handlers.providers.rules import country_read, within_budget, zone_read, zones_of
from storage.models.audit import AuditEntry
from tests.town import town_at

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEADER = (
    "Provider,Country,Zone,Programme,Channel,Internal channel,Client owner,Client deputy,Provider owner,"
    "Provider deputy,Metrics,Digest\n"
)
GOOD = (
    HEADER + "Southwind,CO,America/Bogota,Chat,C-SW,C-SWI,Maya Brooks <U-MAYA>,Ben Carter,Ana Diaz (U-ANA),,"
    "SL=80|AHT,tue 09:00\n"
)


@pytest.mark.parametrize(
    ("said", "code"), [("PH", "PH"), ("philippines", "PH"), ("Colombia", "CO"), ("gb-sct", "GB-SCT"), ("India", "IN")]
)
def test_a_country_is_read_by_name_or_code(said: str, code: str) -> None:
    """Names and codes in any case lead to the code."""
    assert country_read(said) == code


def test_a_misspelt_country_is_offered_what_is_near() -> None:
    """The problem names the field, what was read and the nearest country."""
    with pytest.raises(ValueError, match=r"country: 'Philipines'.*Philippines \(PH\)"):
        country_read("Philipines")


def test_a_country_with_one_clock_needs_no_zone() -> None:
    """Germany and Malaysia have several names and one clock; the United States have to be asked."""
    assert zone_read("", "DE", NOW) == "Europe/Berlin"
    assert zone_read("", "MY", NOW) == "Asia/Kuala_Lumpur"
    assert zone_read("", "GB-SCT", NOW) == "Europe/London"
    assert zone_read("america/chicago", "US", NOW) == "America/Chicago"
    with pytest.raises(ValueError, match="America/New_York"):
        zone_read("", "US", NOW)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["AU", "BR", "CA", "CO", "IN", "PH", "PT", "RU", "US", "ZA"]), st.integers(2024, 2030))
def test_every_zone_of_a_country_is_a_zone_and_differs(country: str, year: int) -> None:
    """Whatever is offered can be used, and no two of a country show the same time all year."""
    offered = zones_of(country, NOW.replace(year=year))
    clocks = {
        tuple(datetime(year, month, 1, tzinfo=UTC).astimezone(zone(name)).utcoffset() for month in (1, 7))
        for name in offered
    }
    assert offered and len(clocks) == len(offered)


def test_the_budget_is_seven() -> None:
    """Seven are kept without repeats; none and eight are refused."""
    assert within_budget(["a", "b", "a"]) == ("a", "b")
    assert len(within_budget("abcdefg")) == 7
    for wrong in ("", "abcdefgh"):
        with pytest.raises(ValueError, match="metrics"):
            within_budget(wrong)


def test_a_file_is_read_and_shown_before_it_is_applied() -> None:
    """Columns in any case, people with their ids, metrics with targets."""
    preview = preview_providers(GOOD, NOW, anchor_zone="Europe/London")
    (spec,) = preview.rows
    assert (spec.theirs.owner.name, spec.theirs.owner.user) == ("Ana Diaz", "U-ANA")
    assert [(each.metric, each.target) for each in spec.metrics] == [("service_level", 80), ("handle_time", None)]
    assert (spec.digest_wall, spec.anchor_zone) == ("tue 09:00", "Europe/London")
    assert preview.lines()[-1] == "1 of 1 rows can be imported."


def test_each_refused_row_says_why() -> None:
    """Every reason is given with the line and the provider, and the good rows stay."""
    rows = [
        "A,Atlantis,Asia/Manila,,,,M,,J,,,",
        "B,PH,Manilla,,,,M,,J,,,",
        "C,PH,Asia/Manila,,,,M,,,,,",
        "D,PH,Asia/Manila,,,,M,,J,,servis level,",
        "Southwind,PH,Asia/Manila,Chat,,,M,,J,,,",
        "E,PH,Asia/Manila,,,,M,,J,,,,too,many",
    ]
    preview = preview_providers(GOOD + "\n".join(rows), NOW)
    assert [each.line for each in preview.refused] == [3, 4, 5, 6, 7, 8]
    reasons = [" ".join(each.reasons) for each in preview.refused]
    for reason, says in zip(
        reasons,
        ("country", "Asia/Manila", "provider_owner", "did you mean service_level", "earlier row", "more cells"),
        strict=True,
    ):
        assert says in reason
    assert [spec.provider for spec in preview.rows] == ["Southwind"]


def test_wrong_columns_are_named() -> None:
    """A file of something else is refused with what is missing and an example."""
    with pytest.raises(WrongColumns, match="provider_owner is missing"):
        preview_providers("name;country;zone\nx;PH;Asia/Manila\n", NOW)


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    """The first time sets up, the second time finds everything as it is: no new audit entry, person or event."""
    town = town_at(tmp_path)
    preview = preview_providers(GOOD, NOW)
    counts = []
    for _ in range(2):
        with town.units() as uow:
            summary = import_providers(preview, uow, 1, town.now)
            counts.append((len(uow.events), len(summary.new), len(summary.known)))
            uow.commit()
        with town.units() as uow:
            counts.append((len(uow.session.exec(select(AuditEntry)).all()), len(uow.people.of_client(1)), 0))
    assert counts[0] == (1, 1, 0) and counts[2] == (0, 0, 1)
    assert counts[1] == counts[3] and counts[1][1] == 3


def test_a_row_that_cannot_be_applied_leaves_nothing_behind(tmp_path: Path) -> None:
    """A channel that belongs to another provider refuses its row whole, and the others go on."""
    town = town_at(tmp_path)
    other = "Eastwind,IN,Asia/Kolkata,Mail,C-EW,,Maya Brooks,,Asha Rao,,voice_support,\n"
    text = GOOD.replace("C-SW,", "C-SHARED,") + other
    with town.units() as uow:
        summary = import_providers(preview_providers(text, NOW), uow, 1, town.now)
        uow.commit()
    assert summary.new == ("Eastwind: Mail",) and "another provider" in summary.lines()[1]
    with town.units() as uow:
        assert uow.providers.provider_named(1, "Southwind") is None


def test_an_empty_zone_is_the_countrys_own_where_there_is_one() -> None:
    """The Philippines have one clock; the United States are asked for the site's zone, with examples."""
    rows = "A,PH,,,,,U0MAYA Maya Brooks,,U-JO,,,\nB,US,,,,,Maya,,Jo,,,\n"
    preview = preview_providers(HEADER + rows, NOW)
    (spec,) = preview.rows
    assert spec.zone == "Asia/Manila"
    assert (spec.client.owner.user, spec.client.owner.name) == ("U0MAYA", "Maya Brooks")
    assert (spec.theirs.owner.user, spec.theirs.owner.name) == ("U-JO", "")
    (refused,) = preview.refused
    assert "United States has several time zones" in refused.reasons[0]


def test_missing_owners_are_said_at_their_column() -> None:
    """Both sides need an owner (S2): each empty column says whose, and how to write one."""
    (refused,) = preview_providers(HEADER + "A,PH,,,,,,,,,,\n", NOW).refused
    assert refused.reasons == (
        "client_owner: who answers for it on your side is missing; "
        "write a member id and a name, such as U0123ABC Jo Santos",
        "provider_owner: who answers for it on their side is missing; "
        "write a member id and a name, such as U0123ABC Jo Santos",
    )
