"""Many series from one file: all of them or none, and twice is once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.choosing import main
from bot.room.time import OFFSET
from handlers.csv_file import WrongColumns
from handlers.reviews.series.importing import SeriesPreview, import_series, preview_series
from handlers.router import follow
from handlers.routes import table
from storage.database import Database
from tests.town import Town, town_at

HEADER = "provider,programme,name,cadence,minutes,template,link,anchor zone,ahead days\n"
GOOD = (
    HEADER
    + "Northwind Manila,,,weekly thu 09:00,30,,https://meet.example.com/a,,2\n"
    + "northwind manila,Voice support,Month end,last working day of the month 16:00,60,monthly,,Asia/Manila,\n"
)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return town_at(tmp_path)


def preview(town: Town, text: str) -> SeriesPreview:
    with town.units() as uow:
        return preview_series(text, uow, 1, town.now)


def imported(town: Town, text: str) -> list[str]:
    with town.units() as uow:
        done = import_series(preview_series(text, uow, 1, town.now), uow, town.now)
        follow(table().followers, uow, town.now)
        uow.commit()
    town.deliver()
    return done


def test_a_file_is_shown_before_anything_is_stored(town: Town) -> None:
    """Each row in words, with its clock and what was left empty filled in; nothing is kept."""
    assert preview(town, GOOD).lines() == [
        "Northwind Manila: Weekly operations review, every Thursday at 09:00 (Europe/London), 30 minutes",
        "Northwind Manila: Month end, the last working day of every month at 16:00 (Asia/Manila), 60 minutes",
        "2 to set up, 0 there already, 0 refused.",
    ]
    with town.units() as uow:
        assert list(uow.series.of(1)) == []


def test_a_first_date_that_a_holiday_moved_names_the_holiday(town: Town) -> None:
    """A series on Mondays that begins at Easter says in the preview where its first date goes and why, and again once it
    stands; a usual date is not explained."""
    town.until(datetime(2026, 4, 4, 9, tzinfo=UTC))
    row = HEADER + "Northwind Manila,,,weekly mon 10:00,30,,,,2\n"
    (line, _) = preview(town, row).lines()
    moved, instead = "Moved Tuesday 7 April 10:00 (London)", "instead of Monday 6 April 10:00: Easter Monday"
    assert moved in line and instead in line
    (done,) = imported(town, row)
    assert "next Tuesday 7 April 10:00" in done and "(moved: Easter Monday" in done


def test_importing_twice_changes_nothing(town: Town) -> None:
    """The first time both stand with their cards; the second time they are there already, and nothing is said."""
    assert imported(town, GOOD)[0] == (
        "Northwind Manila: Weekly operations review is set up, next Thursday 5 March 09:00 (London) · 17:00 (Manila)"
    )
    said = town.shared()
    assert [text.partition(":")[0] for text in said] == ["Weekly operations review", "Month end"]
    assert imported(town, GOOD) == []
    assert (town.shared(), preview(town, GOOD).lines()[-1]) == (said, "0 to set up, 2 there already, 0 refused.")


@pytest.mark.parametrize(
    ("row", "reasons"),
    [
        ("Nortwind,,,weekly thu 09:00,,,,,", ["provider: 'Nortwind' is not set up here; known are: Northwind Manila"]),
        (
            "Northwind Manila,Chat,,weekly thu 09:00,,,,,",
            ["programme: 'Chat' is not one of", "write one of: Voice support"],
        ),
        ("Northwind Manila,,,someday,,,,,", ["cadence: 'someday'", "weekly tue 10:00"]),
        ("Northwind Manila,,,,,,,,", ["cadence: this is empty; a row is Northwind Manila,,Weekly"]),
        ("Northwind Manila,,,weekly thu 09:00,soon,,,,", ["minutes: 'soon' is not a number from 1 to 480"]),
        ("Northwind Manila,,,weekly thu 09:00,,yearly,,,", ["template: 'yearly' is not one of daily, weekly"]),
        ("Northwind Manila,,,weekly thu 09:00,,,ftp://x,,", ["link: 'ftp://x' is not a web address"]),
        (
            "Northwind Manila,,,weekly thu 09:00,,,,Manilla,",
            ["anchor_zone: 'Manilla' is not a time zone", "Asia/Manila"],
        ),
        ("Northwind Manila,,,weekly thu 09:00,,,,,x,y", ["row: it has more cells"]),
        ("Northwind Manila,,,weekly thu 09:00,x,,,,99", ["minutes: 'x'", "ahead_days: '99'"]),
    ],
)
def test_one_bad_row_holds_the_file_back_and_is_named(town: Town, row: str, reasons: list[str]) -> None:
    """Its line, the field, what was read and a way out; not even the good rows are imported."""
    found = preview(town, GOOD + row + "\n")
    assert [each.line for each in found.refused] == [4]
    assert all(reason in str(found.refused[0]) for reason in reasons)
    assert not found.ready
    with town.units() as uow, pytest.raises(ValueError, match="mend the file"):
        import_series(found, uow, town.now)


def test_the_same_series_twice_in_a_file_is_refused(town: Town) -> None:
    """Which of the two is meant is not guessed."""
    found = preview(town, GOOD + "Northwind Manila,,weekly Operations review,weekly fri 09:00,,,,,\n")
    assert "stand in line 2" in str(found.refused[0])


def test_a_first_line_without_what_is_needed_says_what_is(town: Town) -> None:
    """The missing column, what was read, and an example."""
    with pytest.raises(WrongColumns, match="cadence is missing"):
        preview(town, "provider;when\nNorthwind Manila;tue\n")


def test_semicolons_and_unknown_columns_are_fine(town: Town) -> None:
    """Spreadsheets of other countries write semicolons; what is not known is left out and named."""
    found = preview(town, "\ufeffProvider;Cadence;Colour\nNorthwind Manila;tue 10:00;blue\n")
    assert (len(found.rows), found.notes) == (1, ("columns left out: colour",))


def test_without_a_shared_channel_a_row_is_refused(town: Town) -> None:
    """A series nobody can be told of is not set up."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    assert "no shared channel yet" in str(preview(town, GOOD).refused[0])


