"""After the bot was not running: what was due comes once, late and with the reason, or is listed; and the bot says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers import lateness, saying
from handlers.catching_up.handler import gap
from handlers.catching_up.reading import said_late
from handlers.graces import GRACES
from handlers.routes import FIRINGS
from handlers.schedules import every
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import Note, When
from storage.models import OutboxRow
from storage.outbox import key_of
from tests.databases import outbox_row
from tests.town import Town, town_at


@pytest.fixture
def town(tmp_path: Path, platform: Platform) -> Town:
    """Wednesday 4 March 2026; digest Monday 08:30 London, figures Tuesday 10:00 Manila, portfolio none."""
    town = town_at(tmp_path, datetime(2026, 3, 4, 9, 0, tzinfo=UTC), platform)
    with town.units() as uow:
        every(uow, "digest", 1, 1, "mon 08:30", "Europe/London", town.now)
        uow.commit()
    return town


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment in March 2026, UTC, which is London's wall clock until the 29th."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def sleeps(town: Town, since: datetime, until: datetime) -> None:
    """Nothing runs from one moment to the other; then the program starts again and catches up."""
    town.until(since)
    town.now = until
    with town.units() as uow:
        gap(uow, since, until)
        uow.commit()
    town._tick()


def series(town: Town, when: str = "thursday 10:00") -> None:
    """The reviews of the programme."""
    answer = town.maya.submits("review.set_up", {"template": "weekly", "when": when, "minutes": "30"}, "1")
    assert answer.problems == {}, answer.problems


def read(row: OutboxRow | None) -> str:
    """A message as it is delivered."""
    assert row is not None
    card = lateness.worn(saying.decode_card(row.content), row.late)
    return f"{card.text} {card.elements}"


def announced(town: Town) -> list[OutboxRow]:
    """What the bot said about its gap."""
    return town.rows(kind="downtime.gap")


def home(town: Town) -> str:
    """Maya's Home."""
    card = town.maya.types("home").card
    assert card is not None
    return str(card.elements)


def test_every_firing_has_its_grace() -> None:
    """What fires by the calendar stands in the table of graces, and nothing else does."""
    assert set(GRACES) == set(FIRINGS)


def test_what_was_due_comes_once_and_says_why(town: Town) -> None:
    """From Saturday to Monday afternoon nothing ran: the digest comes once, says when it was due and since when nothing ran,
    and the internal channel is told what was caught up."""
    sleeps(town, at(7, 22, 10), at(9, 14, 5))
    town.later(minutes=3)
    shared = town.rows(kind="digest.weekly")
    assert [row.late is not None for row in shared] == [True]
    note = lateness.worn(saying.decode_card(shared[0].content), shared[0].late).elements[0]
    assert isinstance(note, Note)
    moments = [span.at for span in note.text if isinstance(span, When)]
    assert moments == [at(9, 8, 30), at(7, 22, 10), at(9, 14, 5)]
    [told] = announced(town)
    assert told.channel == town.channel("INTERNAL")
    assert "Caught up late: 1 digest and 1 internal digest." in read(told)
    assert all("was not running" not in text for text in town.shared())


def test_what_hangs_under_a_late_message_is_counted_too(town: Town) -> None:
    """A portfolio came late in the thread of another late message: it wears no line of its own, and the word about the gap
    names it all the same; what is said there afterwards it does not."""
    town.until(at(7, 22, 10))
    town.now = at(9, 14, 5)
    with town.units() as uow:
        gap(uow, at(7, 22, 10), town.now)
        for once, kind, late, above in (
            ("root", "digest.internal", "[]", None),
            ("below", "digest.portfolio", None, key_of("root")),
            ("detail", "digest.detail", None, key_of("root")),
        ):
            uow.outbox.put(outbox_row(once, kind=kind, created_at=town.now, late=late, thread_card=above))
        answer = outbox_row(
            "answer", kind="issue.line", created_at=town.now + timedelta(minutes=1), thread_card=key_of("root")
        )
        uow.outbox.put(answer)
        uow.commit()
        told = [row.once for row in said_late(1, at(7, 22, 10), uow)]
    assert told == ["root", "below"]


def test_the_reason_stays_through_edits(town: Town) -> None:
    """Late figures change the digest; it says that it came late all the same, and says it once."""
    sleeps(town, at(7, 22, 10), at(9, 14, 5))
    before = read(town.row("digest.weekly:1:2026-03-09"))
    town.maya.types("digest preview")
    row = town.row("digest.weekly:1:2026-03-09")
    with town.units() as uow:
        found = uow.outbox.by_once("digest.weekly:1:2026-03-09")
        assert found is not None
        card = saying.decode_card(found.content)
        assert saying.show(uow, found.once, type(card)(text="another", elements=card.elements[1:]), town.now)
        uow.commit()
    assert row is not None and row.late is not None
    after = read(town.row("digest.weekly:1:2026-03-09"))
    assert before.count("I was not running") == after.count("I was not running") == 1


def test_nothing_late_and_nothing_missed_is_not_announced(town: Town) -> None:
    """A Saturday without the bot cost nothing: no message, but Home tells for a day that there was a gap."""
    sleeps(town, at(7, 2), at(7, 20))
    town.later(hours=1)
    assert announced(town) == []
    assert "I was not running from" in home(town)
    town.until(at(8, 21))
    assert "I was not running from" not in home(town)


