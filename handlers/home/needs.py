"""What needs somebody, the most urgent first. Pure: everything was read before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from handlers.calendar import due_text, instant_of, zone
from handlers.home.page import Need
from handlers.home.rules import Days, contract_days, is_late, is_overdue, needs_a_word, turn
from handlers.noise.short_names import short_name
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Strong, Text, Tone, When
from handlers.vocabulary.route import Asker
from storage.actions import OPEN
from storage.overview_rows import ActionRow, IssueRow, ProgrammeRow, ReviewRow, WaitingRow

CRITICAL, MUTE, HIGH, OVERDUE, ISSUE, ACCEPT, PLAN, UNHELD, NOBODY, CONTRACT, DRAFT, SETUP, LATER = range(13)
"""The order of kinds: what stops customers, what makes us mute, what was promised, what others wait for, what is to be
arranged."""
NAMED = 2
"""How many of several messages that could not be delivered are named."""
_BY_SEVERITY = {1: CRITICAL, 2: HIGH}
_ESCALATED = {1: CRITICAL, 2: CRITICAL, 3: HIGH, 4: HIGH}
"""What went up a level comes before what did not."""


@dataclass(frozen=True)
class Known:
    """All that was read for one person at one moment. ``names`` maps programmes to what they are called."""

    asker: Asker
    now: datetime
    programmes: Mapping[int, ProgrammeRow]
    names: Mapping[int, str]
    issues: Sequence[IssueRow] = ()
    actions: Sequence[ActionRow] = ()
    reviews: Sequence[ReviewRow] = ()
    waiting: Sequence[WaitingRow] = ()

    @cached_property
    def days(self) -> Days:
        """What day it is where."""
        return Days(self.now)

    @property
    def today(self) -> date:
        """The asker's day."""
        return self.days.today(self.asker.zone)

    def name(self, programme_id: int) -> str:
        """What a programme is called; a provider's people need no name for their own."""
        return self.names.get(programme_id, "a provider") if self.asker.side is Side.CLIENT else ""

    def answers(self, programme_id: int) -> bool:
        """Whether the asker answers for a programme on their side: its owner, the deputy while the owner is away, and
        every manager where nobody does."""
        row = self.programmes.get(programme_id)
        if row is None:
            return False
        held = row.client_owner if self.asker.side is Side.CLIENT else row.provider_owner
        if row.my_role is not None and (row.my_role == "owner" or row.owner_away or not held):
            return True
        return self.asker.manages and not held


def needs_of(known: Known) -> list[Need]:
    """Everything that needs the asker, the most urgent first."""
    found = [*_issues(known), *_accepting(known), *_overdue(known), *_plans(known)]
    if known.asker.side is Side.CLIENT:
        found += [*_unheld(known), *_undelivered(known), *_programmes(known)]
    return sorted(found, key=lambda need: (need.rank, need.since))


def open_of(known: Known) -> list[Need]:
    """The asker's own open items that do not press yet: action items by due day, then issues whose turn is theirs."""
    me, found = known.asker.person_id, list[Need]()
    for action in known.actions:
        if action.owner_id == me and action.state in OPEN and not is_overdue(action, known.days):
            found.append(_action(known, action))
    for issue in known.issues:
        mine = issue.owner_id == me and turn(issue).side == known.asker.side
        if mine and not is_late(issue, known.now):
            found.append(_issue(known, issue, LATER, Tone.PLAIN))
    return found


def records_of(known: Known, programme_id: int) -> tuple[list[Need], list[Need]]:
    """A programme's open issues, worst first, and its action items by due day, whoever they are with."""
    issues = [
        _issue(known, each, LATER, _tone(known, each)) for each in known.issues if each.programme_id == programme_id
    ]
    return issues, [_action(known, each) for each in known.actions if each.programme_id == programme_id]


def _tone(known: Known, issue: IssueRow) -> Tone:
    return Tone.BAD if is_late(issue, known.now) else Tone.PLAIN


def _action(known: Known, action: ActionRow) -> Need:
    """An action item as one of a list: its day, or that it waits for a yes."""
    text = _titled(f"Action {action.number}", action.title, known.name(action.programme_id))
    due = due_text(action.due_on, known.days.today(action.zone))
    said = due if action.state in OPEN else "done, waits for a yes"
    tone = Tone.BAD if is_overdue(action, known.days) else Tone.PLAIN
    buttons = _action_buttons(known, action)
    return Need(LATER, _midnight(action), (*text, f", {said}."), buttons, tone)


