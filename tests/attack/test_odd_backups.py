"""Backups that are none, that lie, or that stand where they should not: refused with words, and nothing is changed."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest

from bot.backing_up import archive
from bot.backing_up.restoring import readable
from bot.backing_up.saving import ASIDE, save
from bot.commands.databases import Wanted, operate
from bot.leaving.talk import CannotLeave
from bot.settings import read
from storage.database import Database
from tests.bot.talking import Scripted
from tests.databases import NOW

GOOD = {
    "format": "parley-backup",
    "format_version": 1,
    "migration": "0003",
    "program": "0.4.0",
    "made_at": "2026-03-02T09:00:00+00:00",
    "source": "sqlite",
    "tables": {},
}


def lying(folder: Path, **told: object) -> Path:
    """A backup whose manifest tells this."""
    file = folder / "lying.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("manifest.json", json.dumps({**GOOD, **told}))
    return file


@pytest.mark.parametrize(
    "told",
    [
        {"migration": 3},
        {"migration": None},
        {"migration": "head"},
        {"migration": "../../etc"},
        {"migration": "0001:0003"},
        {"migration": "-1"},
        {"migration": "0000"},
        {"made_at": "0001-01-01T00:00:00+00:00"},
        {"made_at": "2026-03-02T09:00:00"},
        {"made_at": "9999-12-31T23:59:59-23:59"},
        {"made_at": 5},
        {"format_version": "1"},
        {"program": ["x"]},
        {"tables": {"parley_outbox": {"rows": "many", "digest": "0"}}},
        {"tables": {"../../../etc/passwd": {"rows": 1, "digest": "0"}}},
        {"tables": {"parley_outbox": {"rows": True, "digest": 7}}},
        {"tables": []},
    ],
    ids=str,
)
def test_a_manifest_that_lies_is_refused(tmp_path: Path, told: dict[str, object]) -> None:
    """No manifest leads to an exception nobody expected, and what is restored into is as it was."""
    file, url = lying(tmp_path, **told), f"sqlite:///{tmp_path / 'here.sqlite'}"
    with pytest.raises(CannotLeave, match=r"lying\.zip: "):
        operate(Wanted("restore", file), read({"DATABASE_URL": url, "PARLEY_HOME": str(tmp_path)}), Scripted())
    assert not (tmp_path / "here.sqlite").exists() and list(tmp_path.glob("parley-restore-*")) == []


def test_a_manifest_beyond_measure_is_not_read(tmp_path: Path) -> None:
    """A few kilobytes that unpack into gigabytes are refused before they are."""
    file = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", b" " * (archive.LONGEST_MANIFEST + 1))
    with pytest.raises(CannotLeave, match="manifest"), readable(file):
        pytest.fail("it was read")


@pytest.mark.parametrize("odd", ["old", "link"])
def test_only_its_owner_reads_a_backup_whatever_stood_there(tmp_path: Path, sqlite_url: str, odd: str) -> None:
    """What an earlier attempt or somebody else left beside the file gives nobody the right to read it."""
    file, elsewhere = tmp_path / "b.zip", tmp_path / "elsewhere"
    aside = file.with_name(file.name + ASIDE)
    elsewhere.write_text("mine")
    if odd == "old":
        aside.write_text("half a backup")
        aside.chmod(0o666)
    else:
        aside.symlink_to(elsewhere)
    before = os.umask(0)
    database = Database(sqlite_url)
    try:
        save(database, file, NOW)
    finally:
        os.umask(before)
        database.dispose()
    assert stat.S_IMODE(file.lstat().st_mode) == 0o600 and not file.is_symlink()
    assert elsewhere.read_text() == "mine"
