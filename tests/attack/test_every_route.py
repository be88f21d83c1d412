"""Every route there is, pressed, sent in and typed by those who may not, with ids of what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlmodel import SQLModel

from handlers.routes import table
from handlers.vocabulary.outgoing import Answer
from handlers.vocabulary.route import Who
from tests.attack.estate import (
    FOREIGN,
    HIDDEN,
    INTERNAL,
    KEPT_APART,
    MISSING,
    SECRET,
    changes,
    estate,
    everything,
    guarded,
    member,
    stranger,
)
from tests.attack.streets import seen_by
from tests.town import Resident, Town

SHAPES = ("{}", "{}:1")
OTHERS = {
    "history": ("issue:{}", "action:{}", "plan:{}", "review:{}", "series:{}", "target:{}"),
    "review": ("series:{}", "review:{}", "{}@2026-03-09T09:20@", "{}:1>2026-03-03T10:00"),
    "action": ("issue:{}", "review:{}", "plan:{}"),
    "providers": ("provider:{}", "programme:{}", '{{"programme": {}}}', '{{"provider": {}, "channel": "C-SHARED"}}'),
    "plan": ("{}:service_level",),
    "metrics": ("{}:2026-02-23", "{}:2026-02-23:service_level"),
    "reminder": ("{}:tomorrow",),
    "escalation": ("{}:0",),
}
"""How a button's value or a form's hidden part may carry an id: everywhere, and in the rooms that have ways of their own."""
CHOICES = (
    ("action.add", "owner"),
    ("plan.acted", "owner"),
    ("issue.edited", "owner"),
    ("action.edited", "owner"),
    ("absence.tell", "person"),
    ("providers.leaver", "person"),
    ("review.moved", "which"),
    ("review.skipped", "which"),
    ("review.line.add", "review"),
    ("review.decided", "review"),
    ("review.risked", "review"),
    ("review.was_held.tell", "present"),
)
"""Fields whose value is an id."""
NO_ID = {"home.needs", "home.providers", "absence.tell"}
"""What these carry is no id: how many entries stand before a page, or nothing."""
FIELDS = {
    "title": "x",
    "detail": "x",
    "severity": "3",
    "kind": "service",
    "visibility": "SH",
    "due": "2026-03-20",
    "note": "x",
    "reason": "because",
    "words": "x",
    "day": "2026-03-04",
    "time": "10:00",
    "template": "weekly",
    "when": "tuesday 10:00",
    "zone": "Europe/London",
    "name": "x",
    "minutes": "30",
    "ahead": "2",
    "agenda": "",
    "first": "2026-03-09",
    "last": "2026-03-10",
    "problem": "x",
    "cause": "x",
    "containment": "x",
    "metric": "service_level",
    "target": "80",
    "hold": "3",
    "milestones": "2026-05-04: 80",
    "decisions": "x",
    "end": "2026-12-31",
    "digest": "mon 09:00",
    "internal": "",
    "days": "mon",
    "service_level": "81",
    "country": "PL",
    "level": "2",
    "after": "2 days",
    "matrix": "",
}
TYPED = [
    "report {n}",
    "report issue {n}",
    "actions {n}",
    "actions done {n}",
    "done {n}",
    "done action {n}",
    "ack issue {n}",
    "ok action {n}",
    "owner {n} me",
    "due {n} friday",
    "+3d {n}",
    "blocked {n}: x",
    "undo issue {n}",
    "undo action {n}",
    "undo plan {n}",
    "undo review {n}",
    "undo series {n}",
    "history {n}",
    "history issue {n}",
    "history action {n}",
    "history plan {n}",
    "history review {n}",
    "history series {n}",
    "plan {n}",
    "plan {n} agree",
    "agree plan {n}",
    "agree {n}",
    "not yet plan {n}: x",
    "review {n}",
    "review dates {n}",
    "review move {n} friday",
    "review skip {n} because x",
    "review cancel {n}",
    "review agenda {n}",
    "review add {n}",
    "metrics {n}",
    "digest {n}",
    "digest pause {n}",
    "digest skip {n}",
    "digest internal {n}",
    "digest portfolio",
    "pulse {n}",
    "setup people {n}",
    "setup contract {n}",
    "home {n}",
    "away {n}",
    "back {n}",
    "setup left {n}",
    "mornings {n}",
    "escalation {n}",
    "setup escalation {n}",
    "history escalation {n}",
    "undo escalation {n}",
]
NAMED = [
    "review {n}",
    "review dates {n}",
    "review move {n} friday 15:00",
    "review skip {n} because x",
    "review cancel {n}",
    "review setup {n}",
    "review agenda {n}",
    "plan new x {n}",
    "plan {n}",
    "metrics {n}",
    "digest {n}",
    "digest internal {n}",
    "digest pause {n}",
    "digest time tue 09:00 {n}",
    "setup people {n}",
    "setup contract {n}",
    "report list {n}",
    "actions {n}",
    "actions of {n}",
    "home {n}",
    "escalation {n}",
]
WHOM = "away {n} until friday|back {n}|setup left {n}|setup returned {n}|setup owner {n}|setup deputy {n}|actions add x {n} due friday"


def attempts(person: Resident) -> Iterator[tuple[str, Callable[[int], Answer]]]:
    """Everything somebody can try with an id: what it was, and how to do it with a given id."""

    def press(action: str, shape: str) -> Callable[[int], Answer]:
        return lambda number: person.presses(action, shape.format(number))

    def send(action: str, shape: str) -> Callable[[int], Answer]:
        return lambda number: person.submits(action, FIELDS, shape.format(number))

    def choose(action: str, field: str) -> Callable[[int], Answer]:
        return lambda number: person.submits(action, {**FIELDS, field: str(number)}, "1")

    def say(words: str) -> Callable[[int], Answer]:
        return lambda number: person.types(words.format(n=number))

    for action in sorted(table().routes.keys() - NO_ID):
        for shape in (*SHAPES, *OTHERS.get(action.partition(".")[0], ())):
            yield f"press {action} {shape}", press(action, shape)
            yield f"send {action} {shape}", send(action, shape)
    for action, field in CHOICES:
        yield f"choose {action} {field}", choose(action, field)
    for words in TYPED:
        yield f"type {words}", say(words)


def same(answer: Answer, number: int) -> str:
    """An answer with the number that was asked about taken out."""
    return re.sub(rf"(?<!\d){number}(?!\d)", "N", unnumbered(seen_by(answer)))


def unnumbered(said: str) -> str:
    """Without the running number of their own question, which is another each time they are asked back."""
    return re.sub(r'("action":"help\.chosen","label":"[^"]*","value":")\d+:', r"\1Q:", said)


def swept(town: Town, person: Resident, *numbers: int) -> list[str]:
    """What gives away that there is something behind one of these ids: words of it, or another answer than for nothing."""
    found, sent = list[str](), len(town.rows())
    before = guarded(town, *numbers)
    for place, (what, act) in enumerate(attempts(person)):
        nothing = same(act(MISSING), MISSING)
        for number in numbers:
            answer = same(act(number), number)
            if any(word in answer for word in HIDDEN):
                found.append(f"{what} {number} tells {answer[:300]}")
            if answer not in (nothing, same(act(MISSING), MISSING)):
                found.append(f"{what} {number} differs: {answer[:300]} <> {nothing[:300]}")
        if place % 20 == 0:
            found += difference(what, before, before := guarded(town, *numbers))
    found += difference("the end", before, guarded(town, *numbers))
    return found + said_to(town, person, sent, HIDDEN)


def difference(what: str, before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """What was changed by something that should not have."""
    return [] if after == before else [f"up to {what}: {changes(before, after)}"]


def said_to(town: Town, person: Resident, since: int, hidden: tuple[str, ...]) -> list[str]:
    """Messages that stand where they read, or were sent to them, with words they must not read."""
    rows = [row for row in town.rows()[since:] if row.account_user in ("", person.user)]
    shared = [row for row in rows if row.account_user or row.visibility == "SH"]
    return [f"{row.once} says {row.content[:300]}" for row in shared if any(word in row.content for word in hidden)]


def quiet(town: Town) -> Town:
    """The town without deliveries: what is said stays in the outbox, where it can be read."""
    town.deliver = lambda: None  # type: ignore[method-assign]  # thousands of events, none of which waits for a delivery
    return town


def test_no_route_tells_a_provider_of_what_is_not_theirs(tmp_path: Path) -> None:
    """Another provider's records and the client's own drafts are nothing to Northwind's lead, by every way in: the same
    answer as for nothing, and nothing changes."""
    town = quiet(estate(tmp_path))
    assert swept(town, town.jo, FOREIGN, INTERNAL) == []


def test_no_name_tells_a_provider_of_another(tmp_path: Path) -> None:
    """Naming another provider, or one of its people, is answered like naming nobody at all."""
    town = quiet(estate(tmp_path))
    asked = [(words, f"{name}") for words in NAMED for name in ("Willowbank", "Hawthorn desk")]
    asked += [(words, f"{name}") for words in WHOM.split("|") for name in ("@Magnolia Nowak", "<@U-RIVAL>")]
    found = []
    for words, name in asked:
        nobody = "Zzyzx" if "@" not in name else name.replace("Magnolia Nowak", "Zzyzx").replace("U-RIVAL", "U-NOBODY")
        told = unnumbered(seen_by(town.jo.types(words.format(n=name))))
        nothing = unnumbered(seen_by(town.jo.types(words.format(n=nobody))))
        for said in (name, name[1:], name.split()[0]):
            told = told.replace(said, "N")
        for said in (nobody, nobody[1:], nobody.split()[0]):
            nothing = nothing.replace(said, "N")
        if told != nothing or any(word in told for word in HIDDEN):
            found.append(f"{words} {name}: {told[:300]} <> {nothing[:300]}")
    assert found == []
    assert said_to(town, town.jo, 0, HIDDEN) == []


def drafts(town: Town) -> list[str]:
    """The client's own records, as they stand."""
    tables = ("parley_issue", "parley_action_item", "parley_improvement_plan", "parley_plan_milestone")
    rows = (row for found in everything(town, *tables, "parley_planned_action").values() for row in found)
    return [row for row in rows if row.startswith(f"({INTERNAL},")]


