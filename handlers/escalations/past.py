"""The history of a programme's matrix: who kept which version, who agreed, what was taken back."""

from __future__ import annotations

from handlers.escalations.keeping import AGREED, HANDED, KEPT, SUBJECT, UNDONE
from handlers.escalations.standing import find
from handlers.places import programme_name, programmes_seen_by
from handlers.records import past
from handlers.records.past import Past, Step, Storied
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Button
from handlers.vocabulary.route import Asker, Declined
from storage.models.audit import AuditEntry
from storage.unit_of_work import UnitOfWork

TOLD = {
    KEPT: "kept it",
    AGREED: "agreed for the provider",
    UNDONE: "took it back",
    HANDED: "passed it on, as somebody left",
}


def tell(matrix_id: int, asker: Asker, uow: UnitOfWork) -> Past:
    """Every version of the programme this one belongs to, oldest first. Raises ``Declined`` where it is not theirs."""
    kept = uow.escalations.get(matrix_id)
    if kept is None or kept.installation_id != asker.installation_id:
        raise Declined("I know no such version. Type escalation to see who is brought in when.")
    programme = find(kept.programme_id, asker, uow)
    steps = []
    for version in uow.escalations.versions(kept.programme_id):
        entries = uow.audit.of(SUBJECT, version.id or 0)
        steps += [_step(each, version.number, uow) for each in entries if _may_read(each, asker)]
    title = f"Escalation matrix of {programme_name(uow, programme)}"
    return Past(title, tuple(steps), Button("escalation.show", "Escalation", str(kept.programme_id)))


def numbered(number: int, asker: Asker, uow: UnitOfWork) -> int | None:
    """The version with this number of the programme one is in, or of the only one; None where there is none."""
    seen = programmes_seen_by(asker, uow)
    here = [each for each in seen if each.id in asker.programme_ids] or seen
    found = [
        version.id
        for each in here[:1]
        for version in uow.escalations.versions(each.id or 0)
        if version.number == number
    ]
    return found[0] if found else None


STORIED = Storied(numbered, tell)


def _may_read(entry: AuditEntry, asker: Asker) -> bool:
    return entry.visibility == Visibility.SHARED or (asker.side is Side.CLIENT and asker.confirmed)


def _step(entry: AuditEntry, number: int, uow: UnitOfWork) -> Step:
    return Step(entry.at, past.who(entry, uow), f"{TOLD.get(entry.what, 'changed it')} (version {number})")
