"""From bytes to a table: encodings, delimiters, preambles, footers, and files that are no tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.metrics.reading import Table, UnreadableFile, read_table

SIMPLE = "week_ending,provider,calls_offered\n2026-03-08,Acme,120\n2026-03-15,Acme,130\n"
ACCENTS = "semana;proveedor;ofrecidas\n2026-03-08;Señal Atención;120\n2026-03-15;Señal Atención;130\n"


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    """The same table is read from every encoding that exports come in, with or without byte-order mark."""
    table = read_table(ACCENTS.encode(encoding))
    assert table.columns == ("semana", "proveedor", "ofrecidas")
    assert cells(table)[0] == ("2026-03-08", "Señal Atención", "120")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1250", "Łódź usługi świętych"), ("cp1251", "Поддержка клиентов"), ("shift_jis", "東京サポート")],
)
def test_other_code_pages_are_guessed_and_said(encoding: str, name: str) -> None:
    """Central European, Cyrillic and Japanese files are read, and the guess is said."""
    table = read_table(f"provider;week;calls\n{name};2026-03-08;120\n".encode(encoding))
    assert table.rows[0].cells[0] == name
    assert table.notes == (f"the encoding {encoding} is a guess: look at the accents of the names",)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    """Comma, semicolon, tab and bar are told apart."""
    table = read_table(SIMPLE.replace(",", delimiter).encode())
    assert table.delimiter == delimiter
    assert cells(table)[1] == ("2026-03-15", "Acme", "130")


def test_decimal_commas_do_not_cut_cells() -> None:
    """A semicolon file with decimal commas is cut at the semicolons."""
    table = read_table(b"week;SL %;AHT\n2026-03-08;82,5;412,5\n2026-03-15;81,2;409,1\n")
    assert (table.delimiter, len(table.columns)) == (";", 3)


def test_separator_line() -> None:
    """Excel's "sep=;" line names the delimiter and is no data; line numbers still count it."""
    table = read_table(b"sep=;\r\nweek;SL\r\n2026-03-08;82\r\n")
    assert (table.delimiter, table.columns, table.header_row) == (";", ("week", "SL"), 2)
    assert table.rows[0].number == 3


def test_preamble_and_blank_first_row() -> None:
    """A blank first row and lines above the header are left out, and the rows keep their own line numbers."""
    text = "\nQueue report,,\nGenerated 2026-03-16,,\nFilter: all,,\n\n" + SIMPLE
    table = read_table(text.encode())
    assert table.columns[0] == "week_ending"
    assert (table.header_row, table.rows[0].number) == (6, 7)
    assert table.notes == ("3 lines above the header left out",)


def test_totals_and_footnotes_are_refused_with_reason() -> None:
    """Totals, averages, notes and lines with too many cells are refused by row and reason; a provider named Total Care
    stays.
    """
    text = SIMPLE + "2026-03-15,Total Care,5\nTotal,,255\nAverage,,125\n* provisional,,\n2026-03-22,Acme,1,204\n"
    table = read_table(text.encode())
    assert len(table.rows) == 3
    assert [refusal.row for refusal in table.refused] == [5, 6, 7, 8]
    reasons = [refusal.reason for refusal in table.refused]
    assert "total or average ('Total')" in reasons[0]
    assert "a note" in reasons[2]
    assert "4 cells where the header has 3" in reasons[3]


def test_repeated_header_and_quoted_line_breaks() -> None:
    """A header repeated in the middle is refused; a quoted cell may hold a line break and the numbering survives it."""
    text = 'week,queue,SL\n2026-03-08,"Billing\nnight",82\nweek,queue,SL\n2026-03-15,Sales,83\n'
    table = read_table(text.encode())
    assert cells(table)[0][1] == "Billing\nnight"
    assert [(each.row, each.reason) for each in table.refused] == [(4, "the header again")]
    assert table.rows[1].number == 5


def test_nameless_and_repeated_columns_get_a_name() -> None:
    """Columns without a name or with the same name can be told apart."""
    table = read_table(b"week,SL,,SL\n2026-03-08,82,x,83\n")
    assert table.columns == ("week", "SL", "column 3", "SL (2)")


@pytest.mark.parametrize(
    ("data", "way_out"),
    [
        (b"PK\x03\x04rest", "Excel workbook.*save it as CSV"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"%PDF-1.7", "ask for the export as CSV"),
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"just a sentence", "no table found"),
        (b"1,2\n3,4\n", "no header line"),
        (b"\xff\xfea", "breaks off"),
    ],
)
def test_what_is_no_table_says_the_way_out(data: bytes, way_out: str) -> None:
    """Workbooks, PDFs, empty files and prose are refused with what to do instead."""
    with pytest.raises(UnreadableFile, match=way_out):
        read_table(data)


def test_too_large(tmp_path: Path) -> None:
    """A file over the limit is refused before it is read."""
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(30 * 1024 * 1024)
    with pytest.raises(UnreadableFile, match="export fewer weeks"):
        read_table(large)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_reason(data: bytes) -> None:
    """Whatever bytes are sent, the answer is a table or a reason, never another exception."""
    try:
        table = read_table(data)
    except UnreadableFile as problem:
        assert str(problem)
    else:
        assert all(len(row.cells) == len(table.columns) for row in table.rows)
