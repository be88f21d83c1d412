"""Everything leaves whole, readable and harmless; and one provider's part has nothing of anybody else."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel, col, select

from bot.commands.exporting import Export, export
from bot.leaving.cells import STARTS_FORMULA, cell, guarded
from bot.leaving.kinds import LEFT_OUT, kinds
from bot.leaving.talk import CannotLeave
from bot.leaving.writing import MANIFEST
from bot.settings import Settings, read
from storage.database import Database
from storage.models.audit import AuditEntry
from storage.models.provider import Provider
from storage.snapshot import snapshot
from tests.bot.records import AT, HIDDEN, NORTH, SOUTH, Records
from tests.bot.talking import Scripted
from tests.town import Town


def settings_of(database: Database) -> Settings:
    """The settings that lead to this database."""
    return read({"DATABASE_URL": database.url.render_as_string(hide_password=False)})


def rows(file: Path) -> list[dict[str, str]]:
    """A file as its readers get it."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def everything(folder: Path) -> str:
    """All files in one text."""
    return "\n".join(path.read_text(encoding="utf-8-sig") for path in sorted(folder.iterdir()))


def exported(database: Database, folder: Path, provider: str = "", internal: bool = False) -> Path:
    """Export; the folder."""
    assert export(Export(folder, provider, internal), settings_of(database), Scripted()) == 0
    return folder


@pytest.fixture
def recorded(database: Database) -> tuple[Database, str]:
    """A database with a row of everything, and its northern provider's name."""
    with database.engine.begin() as connection:
        Records(connection).fill()
        name = connection.execute(select(col(Provider.name)).where(col(Provider.name).contains(NORTH))).scalar_one()
    return database, str(name)


def test_every_table_is_exported_or_left_out_with_a_reason() -> None:
    """A new table fails here until somebody decides whether it leaves the database, and says why if not."""
    exported_tables = [kind.table.name for kind in kinds()]
    assert sorted([*exported_tables, *LEFT_OUT]) == sorted(SQLModel.metadata.tables)
    assert all(LEFT_OUT.values()) and all(kind.through or kind.apart for kind in kinds())


def test_no_column_that_sounds_secret_leaves() -> None:
    """Keys, tokens and secrets are in no exported column; a new one has to be left out by name."""
    leaving = [
        (kind.file, column.name)
        for kind in kinds()
        for column in kind.table.columns
        if column.name not in kind.without
        and any(word in column.name for word in ("secret", "token", "password", "hash"))
    ]
    assert leaving == []


