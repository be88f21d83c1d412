"""From the bytes of an export to a table: encoding, delimiter, preamble, footers. A guess is always named in the
table.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from charset_normalizer import CharsetMatch, from_bytes

from handlers.metrics.reading.table import Row, RowRefusal, Table, UnreadableFile

MOST_BYTES = 20 * 1024 * 1024
DELIMITERS = (",", ";", "\t", "|")
LIKELY_ENCODINGS = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "mac_roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
]
SAVE_AS_CSV = "open it and save it as CSV (UTF-8), then send that file"
MAGIC = {
    b"PK\x03\x04": f"this is an Excel workbook (.xlsx) or another zip file: {SAVE_AS_CSV}",
    b"\xd0\xcf\x11\xe0": f"this is an old Excel workbook (.xls): {SAVE_AS_CSV}",
    b"%PDF": "this is a PDF: ask for the export as CSV",
    b"\x1f\x8b": "this is a gzip file: unpack it first",
}
BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_TOTAL = re.compile(
    r"((grand |sub)?-?\s?totals?( general)?|total geral|sum(me)?|gesamt(summe)?|average|avg|mean|overall|summary):?",
    re.IGNORECASE,
)
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def read_table(source: Path | str | bytes) -> Table:
    """The table in a delimited text file (a path or its bytes). Raises ``UnreadableFile`` with the way out."""
    data = source if isinstance(source, bytes) else _load(Path(source))
    text, encoding = decode(data)
    text, told = _separator_line(text)
    delimiter = told or _sniffed(text)
    records = _records(text, delimiter, first_line=2 if told else 1)
    if not records:
        raise UnreadableFile("the file has no rows: export it again with its header line")
    width, at = _header(records)
    return _table(records, width, at, encoding=encoding, delimiter=delimiter)


def _load(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise UnreadableFile(f"the file has {size:,} bytes, the limit is {MOST_BYTES:,}: export fewer weeks at a time")
    return path.read_bytes()


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Raises ``UnreadableFile`` for workbooks, PDFs and unknown bytes."""
    if not data.strip():
        raise UnreadableFile("the file is empty: export it again")
    if len(data) > MOST_BYTES:
        raise UnreadableFile(
            f"the file has {len(data):,} bytes, the limit is {MOST_BYTES:,}: export fewer weeks at a time"
        )
    for magic, reason in MAGIC.items():
        if data.startswith(magic):
            raise UnreadableFile(reason)
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), None) or _without_bom(data)
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"the file claims to be {encoding} but breaks off or mixes encodings: {SAVE_AS_CSV}"
        ) from None


def _without_bom(data: bytes) -> str:
    head = data[:2000]
    zeros = (head[0::2].count(0), head[1::2].count(0))
    if max(zeros) > len(head) // 4:
        return "utf-16-le" if zeros[1] > zeros[0] else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data)
    return "utf-8"


def _legacy(data: bytes) -> str:
    """The likeliest old code page: the fewest odd signs, then the detector's order, and Western European wins a tie."""
    matches = list(from_bytes(data, cp_isolation=LIKELY_ENCODINGS))
    if not matches:
        raise UnreadableFile(f"the encoding of the file is unknown: {SAVE_AS_CSV}")

    def unlikely(match: CharsetMatch) -> tuple[bool, float, float, bool]:
        return _odd(str(match)), match.chaos, -match.coherence, match.encoding != "cp1252"

    return min(matches, key=unlikely).encoding


def _odd(text: str) -> bool:
    """Currency signs, small figures and loose accents that touch letters: "us\u00b3ugi" was not written in this code
    page.
    """
    signs = {sign for sign in text if not sign.isascii() and unicodedata.category(sign) in ("Sc", "So", "Sk", "No")}
    return any(re.search(rf"[^\W\d_]{re.escape(sign)}|{re.escape(sign)}[^\W\d_]", text) for sign in signs)