def test_whoever_may_be_a_guest_is_told_of_no_draft(tmp_path: Path) -> None:
    """Until the platform says that somebody new is no guest, what is the client's alone is kept from them by every route."""
    town = quiet(estate(tmp_path))
    gil = stranger(town)
    before = drafts(town)
    told = [f"{what}: {seen_by(act(INTERNAL))}" for what, act in attempts(gil)]
    assert [each[:400] for each in told if any(word in each for word in SECRET)] == []
    assert drafts(town) == before
    assert said_to(town, gil, 0, SECRET) == []


def test_who_has_left_can_do_nothing(tmp_path: Path) -> None:
    """Every route answers somebody who has left with the same refusal, and changes nothing."""
    town = quiet(estate(tmp_path))
    with town.units() as uow:
        rey = uow.people.by_user(1, "room", "U-REY")
        assert rey is not None
        rey.left_at = town.now
        uow.commit()
    before = everything(town, *(name for name in SQLModel.metadata.tables if name not in KEPT_APART))
    told = {seen_by(act(number)) for _, act in attempts(town.rey) for number in (1, FOREIGN)}
    assert len(told) == 1 and "noted as having left" in next(iter(told))
    assert everything(town, *before) == before


STEERED = (
    "parley_provider",
    "parley_programme",
    "parley_owner",
    "parley_channel",
    "parley_review_series",
    "parley_tracked_metric",
    "parley_metric_target",
    "parley_target_proposal",
    "parley_installation",
)


def test_a_member_steers_nothing(tmp_path: Path) -> None:
    """Whoever manages nothing and answers for nothing changes no provider, programme, series, review, target, digest or
    owner, by whatever route; what is for managers names them."""
    town = quiet(estate(tmp_path))
    nia = member(town)
    before = everything(town, *STEERED)
    for what, act in attempts(nia):
        answer = act(FOREIGN)
        route = table().routes.get(what.split()[1]) if not what.startswith("type") else None
        if route is not None and route.who is Who.MANAGER:
            assert answer.card is not None and "managers" in answer.card.text, what
    assert difference("the end", before, everything(town, *STEERED)) == []
