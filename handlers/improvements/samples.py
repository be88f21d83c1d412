"""Plans made up for examples and for the test that renders every card on every platform. Nothing here is stored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from handlers.improvements.progress import Progress
from handlers.improvements.rules import Period
from handlers.improvements.standing import Standing
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Target
from handlers.metrics.rules import Step
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.outgoing import Mention
from storage.models.action import ActionItem
from storage.models.person import Person
from storage.models.plan import ImprovementPlan, PlanMilestone, PlannedAction
from storage.models.provider import Programme

NOW = datetime(2026, 4, 7, 9, 0, tzinfo=UTC)
STATES = ("draft", "proposed", "agreed", "done", "closed", "withdrawn")
WORST_WORDS = (
    "Service level fell. " * 200,
    "*bold* _it_ ~no~ `code` <https://example.com|link> <@U1> <!channel> &amp; </b><script>1</script> [a](b) # | \\ {{x}}",
    "לקוחות ממתינים עשרים דקות \u202e عملاء ينتظرون \u200f!",
    "\n".join("one\ttwo" for _ in range(120)),
)
_VALUES = (84.9, 83.1, 81.0, 78.4, 77.2, None, 79.1, 80.4, 81.2)


def standing(state: str, *, words: str = "", metric: bool = True) -> Standing:
    """A plan in ``state``; ``words`` stand wherever a person could have written something."""
    maya = person(1, "Maya Brooks", Side.CLIENT)
    jo = person(2, words[:80] or "Jo Santos", Side.PROVIDER)
    plan = _plan(state, words, metric=metric)
    agreed = state in ("agreed", "done", "closed")
    return Standing(
        plan=plan,
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
        accountable={Side.CLIENT: maya, Side.PROVIDER: jo},
        speakers={Side.CLIENT: frozenset({1}), Side.PROVIDER: frozenset({2})},
        names={Side.CLIENT: "Acme", Side.PROVIDER: words[:80] or "Northwind Manila"},
        people={1: maya, 2: jo},
        mentions={1: Mention(Account(Platform.SLACK, "T1", "U1"), maya.name), 2: Mention(None, jo.name)},
        milestones=_milestones(words, agreed=agreed),
        intended=() if agreed else tuple(_intended(at, words) for at in range(9 if words else 1)),
        actions=tuple(_action(at, words) for at in range(9 if words else 2)) if agreed else (),
        progress=_progress(agreed=agreed) if metric else None,
        today=NOW.date(),
    )


def person(number: int, name: str, side: Side) -> Person:
    """Somebody."""
    zone, country = ("Europe/London", "GB") if side is Side.CLIENT else ("Asia/Manila", "PH")
    return Person(id=number, installation_id=1, name=name, side=side, zone=zone, country=country, created_at=NOW)


def _plan(state: str, words: str, *, metric: bool) -> ImprovementPlan:
    client, provider = state != "draft", state in ("agreed", "closed")
    return ImprovementPlan(
        id=3,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=3,
        title=words[:150] or "Service level fell under 80 %",
        metric="service_level" if metric else "",
        target=Decimal(80) if metric else None,
        problem=words[:3000] or "Service level has slid for eight weeks since the January intake.",
        cause=words[:3000] or "Two trainers left, and new people take calls after three days.",
        containment=words[:3000] or "Four experienced people moved to the morning queue.",
        visibility="INT" if state == "draft" else "SH",
        state=state,
        reason=words[:3000] or ("the refund tool is replaced in May" if state == "withdrawn" else ""),
        created_by=1,
        created_at=NOW - timedelta(days=30),
        client_agreed_by=1 if client else None,
        client_agreed_at=NOW - timedelta(days=28) if client else None,
        provider_agreed_by=2 if provider else None,
        provider_agreed_at=NOW - timedelta(days=27) if provider else None,
        agreed_at=NOW - timedelta(days=27) if provider else None,
        reopened=1 if state == "agreed" else 0,
        version=5,
    )


def _milestones(words: str, *, agreed: bool) -> tuple[PlanMilestone, ...]:
    if not agreed:
        return (PlanMilestone(id=1, plan_id=3, target=Decimal(80), check_on=date(2026, 4, 17)),)
    return (
        PlanMilestone(id=1, plan_id=3, target=Decimal(79), check_on=date(2026, 3, 27), state="missed", value=Decimal("78.4")),
        PlanMilestone(id=2, plan_id=3, target=Decimal(80), check_on=date(2026, 4, 6), state="met", value=Decimal("81.2")),
        PlanMilestone(id=3, plan_id=3, words=words[:150] or "Two trainers hired", check_on=date(2026, 4, 7), state="no figure"),
        PlanMilestone(id=4, plan_id=3, target=Decimal(82), check_on=date(2026, 5, 1)),
    )  # fmt: skip


def _intended(at: int, words: str) -> PlannedAction:
    title = words[:150] or "Train two groups of eight"
    return PlannedAction(id=at + 1, plan_id=3, title=title, owner_id=1 + at % 2, due_on=date(2026, 4, 17))


def _action(at: int, words: str) -> ActionItem:
    side = Side.CLIENT if at % 2 else Side.PROVIDER
    return ActionItem(
        id=at + 1,
        installation_id=1,
        provider_id=1,
        programme_id=1,
        number=7 + at,
        title=words[:150] or ("Send the January forecast" if at % 2 else "Train two groups of eight"),
        side=side,
        owner_id=1 if at % 2 else 2,
        due_on=date(2026, 4, 3) if at % 2 else date(2026, 4, 17),
        state="open" if at % 2 else "acknowledged",
        created_by=1,
        created_at=NOW,
    )


def _progress(*, agreed: bool) -> Progress:
    metric = catalogue().get("service_level")
    first = date(2026, 2, 2)
    periods = tuple(
        Period(first + timedelta(weeks=at), value, None if value is None else value >= 80)
        for at, value in enumerate(_VALUES)
    )
    since = date(2026, 3, 11) if agreed else None
    return Progress(metric, Step.WEEK, Target(at=Decimal(80)), periods, 4, since)