def test_a_short_rest_is_nobodys_business(town: Town) -> None:
    """Nine minutes are a restart: what was due comes, no gap is kept and nothing is announced."""
    sleeps(town, at(9, 8, 25), at(9, 8, 34))
    town.later(minutes=5)
    assert [row.late for row in town.rows(kind="digest.weekly")] == [None]
    assert announced(town) == []
    assert "I was not running" not in home(town)


def test_what_is_older_than_its_grace_is_listed_and_not_posted(town: Town) -> None:
    """Away over a whole working week: no old digest and no old agenda, but both are named, with what happens instead."""
    series(town, "friday 10:00")
    sleeps(town, at(8), at(14, 12))
    town.later(days=2, hours=-3)  # Monday 09:00, when the weekend's announcement comes
    assert town.row("review.agenda:2") is None and town.row("digest.weekly:1:2026-03-09") is None
    [told] = announced(town)
    said = read(told)
    assert "weekly digest" in said and "The next digest says that there was none." in said
    assert "agenda of a review" in said and "The review had begun or was over." in said
    assert told.not_before == at(16, 9)
    page = home(town)
    assert "Missed while I was away" in page and "agenda of a review" in page
    town.until(at(22, 12))
    assert "Missed while I was away" not in home(town)


def test_a_stack_of_missed_ones_is_one(town: Town) -> None:
    """Three weeks without the bot: one late digest that says what it stands for, and the fallen ones are listed."""
    sleeps(town, at(8), at(31, 10))
    town.later(minutes=3)
    digests = town.rows(kind="digest.weekly")
    assert [row.once for row in digests] == ["digest.weekly:1:2026-03-30"]
    assert "3 earlier digests fell out." in read(digests[0])
    assert "3 times" in read(announced(town)[0])


def test_what_is_late_waits_for_the_morning(town: Town) -> None:
    """Back at two in the night: the late digest and the announcement come at nine, not at once."""
    sleeps(town, at(8), at(10, 2))
    town.later(minutes=3)
    [digest] = town.rows(kind="digest.weekly")
    [told] = announced(town)
    assert digest.not_before == told.not_before == at(10, 9)


def test_a_late_agenda_and_a_late_request_do_not_meet(town: Town) -> None:
    """Agenda and figures both overslept: on one day the channel gets one of them, the other hangs below it or comes on
    another morning; after the review began the agenda would not come at all."""
    with town.units() as uow:
        every(uow, "figures", 1, 1, "tue 10:00", "Asia/Manila", town.now)
        uow.commit()
    series(town, "friday 10:00")
    sleeps(town, at(9, 12), at(11, 12))
    town.later(minutes=3)
    with town.units() as uow:
        roots = [
            row
            for row in uow.outbox.everything()
            if row.channel == town.channel("SHARED")
            and row.created_at >= at(9, 12)
            and row.thread_card is None
            and row.thread_ref is None
            and row.kind in {"digest.weekly", "review.agenda", "metrics.request"}
        ]
    days = [row.not_before.date() for row in roots]
    assert len(days) == len(set(days))


def test_two_starts_tell_one_gap(town: Town) -> None:
    """Started, stopped at once and started again: the gap grew, and is told once."""
    town.until(at(7, 22))
    for moment in (at(9, 14), at(9, 14, 1)):
        town.now = moment
        with town.units() as uow:
            gap(uow, at(7, 22), moment)
            uow.commit()
        town._tick()
    with town.units() as uow:
        assert [each.until for each in lateness.gaps(uow)] == [at(9, 14, 1)]
    town.later(hours=1)
    assert len(announced(town)) == 1


def test_without_an_internal_place_who_answers_is_told(town: Town) -> None:
    """No internal channel: the client's owner reads of the gap in a direct message; the shared channel never does."""
    with town.units() as uow:
        channel = uow.providers.channel(1, "internal")
        assert channel is not None
        channel.frozen = True
        uow.providers.add(channel)
        uow.commit()
    sleeps(town, at(7, 22), at(9, 14))
    town.later(minutes=3)
    assert [row.account_user for row in announced(town)] == [town.user("MAYA")]


def test_a_contract_that_ended_meanwhile_is_not_announced_as_ending(town: Town) -> None:
    """Nothing ran from before the notice until after the end: no word that it ends in minus three days."""
    town.maya.types("setup contract 2026-03-20")
    sleeps(town, at(12), at(25, 10))
    assert [row.once for row in town.rows() if row.created_at >= at(25) and row.kind.startswith("contract.")] == []


def test_urgent_passes_the_night_late_or_not(town: Town) -> None:
    """Severity 1 that fell due while nothing ran is said at once, in the night too; severity 3 waits for the morning."""
    for severity in ("1", "3"):
        values = {"title": "Lines are down", "detail": "", "severity": severity, "kind": "service", "visibility": "SH"}
        town.maya.submits("issue.report", values, "1")
    sleeps(town, town.now + timedelta(minutes=1), at(6, 2))
    lines = {row.subject_id: row for row in town.rows(kind="issue.line") if row.late is not None}
    assert lines[1].not_before == at(6, 2)
    assert lines[2].not_before == at(6, 9)