def _separator_line(text: str) -> tuple[str, str | None]:
    """Excel's own first line "sep=;" names the delimiter and is no data."""
    first, _, rest = text.partition("\n")
    told = _SEPARATOR_LINE.fullmatch(first.strip("\r"))
    return (rest, told[1]) if told else (text, None)


def _sniffed(text: str) -> str:
    """The delimiter that cuts the most lines into the same number of cells, more than one."""
    scores = {delimiter: _consistency(text[:200_000], delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best] == 0:
        raise UnreadableFile("no table found: the lines are not divided by comma, semicolon, tab or |")
    return best


def _consistency(sample: str, delimiter: str) -> int:
    try:
        lengths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)]
    except csv.Error:
        return 0
    widths = Counter(length for length in lengths if length > 1)
    return max((width * count for width, count in widths.items()), default=0)


def _records(text: str, delimiter: str, *, first_line: int) -> list[Row]:
    """All non-blank records with the line they start on; a quoted cell may span lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    records, line = [], first_line
    try:
        for cells in reader:
            stripped = tuple(cell.strip().strip("\u00a0\u200b\ufeff") for cell in cells)
            if any(stripped):
                records.append(Row(line, stripped))
            line = first_line + reader.line_num
    except csv.Error as problem:
        raise UnreadableFile(f"line {line}: {problem}; export the file again") from problem
    return records


def _header(records: Sequence[Row]) -> tuple[int, int]:
    """Width of the table and place of its header: the first row as wide as most rows, filled and mostly words."""
    widths = Counter(width for record in records if (width := _filled(record)) > 1)
    if not widths:
        raise UnreadableFile("no table found: no line has more than one cell")
    common = max(Counter(len(record.cells) for record in records if _filled(record) > 1).items(), key=_by_size)[0]
    for place, record in enumerate(records):
        words = sum(not re.fullmatch(r"[\d.,:%/\s-]+", cell) for cell in record.cells if cell)
        if len(record.cells) == common and _filled(record) > common / 2 and words > _filled(record) / 2:
            return common, place
    raise UnreadableFile("no header line found: the first line of the table must name its columns")


def _by_size(item: tuple[int, int]) -> tuple[int, int]:
    width, count = item
    return count, width


def _filled(record: Row) -> int:
    return sum(bool(cell) for cell in record.cells)


def _table(records: Sequence[Row], width: int, at: int, *, encoding: str, delimiter: str) -> Table:
    kept: list[Row] = []
    refused: list[RowRefusal] = []
    for record in records[at + 1 :]:
        reason = _why_not(record, records[at], width)
        if reason:
            refused.append(RowRefusal(record.number, reason))
        else:
            kept.append(Row(record.number, (record.cells + ("",) * width)[:width]))
    notes = [f"{at} line{'s' if at > 1 else ''} above the header left out"] if at else []
    if not encoding.startswith("utf"):
        notes.append(f"the encoding {encoding} is a guess: look at the accents of the names")
    header = records[at]
    return Table(encoding, delimiter, _unique(header.cells), tuple(kept), header.number, tuple(refused), tuple(notes))


def _why_not(record: Row, header: Row, width: int) -> str:
    first = next(cell for cell in record.cells if cell)
    if record.cells == header.cells:
        return "the header again"
    if _TOTAL.fullmatch(first):
        return f"a total or average ({first!r}), not an observation"
    if any(record.cells[width:]):
        return f"{len(record.cells)} cells where the header has {width}: a delimiter inside an unquoted cell?"
    if _filled(record) == 1 and width > 2:
        return "a note, not an observation"
    if len(record.cells) < width / 2:
        return f"{len(record.cells)} of {width} cells: a note or a broken line"
    return ""


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Columns without a name or with the same name get a number, so that each can be spoken of."""
    seen: Counter[str] = Counter()
    unique = []
    for place, name in enumerate(names, start=1):
        label = name or f"column {place}"
        seen[label] += 1
        unique.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(unique)
