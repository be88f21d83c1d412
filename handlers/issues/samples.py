"""Issues made up for examples and for the test that renders every card on every platform. Nothing here is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from handlers.issues.rules import SEVERITIES
from handlers.issues.standing import Standing
from handlers.records.hours import hours_of, until
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.outgoing import Mention
from storage.models.escalation import EscalationJump
from storage.models.issue import Issue, IssueClock
from storage.models.person import Person
from storage.models.provider import Programme

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
STATES = ("open", "acknowledged", "waiting", "done", "accepted", "withdrawn")
WORST_WORDS = (
    "Refund calls wait. " * 200,
    "*bold* _it_ ~no~ `code` <https://example.com|link> <@U1> <!channel> &amp; </b><script>1</script> [a](b) # | \\ {{x}}",
    "לקוחות ממתינים עשרים דקות \u202e عملاء ينتظرون \u200f!",
    "\n".join("one\ttwo" for _ in range(120)),
)


def standing(state: str, *, visibility: str = "SH", words: str = "") -> Standing:
    """An issue in ``state``; ``words`` stand wherever a person could have written something."""
    maya = _person(1, "Maya Brooks", Side.CLIENT, "Europe/London", "GB")
    jo = _person(2, words[:80] or "Jo Santos", Side.PROVIDER, "Asia/Manila", "PH")
    owner = maya if visibility == "INT" else jo
    work = {Side.CLIENT: hours_of("Europe/London", "GB"), Side.PROVIDER: hours_of("Asia/Manila", "PH")}
    return Standing(
        issue=_issue(state, visibility, words, owner),
        programme=Programme(
            id=1,
            installation_id=1,
            provider_id=1,
            name="Voice support",
            anchor_zone="Europe/London",
            digest_wall="mon 08:30",
            figures_wall="tue 10:00",
            created_at=NOW,
        ),
        reporter=maya,
        owner=owner,
        accountable={Side.CLIENT: maya, Side.PROVIDER: jo},
        names={Side.CLIENT: "Acme", Side.PROVIDER: words[:80] or "Northwind Manila"},
        work=work,
        clocks=_clocks(state, owner),
        mentions={1: Mention(Account(Platform.SLACK, "T1", "U1"), maya.name), 2: Mention(None, jo.name)},
    )


def escalated(words: str = "") -> Standing:
    """An issue that went up to somebody on both sides, and to one whom only the client knows of."""
    standing_now = standing("open", words=words)
    standing_now.issue.level = 2
    rows = ((2, Side.CLIENT, 3, "SH"), (2, Side.PROVIDER, 4, "SH"), (3, Side.CLIENT, 5, "INT"))
    jumps = tuple(
        EscalationJump(
            installation_id=1,
            provider_id=1,
            programme_id=1,
            issue_id=12,
            turn="acknowledge:0.0.0",
            level=level,
            side=side,
            waiting=Side.PROVIDER,
            person_id=person,
            reason="not acknowledged in time, 4 hours past it (business time)",
            visibility=visibility,
            at=NOW,
        )
        for level, side, person, visibility in rows
    )
    brought_in = {3: "Ben Carter", 4: words[:80] or "Rey Cruz", 5: "Eva Lindqvist"}
    return replace(standing_now, jumps=jumps, brought_in=brought_in)


def _person(number: int, name: str, side: Side, zone: str, country: str) -> Person:
    return Person(id=number, installation_id=1, name=name, side=side, zone=zone, country=country, created_at=NOW)


def _issue(state: str, visibility: str, words: str, owner: Person) -> Issue:
    assert owner.id is not None
    level, reported = SEVERITIES[2], NOW - timedelta(days=1)
    hours = hours_of(owner.zone, owner.country)
    return Issue(
        id=12,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=12,
        title=words[:150] or "Refund calls wait 20 minutes",
        detail=words[:3000] or "A customer says the line for refunds was full all morning.",
        issue_kind="service",
        severity=2,
        visibility=visibility,
        state=state,
        waiting_on=owner.side if state != "waiting" else Side(owner.side).other,
        waiting_for=words or "the refund policy",
        reporter_id=1,
        owner_id=owner.id,
        reported_at=reported,
        acknowledge_by=until(reported, level.acknowledge, hours),
        resolve_by=until(reported, level.resolve, hours),
        done_note=words or "Two people moved to the refund line.",
        accept_by=NOW + timedelta(days=2),
        answer_by=NOW + timedelta(hours=4),
    )


def _clocks(state: str, owner: Person) -> tuple[IssueClock, ...]:
    first = IssueClock(id=1, issue_id=12, side=owner.side, started_at=NOW - timedelta(days=1))
    if state in ("open", "acknowledged"):
        return (first,)
    first.ended_at = NOW - timedelta(hours=3)
    ended = None if state in ("waiting", "done") else NOW
    other = Side(owner.side).other
    return (first, IssueClock(id=2, issue_id=12, side=other, started_at=NOW - timedelta(hours=3), ended_at=ended))