def _issues(known: Known) -> Iterator[Need]:
    """Issues that wait for the asker or their side past their time, and those that only a word can close."""
    for issue in known.issues:
        pressing = is_late(issue, known.now) or needs_a_word(issue)
        if not pressing or turn(issue).side != known.asker.side or not _is_asked(known, issue):
            continue
        tone = Tone.BAD if is_late(issue, known.now) else Tone.WARN
        ranks = _ESCALATED if issue.level > 1 else _BY_SEVERITY
        yield _issue(known, issue, ranks.get(issue.severity, ISSUE), tone)


def _is_asked(known: Known, issue: IssueRow) -> bool:
    """Whether this person is asked: as the one the turn is with, or because they answer for the programme."""
    me, side = known.asker.person_id, known.asker.side
    if issue.state == "done":
        mine = issue.reporter_id == me and issue.reporter_side == side
    else:
        mine = issue.owner_id == me and issue.owner_side == side
    return mine or known.answers(issue.programme_id)


def _issue(known: Known, issue: IssueRow, rank: int, tone: Tone) -> Need:
    waits, value = turn(issue), f"{issue.id}:{issue.version}"
    severity = f"severity {issue.severity}"
    name = known.name(issue.programme_id)
    text = _titled(f"Issue {issue.number}", issue.title, f"{severity}, {name}" if name else severity)
    until: Text = ()
    if waits.until is not None:
        until = (" was due " if waits.until <= known.now else " by ", When(waits.until, known.asker.zone))
    now = {
        "open": Button("issue.acknowledge", "Acknowledge", value, "primary"),
        "acknowledged": Button("issue.finish", "Done", value),
        "waiting": Button("issue.answered", "We answered", value, "primary"),
        "done": Button("issue.accept", "Accept", value, "primary"),
    }
    show = Button("issue.show", "Open", str(issue.id))
    buttons = (now[issue.state], show) if waits.side == known.asker.side else (show,)
    up = f", escalated to level {issue.level}" if issue.level > 1 else ""
    said: Text = (*text, f": {waits.what}", *until, f"{up}.")
    return Need(rank, waits.until or issue.reported_at, said, buttons, tone)


def _overdue(known: Known) -> Iterator[Need]:
    """My own action items whose day is over."""
    for action in known.actions:
        if action.owner_id == known.asker.person_id and is_overdue(action, known.days):
            yield replace(_action(known, action), rank=OVERDUE)


def _accepting(known: Known) -> Iterator[Need]:
    """What the other side called done and I am asked about: I added it, or nobody else of ours did and I answer for it."""
    me, side = known.asker.person_id, known.asker.side
    for action in known.actions:
        if action.state != "done" or action.side == side:
            continue
        by_us = action.creator_side == side
        if action.created_by == me or (not by_us and known.answers(action.programme_id)):
            text = _titled(f"Action {action.number}", action.title, known.name(action.programme_id))
            accept = Button("action.accept", "Accept", f"{action.id}:{action.version}", "primary")
            buttons = (accept, Button("action.show", "Open", str(action.id)))
            yield Need(ACCEPT, action.done_at or known.now, (*text, ": is it done?"), buttons)


def _plans(known: Known) -> Iterator[Need]:
    """Plans that wait for our word, and drafts nobody has proposed yet."""
    ours = known.asker.side is Side.CLIENT
    for plan in known.waiting:
        if plan.kind != "plan" or not (known.answers(plan.programme_id) or plan.by == known.asker.person_id):
            continue
        text = _titled(f"Plan {plan.number}", plan.title, known.name(plan.programme_id))
        show = Button("plan.show", "Open", str(plan.id))
        given = plan.client_agreed if ours else plan.provider_agreed
        if plan.state == "proposed" and given is None and known.answers(plan.programme_id):
            yield Need(PLAN, plan.at, (*text, ": waits for your side's yes."), (show,))
        elif plan.state == "draft" and ours:
            yield Need(DRAFT, plan.at, (*text, ": a draft, only your company sees it."), (show,), Tone.PLAIN)


