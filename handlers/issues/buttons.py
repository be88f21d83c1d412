"""The buttons of an issue's card and the small forms behind them. A button of an outdated card changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handlers.issues import cards, changes, consent, forms, steps, terms
from handlers.issues.commands import EditIssue, OneIssue
from handlers.issues.handler import offered_owners
from handlers.issues.standing import Standing, find
from handlers.issues.undo import undo
from handlers.records.record import is_stale
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer, Form
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.unit_of_work import UnitOfWork

Step = Callable[[Standing], Standing]
OFFERED = 90
"""How many people the owner's select offers; a platform's select holds a hundred."""


def acknowledge(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Acknowledge."""
    return _take(command, asker, uow, now, lambda it: steps.acknowledge(it, asker, uow, now), "You have acknowledged")


def answered(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button "We answered"."""
    return _take(command, asker, uow, now, lambda it: steps.answer(it, asker, uow, now), "You have given back")


def accept(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Accept."""
    return _take(command, asker, uow, now, lambda it: steps.accept(it, asker, uow, now), "You have accepted")


def block(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Blocked opens a form."""
    return _open(command, asker, uow, now, consent.may_block, forms.block_form)


def blocked(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Blocked."""
    said = "You have said what you need for"
    return _take(command, asker, uow, now, lambda it: steps.block(it, asker, uow, now, command.words), said)


def finish(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Done opens a form."""
    return _open(command, asker, uow, now, consent.may_finish, forms.finish_form)


def done(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Done."""
    said = "You have called done"
    return _take(command, asker, uow, now, lambda it: steps.finish(it, asker, uow, now, command.words), said)


def reopen(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Reopen opens a form."""
    return _open(command, asker, uow, now, consent.may_reopen, forms.reopen_form)


def reopened(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Reopen."""
    said = "You have reopened"
    return _take(command, asker, uow, now, lambda it: steps.reopen(it, asker, uow, now, command.words), said)


def take_back(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Undo."""
    standing = find(command.issue_id, asker, uow)
    after, told = undo(standing, asker, uow, now)
    said = f"Taken back: you {told}. Issue {after.issue.number} stands as before."
    return Answer(card=cards.confirmation(after, said, undo=False), done=said)


def edit(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The button Edit opens a form."""
    return _open(command, asker, uow, now, _anybody, lambda it: _edit_form(it, asker, uow))


def edited(command: EditIssue, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form behind Edit: words, severity, kind and owner; what did not change stays untouched."""
    standing = find(command.issue_id, asker, uow)
    if is_stale(standing.issue, command.version):
        return _changed_since(standing, now)
    consent.still_open(standing)
    owner = _chosen(command, standing, asker, uow)
    _asked_first(command, owner, standing, asker)
    if command.severity != standing.issue.severity:
        standing = terms.regrade(standing, asker, uow, now, command.severity)
    if owner.id != standing.issue.owner_id:
        standing = terms.hand_over(standing, asker, uow, now, owner)
    standing = _reword(command, standing, asker, uow, now)
    said = f"Issue {standing.issue.number} is changed."
    return Answer(card=cards.confirmation(standing, said, undo=False), done=said)


def _edit_form(standing: Standing, asker: Asker, uow: UnitOfWork) -> Form:
    return forms.edit_form(standing, offered_owners(standing, asker, uow)[:OFFERED])


def _chosen(command: EditIssue, standing: Standing, asker: Asker, uow: UnitOfWork) -> Person:
    wanted = standing.issue.owner_id if command.owner_id is None else command.owner_id
    found = next((each for each in offered_owners(standing, asker, uow) if each.id == wanted), None)
    if found is None:
        raise Invalid({"owner": "This person cannot own this issue. Choose a name from the list"})
    return found


def _asked_first(command: EditIssue, owner: Person, standing: Standing, asker: Asker) -> None:
    """What is not theirs to change is said at the field."""
    try:
        consent.may_regrade(standing, asker, command.severity)
    except Declined as refused:
        raise Invalid({"severity": refused.why}) from refused
    try:
        if owner.id != standing.owner.id:
            consent.may_hand_over(standing, asker, Side(owner.side))
    except Declined as refused:
        raise Invalid({"owner": refused.why}) from refused


def _reword(command: EditIssue, standing: Standing, asker: Asker, uow: UnitOfWork, now: datetime) -> Standing:
    issue, before = standing.issue, changes.facts_of(standing)
    if (command.title, command.detail, command.kind) == (issue.title, issue.detail, issue.issue_kind):
        return standing
    issue.title, issue.detail, issue.issue_kind = command.title, command.detail, command.kind
    words = f"{command.title}\n{command.detail}"
    return changes.keep(issue, before, "issue.edited", asker, uow, now, words)[0]


def _take(command: OneIssue, asker: Asker, uow: UnitOfWork, now: datetime, step: Step, said: str) -> Answer:
    standing = find(command.issue_id, asker, uow)
    if is_stale(standing.issue, command.version):
        return _changed_since(standing, now)
    after = step(standing)
    told = f"{said} issue {after.issue.number}."
    return Answer(card=cards.confirmation(after, told), done=told)


def _open(
    command: OneIssue,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
    may: Callable[[Standing, Asker], None],
    form: Callable[[Standing], Form],
) -> Answer:
    standing = find(command.issue_id, asker, uow)
    if is_stale(standing.issue, command.version):
        return _changed_since(standing, now)
    may(standing, asker)
    return Answer(form=form(standing))


def _anybody(standing: Standing, asker: Asker) -> None:
    consent.still_open(standing)


def _changed_since(standing: Standing, now: datetime) -> Answer:
    said = f"Issue {standing.issue.number} changed in the meantime, so nothing was done. This is how it stands now."
    return Answer(card=cards.private_card(standing, now, said))