def test_everything_is_in_the_export_once(recorded: tuple[Database, str], tmp_path: Path) -> None:
    """Each file has every row of its table, the manifest counts and sums them rightly, and only the owner may read them."""
    database, _ = recorded
    folder = exported(database, tmp_path / "out")
    told = json.loads((folder / MANIFEST).read_text())
    assert {each["file"] for each in told["files"]} | {MANIFEST} == {path.name for path in folder.iterdir()}
    for each in told["files"]:
        content = (folder / each["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"] and len(content) == each["bytes"]
        if each["file"].endswith(".csv"):
            assert len(rows(folder / each["file"])) == each["records"] > 0, each["file"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert HIDDEN in everything(folder) and "INTERNAL AND PRIVATE" in (folder / "README.txt").read_text()


def test_a_second_export_is_the_same_save_its_own_note(recorded: tuple[Database, str], tmp_path: Path) -> None:
    """Two exports differ in nothing but their moment and the line in the audit log that says the first was made."""
    database, _ = recorded
    first, second = exported(database, tmp_path / "first"), exported(database, tmp_path / "second")
    changed = [path.name for path in sorted(first.iterdir()) if path.read_bytes() != (second / path.name).read_bytes()]
    assert set(changed) <= {MANIFEST, "README.txt", "audit_log.csv"}
    notes = [row for row in rows(second / "audit_log.csv") if row["what"] == "records.exported"]
    assert len(notes) == 1


def test_a_provider_gets_nothing_hidden_and_nothing_of_another(recorded: tuple[Database, str], tmp_path: Path) -> None:
    """Of a row of every table, one provider's export has no word that is internal, personal or another provider's."""
    database, name = recorded
    folder = exported(database, tmp_path / "theirs", name)
    said = everything(folder)
    assert NORTH in said and HIDDEN not in said and SOUTH not in said
    assert {"issues.csv", "messages.csv", "figures.csv"} <= {path.name for path in folder.iterdir()}
    assert not {"snoozes.csv", "reminders.csv", "settings.csv"} & {path.name for path in folder.iterdir()}
    assert all(rows(path) for path in folder.glob("*.csv")), "something of the provider's own is in every file"


def test_with_internal_the_client_keeps_the_hidden_part(recorded: tuple[Database, str], tmp_path: Path) -> None:
    """--internal adds what only the client may see, still nothing of another provider."""
    database, name = recorded
    folder = exported(database, tmp_path / "ours", name, internal=True)
    assert {row["visibility"] for row in rows(folder / "issues.csv")} == {"SH", "INT"}
    assert HIDDEN in everything(folder) and SOUTH not in everything(folder)
    assert "do not hand it to that provider" in (folder / "README.txt").read_text()


def test_words_in_the_log_leave_in_clear_while_their_key_exists(database: Database, tmp_path: Path) -> None:
    """The audit log has the words people said; of somebody who was erased it has none."""
    town = Town(database)
    with town.units() as uow:
        for person, words in ((1, "stays readable"), (2, "is erased")):
            entry = AuditEntry(
                installation_id=1, at=AT, person_id=person, what="said", subject="x", subject_id=1, visibility="INT"
            )
            uow.audit.note(entry, words)
        uow.audit.erase(2)
        uow.commit()
    folder = exported(database, tmp_path / "out")
    assert [row["words"] for row in rows(folder / "audit_log.csv")][:2] == ["stays readable", ""]


def test_a_message_leaves_in_the_words_its_readers_saw(database: Database, tmp_path: Path) -> None:
    """messages.csv tells when, where and to whom a card was said, in plain words; errands are not messages."""
    town = Town(database)
    town.maya.mentions("report =1+1 calls are cut off")
    folder = exported(database, tmp_path / "out")
    (card,) = [row for row in rows(folder / "messages.csv") if row["kind"] == "issue.card"]
    assert (card["channel"], card["visibility"], card["provider_name"]) == ("C-SHARED", "SH", "Northwind Manila")
    assert "=1+1 calls are cut off" in card["text"] and '"elements"' not in card["text"]
    (issue,) = rows(folder / "issues.csv")
    assert issue["title"] == "'=1+1 calls are cut off", "a spreadsheet shows it and does not run it"
    assert issue["reporter_name"] == "Maya Brooks"


def test_a_snapshot_sees_one_moment(database: Database) -> None:
    """What somebody writes after the export's first question is not in it."""
    town = Town(database)
    with snapshot(database) as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM parley_issue").scalar_one()
        town.maya.mentions("report The line drops")
        assert connection.exec_driver_sql("SELECT count(*) FROM parley_issue").scalar_one() == before
    with snapshot(database) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM parley_issue").scalar_one() == before + 1


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Export(Path("full")), "something is in it"),
        (Export(Path("new"), "Nowhere"), "Nearest are: Northwind Manila"),
        (Export(Path("new"), internal=True), "--internal goes with --provider"),
    ],
)
def test_what_cannot_be_exported_is_said_with_the_way_out(
    wanted: Export, reason: str, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in use and an unknown provider are refused, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    database = Database(sqlite_url)
    Town(database)
    with pytest.raises(CannotLeave, match=reason):
        export(wanted, settings_of(database), Scripted())
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine" and not (tmp_path / "new").exists()
    database.dispose()


def test_no_database_is_made_by_looking_for_one(tmp_path: Path) -> None:
    """An export of a file that is not there says so, and makes none."""
    url = f"sqlite:///{tmp_path / 'nowhere.sqlite'}"
    with pytest.raises(CannotLeave, match="there is no database yet"):
        export(Export(tmp_path / "out"), read({"DATABASE_URL": url}), Scripted())
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_the_folder_as_it_was(sqlite_url: str, tmp_path: Path) -> None:
    """A record that cannot be read half-way (here: a broken number) ends the export, and what was written is gone."""
    database = Database(sqlite_url)
    Town(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE parley_win RENAME TO parley_win_elsewhere")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "new", tmp_path / "empty"):
        with pytest.raises(CannotLeave, match="cannot be read"):
            export(Export(folder), settings_of(database), Scripted())
    assert not (tmp_path / "new").exists() and list((tmp_path / "empty").iterdir()) == []
    database.dispose()


@settings(max_examples=150)
@given(
    st.one_of(st.text(), st.sampled_from(STARTS_FORMULA).flatmap(lambda mark: st.text().map(lambda text: mark + text)))
)
def test_words_survive_and_no_cell_is_a_formula(words: str) -> None:
    """Whatever people wrote, one leading apostrophe less gives the exact words, and no cell begins like a formula."""
    written = guarded(words)
    assert not written.lstrip().startswith(STARTS_FORMULA)
    assert written.removeprefix("'") == words


def test_numbers_and_moments_are_exact() -> None:
    """A negative number stays a number, a moment is UTC, nothing is an empty cell and zero is zero."""
    told: Sequence[object] = (AT, None, 0, Decimal("-1.50"), False, AT.date(), {"b": 1, "a": 2})
    written = ["2026-03-02T09:00:00+00:00", "", "0", "-1.50", "false", "2026-03-02", '{"a": 2, "b": 1}']
    assert [cell(each) for each in told] == written
    with pytest.raises(TypeError, match="bytes"):
        cell(b"x")