def _unheld(known: Known) -> Iterator[Need]:
    """Reviews nobody said were held, though it was asked."""
    for review in known.reviews:
        if review.asked_at is None or review.state != "not held" or not known.answers(review.programme_id):
            continue
        said: Text = (
            Strong(f"{review.series}, {known.name(review.programme_id)}"),
            ", ",
            When(review.starts_at, known.asker.zone, "date"),
            ": was it held?",
        )
        value = f"{review.id}:{review.version}"
        held = Button("review.was_held", "It was held", value)
        yield Need(UNHELD, review.starts_at, said, (held, Button("review.skip", "Skip it", value)))


def _undelivered(known: Known) -> Iterator[Need]:
    """What could not be sent, together for each programme and trouble."""
    failed: dict[tuple[int, str], list[WaitingRow]] = defaultdict(list)
    for row in known.waiting:
        if row.kind == "delivery" and known.answers(row.programme_id):
            failed[row.programme_id, row.state].append(row)
    for (programme_id, trouble), rows in failed.items():
        said: Text = (
            Strong(known.name(programme_id)),
            f": {_which(rows)} could not be delivered ({trouble or 'no reason'}).",
        )
        value = str(programme_id)
        buttons = (
            Button("delivery.again", "Send again", value),
            Button("delivery.leave", "Drop", value),
            Button("delivery.list", "Show"),
        )
        yield Need(MUTE, rows[0].at, said, buttons, Tone.BAD)


def _which(rows: Sequence[WaitingRow]) -> str:
    """What could not be delivered by kind and place, never by its words: "the weekly digest for #acme-shared"."""
    named = dict.fromkeys(short_name(each.title) + (f" for {each.place}" if each.place else "") for each in rows)
    if len(rows) == 1:
        return f"the {next(iter(named))}"
    shown = list(named)[:NAMED]
    more = " and more" if len(named) > len(shown) else ""
    return f"{len(rows)} messages ({', '.join(shown)}{more})"


def _programmes(known: Known) -> Iterator[Need]:
    """What is to be arranged; only managers can."""
    if not known.asker.manages:
        return
    for row in known.programmes.values():
        name = Strong(known.name(row.programme_id))
        if row.state == "draft":
            button = _set_up("Go on", row.programme_id)
            yield Need(SETUP, row.created_at, (name, ": the set-up is not finished."), (button,), Tone.PLAIN)
        elif row.state == "active" and known.answers(row.programme_id):
            yield from _arranging(known, row, name)


def _arranging(known: Known, row: ProgrammeRow, name: Strong) -> Iterator[Need]:
    button = _set_up("Set-up", row.programme_id)
    if row.frozen:
        why = ": a channel's readers changed, so nothing is posted there. Please look at it."
        yield Need(MUTE, row.created_at, (name, why), (button,), Tone.BAD)
    elif not row.shared:
        yield Need(NOBODY, row.created_at, (name, ": no shared channel is set up yet."), (button,))
    for held, where in ((row.client_owner, "on our side"), (row.provider_owner, "on their side")):
        if not held:
            people = Button("providers.team", "People", str(row.programme_id))
            yield Need(NOBODY, row.created_at, (name, f": nobody answers for it {where}."), (people, button))
    days = contract_days(row, known.today)
    if days is not None and row.contract_end is not None:
        end = instant_of(datetime.combine(row.contract_end, datetime.min.time()), zone(row.anchor_zone))
        said: Text = (name, ": the contract ends ", When(end, row.anchor_zone, "date"), f", {_in_days(days)}.")
        change = Button("providers.contract", "Contract", f"provider:{row.provider_id}")
        yield Need(CONTRACT, end, said, (change,))


def _in_days(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def _set_up(label: str, programme_id: int) -> Button:
    return Button("providers.setup", label, f"programme:{programme_id}")


def _titled(which: str, title: str, name: str) -> Text:
    return (Strong(which), f" {title}" + (f" ({name})" if name else ""))


def _action_buttons(known: Known, action: ActionRow) -> tuple[Button, ...]:
    """Only its owner calls it done with one press; everybody else looks first."""
    show = Button("action.show", "Open", str(action.id))
    if action.owner_id != known.asker.person_id or action.state not in OPEN:
        return (show,)
    return (Button("action.done", "Done", f"{action.id}:{action.version}", "primary"), show)


def _midnight(action: ActionRow) -> datetime:
    return instant_of(datetime.combine(action.due_on, datetime.min.time()), zone(action.zone))
