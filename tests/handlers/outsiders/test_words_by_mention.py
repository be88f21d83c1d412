"""Every word of the grammar works alike as a plain reply and as a mention in the thread: on Teams a bot may hear mentions only."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.saying import decode_card
from handlers.vocabulary.address import Platform
from handlers.vocabulary.incoming import Reacted
from tests.journeys.test_figures import REQUEST, furnish
from tests.journeys.test_reviews import AGENDA, series
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


def held(folder: Path, *, mentioned: bool) -> tuple[list[tuple[str, str]], str, list[str]]:
    """What was kept of a review whose people only replied, its minutes and the emoji, on Teams."""
    folder.mkdir()
    town = town_at(folder, platform=Platform.TEAMS)
    series(town)
    town.until(datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    _say(town, town.jo, "agenda: who covers Easter", AGENDA, mentioned=mentioned)
    town.until(datetime(2026, 3, 5, 10, 1, tzinfo=UTC))
    for who, words in (
        (town.maya, "begin review"),
        (town.jo, "here"),
        (town.jo, "decision: refund calls go to the second line"),
        (town.maya, "action: Send the policy @Jo Santos due friday"),
        (town.rey, "risk: two trainers leave in April"),
        (town.jo, "decision: a slip"),
        (town.jo, "undo"),
        (town.jo, "end review"),
    ):
        _say(town, who, words, AGENDA, mentioned=mentioned)
    with town.units() as uow:
        kept = [(each.entry_kind, each.words) for each in uow.reviews.entries(1)]
    minutes = town.row("review.minutes:1")
    assert minutes is not None
    return kept, decode_card(minutes.content).text, town.reactions()


def test_a_review_can_be_held_by_mentions_alone(tmp_path: Path) -> None:
    """From the agenda's first line to its end, where nothing but a mention reaches the bot."""
    plain = held(tmp_path / "plain", mentioned=False)
    assert held(tmp_path / "mentioned", mentioned=True) == plain
    assert {kind for kind, _ in plain[0]} >= {"agenda", "decision", "action", "risk", "attendance"}


def test_a_hand_on_the_agenda_is_presence_on_teams_too(tmp_path: Path) -> None:
    """Teams tells the bot of emoji on its own messages: the agenda says so, and of no other."""
    town = town_at(tmp_path, platform=Platform.TEAMS)
    series(town)
    town.until(datetime(2026, 3, 5, 10, 1, tzinfo=UTC))
    town.maya.replies("begin review", under=AGENDA)
    row = town.row(AGENDA)
    assert row is not None and row.ref is not None
    shown = repr(decode_card(row.content).elements)
    assert "✋ on this card" in shown and "📌" not in shown
    town.handle(Reacted(town.event(), town.jo.account, town.shared_place, "raised_hand", row.ref))
    with town.units() as uow:
        jo = uow.people.of_account(town.platform, town.jo.workspace, town.jo.user)
        assert jo is not None and jo.id in {each.person_id for each in uow.reviews.entries(1, "attendance")}
