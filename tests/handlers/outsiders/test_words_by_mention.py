"""Every word of the grammar works alike as a plain reply and as a mention in the thread: on Teams a bot may hear mentions only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from tests.journeys.test_figures import REQUEST, furnish
from tests.town import Resident, Town, town_at

UNDER_ISSUE = (
    ("ack",),
    ("blocked: need the refund policy from you",),
    ("blocked: need the policy", "unblocked"),
    ("owner @Rey Cruz",),
    ("severity 3",),
    ("done", "reopen: it is back"),
    ("done", "👍"),
    ("✅",),
    ("kudos to Ana for the quick fix",),
    ("why",),
    ("done but the queue is long",),
)
UNDER_ACTION = (
    ("ack",),
    ("done sent it",),
    ("blocked: no access",),
    ("tomorrow",),
    ("+3d",),
    ("due next friday because of the holiday",),
    ("owner @Rey Cruz",),
    ("need help: which macros?",),
    ("not doing: it is obsolete",),
    ("done", "undo"),
    ("why",),
)
UNDER_FIGURES = (
    ("SL 82% AHT 6:52 QA 91",),
    ("sl 82,5", "challenge SL: the outage is in it"),
    ("SL 82%", "undo"),
    ("SL 182%",),
    ("why",),
)


def told(folder: Path, under: str, words: tuple[str, ...], *, mentioned: bool) -> list[object]:
    """What everybody reads and what stands in the records after these words in the thread of ``under``."""
    folder.mkdir()
    town = town_at(folder, platform=Platform.TEAMS)
    values = {"title": "Calls drop", "detail": "", "severity": "2", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, hidden="1")
    town.maya.types("actions add Prune the macros @Jo Santos due friday")
    if under == REQUEST:
        furnish(town)
        town.until(datetime(2026, 3, 3, 3, 0, tzinfo=UTC))
    for at, each in enumerate(words):
        speaker = town.maya if at and each.startswith(("reopen", "challenge", "👍", "unblocked")) else town.jo
        _say(town, speaker, each, under, mentioned=mentioned)
    with town.units() as uow:
        issue, item = uow.issues.get(1), uow.actions.get(1)
        assert issue is not None and item is not None
        records = [issue.state, issue.owner_id, issue.severity, item.state, item.owner_id, item.due_on]
    said = [(row.kind, row.state, decode_card(row.content).text) for row in [*town.rows(), *town.beside()]]
    return [records, said, town.reactions()]


def _say(town: Town, who: Resident, words: str, under: str, *, mentioned: bool) -> None:
    row = town.row(under)
    assert row is not None and row.ref is not None
    if mentioned:
        who.mentions(words, thread=row.ref)
    else:
        who.says(words, thread=row.ref)


@pytest.mark.parametrize(
    ("under", "words"),
    [
        *(("issue.card:1", words) for words in UNDER_ISSUE),
        *(("action.card:1", words) for words in UNDER_ACTION),
        *((REQUEST, words) for words in UNDER_FIGURES),
    ],
)
def test_a_mention_in_a_thread_is_a_reply(tmp_path: Path, under: str, words: tuple[str, ...]) -> None:
    """The same words change the same records and are answered with the same lines and emoji, with or without a mention."""
    plain = told(tmp_path / "plain", under, words, mentioned=False)
    assert told(tmp_path / "mentioned", under, words, mentioned=True) == plain
    assert len(plain[2]) > 0 or words[0] in ("why",), "nobody understood these words"  # type: ignore[arg-type]


def test_praise_outside_threads_needs_no_verb(tmp_path: Path) -> None:
    """A kudos that mentions the bot is kept as one said plainly is."""
    for mentioned in (True, False):
        folder = tmp_path / str(mentioned)
        folder.mkdir()
        town = town_at(folder, platform=Platform.TEAMS)
        (town.jo.mentions if mentioned else town.jo.says)("kudos to Ana for the queue")
        assert town.reactions() == ["tada"]
