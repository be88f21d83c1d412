"""What becomes of each kind of direct message to somebody whom the bot cannot write to is what the table of kinds says."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers import saying
from handlers.noise.kinds import KINDS, Beyond
from handlers.saying import About, decode_card
from handlers.vocabulary.address import Account, Direct, Place, Platform, SharedChannel, Side, Thread
from handlers.vocabulary.outgoing import (
    AnyCard,
    DirectPost,
    InternalCard,
    Mention,
    PrivateCard,
    SharedPost,
    Words,
    WouldLeak,
)
from storage.models.delivery import OutboxRow
from tests.town import MONDAY, Town, town_at

SECRET = "The oak desk is moving"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """A company on Teams and its provider."""
    return town_at(tmp_path, platform=Platform.TEAMS)


def tell_jo(town: Town, kind: str, *, urgent: bool = False) -> OutboxRow:
    """Say a direct message of this kind to Jo; answers its row."""
    with town.units() as uow:
        to = Direct(Account(Platform.TEAMS, town.workspace("NORTHWIND"), town.user("JO")), Side.PROVIDER)
        about = About(1, kind, "a reason", programme_id=1, provider_id=1, urgent=urgent)
        saying.say(uow, DirectPost(to, PrivateCard(SECRET, why="a reason")), about, f"{kind}:1", MONDAY)
        uow.commit()
    row = town.row(f"{kind}:1")
    assert row is not None
    return row


def test_no_kind_is_sent_to_them_nor_said_openly_by_itself(town: Town) -> None:
    """Whatever its kind, what was written for one person stands in no channel, and is never sent to who cannot get it: it is
    kept behind the button of one line, unless a line in its thread calls them anyway."""
    for kind, what in KINDS.items():
        row = tell_jo(town, kind)
        lines = town.beside(row.once)
        expected = {"folded": 1, "held": 0, "dropped": 0}
        assert len(lines) == expected[row.state], kind
        assert (row.state == "dropped") == (what.beyond is Beyond.CALLED), kind
        assert all(SECRET not in line.content and line.visibility == "SH" for line in lines), kind


def test_who_has_no_channel_is_told_nothing_and_it_is_noted(town: Town) -> None:
    """With the shared channel frozen there is nowhere to tell them; the row says why."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    row = tell_jo(town, "absence.step_in")
    assert (row.state, row.trouble) == ("dropped", "no channel is bound in which they could be told of it")
    assert town.beside() == []


def test_types_refuse_what_would_leak() -> None:
    """A private or internal card cannot be given a shared channel, whoever wants to."""
    there = SharedChannel(Place(Platform.TEAMS, "t", "c"), Thread(ref="1"))
    for card in (PrivateCard(SECRET), InternalCard(SECRET)):
        with pytest.raises(WouldLeak):
            SharedPost(there, card)  # type: ignore[arg-type]  # that is what is refused


def test_a_line_waits_for_its_readers_hours(town: Town) -> None:
    """What comes by itself in Jo's night (17:00 in Manila is past 18:00 an hour later) waits until they are awake."""
    town.now = MONDAY.replace(hour=13)
    with town.units() as uow:
        to = Direct(Account(Platform.TEAMS, town.workspace("NORTHWIND"), town.user("JO")), Side.PROVIDER)
        about = About(1, "absence.step_in", "a reason", programme_id=1, provider_id=1)
        saying.say(uow, DirectPost(to, PrivateCard(SECRET, why="a reason")), about, "night:1", town.now)
        urgent = About(1, "issue.direct", "issue overdue", programme_id=1, provider_id=1, urgent=True)
        saying.say(uow, DirectPost(to, PrivateCard(SECRET, why="a reason")), urgent, "night:2", town.now)
        uow.commit()
    (quiet,), (loud,) = town.beside("night:1"), town.beside("night:2")
    assert quiet.not_before == MONDAY.replace(day=3, hour=1)
    assert loud.not_before == town.now


def test_a_late_issue_of_severity_one_calls_both_sides_once(town: Town) -> None:
    """The thread calls whoever is waited for; the provider's owner, who cannot be written to, reads it there and nowhere
    twice."""
    values = {"title": "Calls drop", "detail": "", "severity": "1", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, hidden="1")
    town.later(hours=1)
    lines = [row for row in town.rows(kind="issue.line") if row.reason == "issue overdue"]
    assert len(lines) == 1 and town.user("JO") in lines[0].content
    assert town.beside() == []
    told = [row for row in town.rows() if row.account_user == town.user("JO")]
    assert told and {row.state for row in told} == {"dropped"}


def test_who_waits_for_the_other_side_reads_it_in_the_thread(town: Town) -> None:
    """Severity 1 waits for the client's answer: the thread calls the client, and a line of its own calls the provider's
    owner, who would be told directly elsewhere."""
    values = {"title": "Calls drop", "detail": "", "severity": "1", "kind": "service", "visibility": "SH"}
    town.maya.submits("issue.report", values, hidden="1")
    town.jo.replies("blocked: need the refund policy from you", under="issue.card:1")
    town.later(days=1)
    (line,) = [row for row in town.beside() if row.kind == "issue.direct"]
    card = decode_card(line.content)
    assert card.text.startswith("@Jo Santos: Issue 1 (Calls drop) waits on your side")
    issue = town.row("issue.card:1")
    assert issue is not None and line.thread_card == issue.key and Mention(town.jo.account, "Jo Santos") in _words(card)


def _words(card: AnyCard) -> tuple[object, ...]:
    (words, *_) = card.elements
    assert isinstance(words, Words)
    return words.text


def test_what_waits_for_a_morning_goes_on_waiting_while_no_channel_takes_posts(town: Town) -> None:
    """Whoever folds their messages loses none of them to a channel that is frozen in that moment."""
    town.jo.presses("noise.fold", ":on")
    with town.units() as uow:
        channel = uow.providers.channel(1, "shared")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    assert tell_jo(town, "absence.told_of").state == "held"