def test_the_command_previews_then_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m bot import series FILE`` stores nothing until --yes, and names a file that cannot be used."""
    url, file = f"sqlite:///{tmp_path / 'parley.sqlite'}", tmp_path / "series.csv"
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", url)
    file.write_text("provider,cadence\nNorthwind Manila,tue 10:00\n", encoding="utf-8")
    assert main(["import", "series", str(file)]) == 2
    assert "No workspace is connected yet" in capsys.readouterr().err
    town = Town(Database(url))
    assert main(["import", "series", str(file)]) == 0
    assert "Import it with: --yes" in capsys.readouterr().out
    assert town.rows() == []
    assert main(["import", "series", str(file), "--yes"]) == 0
    assert "Weekly operations review is set up" in capsys.readouterr().out
    assert [row.kind for row in town.rows()] == ["series.card"]
    file.write_text("who,when\n", encoding="utf-8")
    assert main(["import", "series", str(file)]) == 2
    assert "provider, cadence is missing" in capsys.readouterr().err


def test_a_series_for_the_example_begins_after_its_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the room's clock was moved on, the first date is after it, and no review of the days between was missed."""
    url, file = f"sqlite:///{tmp_path / 'parley.sqlite'}", tmp_path / "series.csv"
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATABASE_URL", url)
    file.write_text("provider,cadence\nNorthwind Manila,weekly tue 10:00\n", encoding="utf-8")
    assert main(["import", "series", str(file)]) == 2
    town, moved = Town(Database(url)), timedelta(days=1000)
    with town.units() as uow:
        uow.settings.set(OFFSET, str(moved.total_seconds()))
        uow.commit()
    assert main(["import", "series", str(file), "--yes"]) == 0, capsys.readouterr()
    with town.units() as uow:
        (begun,) = uow.series.of(1)
        assert begun.created_at - moved > datetime.now(UTC) - timedelta(hours=1)
        assert begun.first_wall.replace(tzinfo=UTC) > datetime.now(UTC) + moved - timedelta(days=1)
