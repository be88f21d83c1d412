"""CSV files as spreadsheets of all countries save them, as editors break them, and as somebody with bad intentions would."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.choosing import main
from handlers.csv_file import Columns, RefusedRow, UnreadableCsv, WrongColumns, read_rows, refusals

COLUMNS = Columns(("provider", "name"), ("provider",), "a row is Northwind")
HEADER = "provider,country,client_owner,provider_owner,channel"
ROW = "Café Manila,PH,Maya Brooks,Jo Santos,C1"


def imported(file: Path, written: bytes, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("PARLEY_HOME", str(file.parent))
    file.write_bytes(written)
    return main(["import", "providers", str(file)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_of_any_spreadsheet_is_read(
    encoding: str, end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """UTF-8 with and without its mark, UTF-16 as "Unicode text", and the line ends of three systems say the same."""
    assert imported(tmp_path / "x.csv", f"{HEADER}{end}{ROW}{end}".encode(encoding), monkeypatch) == 0
    assert "Café Manila: Customer support" in capsys.readouterr().out


@pytest.mark.parametrize("written", [f"{HEADER}\n{ROW}\n".encode("latin-1"), bytes(range(256)) * 20])
def test_a_file_that_is_no_text_is_told_how_to_save_it(
    written: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Names are never guessed: the way out is named."""
    assert imported(tmp_path / "x.csv", written, monkeypatch) == 2
    assert "Save it anew as “CSV UTF-8”" in capsys.readouterr().err


def test_a_folder_is_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read at all is said in a line, without a traceback."""
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    assert main(["import", "providers", str(tmp_path)]) == 2
    assert "Give a file that can be read" in capsys.readouterr().err


def test_an_open_quotation_mark_is_named() -> None:
    """It swallows the rest of the file: the line is named, and what it probably is."""
    with pytest.raises(UnreadableCsv, match=r"line 1.*never closed"):
        read_rows('provider,name\nNorth,"x\n' + "y,z\n" * 60_000, COLUMNS)


def test_what_cannot_be_stored_or_seen_is_left_out() -> None:
    """NUL would break PostgreSQL, a turned line hides what it says, a name of nothing is none; accents are put together."""
    rows, _ = read_rows("provider,name\nNorth\x00wind\u202e,Cafe\u0301\nSouth,\u200b\n", COLUMNS)
    assert rows == [{"provider": "Northwind", "name": "Caf\u00e9"}, {"provider": "South", "name": ""}]


def test_rows_know_the_line_they_begin_in() -> None:
    """Blank lines and cells over several lines count, as in an editor, whatever ends a line."""
    for end in ("\n", "\r\n"):
        text = end.join(("provider,name", "", 'A,"two', 'lines"', "B,b", "", "", "C,c,beyond"))
        assert [row.line for row in read_rows(text, COLUMNS)[0]] == [3, 5, 8]


def test_of_many_refused_rows_the_first_are_told_and_how_many_more() -> None:
    """A file of the wrong kind writes no wall of refusals."""
    said = refusals([RefusedRow(line, "X", ("why",)) for line in range(2, 98_002)])
    assert (len(said), said[-1]) == (21, "… and 97,980 more refused.")
    assert len(refusals([RefusedRow(2, "X", ("why",))])) == 1


def test_a_first_line_that_is_anything_is_shown_short_and_harmless() -> None:
    """A zip file by another name writes no wall of bytes and no escape sequences onto a terminal."""
    with pytest.raises(WrongColumns) as refused:
        read_rows("PK\x03\x1b[2J" + "x" * 10_000, COLUMNS)
    assert "\x1b" not in str(refused.value) and len(str(refused.value)) < 500
