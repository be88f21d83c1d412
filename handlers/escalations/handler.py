"""Use cases of the escalation matrix: look at it, edit it as text or person by person, agree to it, take a change back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers import places
from handlers.escalations import cards, forms, keeping
from handlers.escalations.commands import AskMatrix, EditMatrix, NamePerson, OneMatrix
from handlers.escalations.matrix import BadMatrix, Matrix, Named, Step, with_person, with_step
from handlers.escalations.named import Directory
from handlers.escalations.standing import Standing, find, standing_of
from handlers.escalations.written import read, usual, usual_text, write
from handlers.records.past import Undoable
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Answer, Option
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.models.provider import Programme
from storage.unit_of_work import UnitOfWork

CHANGED = "This changed while you were looking. Here is how it stands now; nothing was done."


def show(command: AskMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Who is brought in when, for the asker's eyes."""
    programme = places.the_programme(asker, uow, command.wanted, again="escalation.show")
    return _page(standing_of(programme, uow), asker)


def text_form(command: OneMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form with all of it as YAML."""
    programme = find(command.programme_id, asker, uow)
    standing = standing_of(programme, uow)
    text = usual_text() if standing.kept is None else write(standing.matrix, Directory(programme, uow).name)
    return Answer(form=forms.text_form(standing, text))


def keep_text(command: EditMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The matrix is as the form says. Raises ``Invalid`` naming the line that cannot be used."""
    programme = find(command.at.programme_id, asker, uow)
    try:
        wanted = read(command.text, Directory(programme, uow).find) if command.text else usual()
    except BadMatrix as problem:
        raise Invalid({"matrix": str(problem)}) from problem
    return _keep(wanted, command.at, programme, asker, uow, now)


def keep_usual(command: OneMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The usual matrix is what this client wants: it becomes the first version, which the provider can agree to."""
    return _keep(usual(), command, find(command.programme_id, asker, uow), asker, uow, now)


def person_form(command: OneMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form that names one person."""
    programme = find(command.programme_id, asker, uow)
    return Answer(form=forms.person_form(standing_of(programme, uow), _options(programme, asker, uow)))


def name_person(command: NamePerson, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Somebody is brought in at a level from now on. Raises ``Invalid`` at the field."""
    programme = find(command.at.programme_id, asker, uow)
    person = _person(command.user, "person", programme, asker, uow)
    deputy = _person(command.deputy, "deputy", programme, asker, uow) if command.deputy else None
    if deputy is not None and deputy.side != person.side:
        raise Invalid({"deputy": f"{deputy.name} belongs to the other company. Choose somebody of {person.name}'s"})
    named = Named(person_id=person.id, deputy_id=None if deputy is None else deputy.id)
    matrix = standing_of(programme, uow).matrix
    try:
        for severity in command.severities:
            matrix = with_step(matrix, _named_step(matrix, severity, command, Side(person.side), named))
    except BadMatrix as problem:
        raise Invalid({"after": str(problem)}) from problem
    return _keep(matrix, command.at, programme, asker, uow, now)


def _named_step(matrix: Matrix, severity: int, command: NamePerson, side: Side, named: Named) -> Step:
    """The level with this person. Raises ``Invalid`` where there is no such level yet and no time was given for it."""
    step = matrix.step(severity, command.level)
    after = command.after or (None if step is None else step.after)
    if after is None:
        missing = f"Severity {severity} has no level {command.level} yet. Write how long, for example 3 days"
        raise Invalid({"after": missing})
    step = step or Step(severity, command.level, after)
    if step.how == "summary":  # from now on people are told, so that both sides have somebody
        step = with_person(step, side.other, Named(post="deputy"), after)
    return with_person(step, side, named, after)


def agree(command: OneMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The provider agrees to the version it looks at."""
    standing = standing_of(find(command.programme_id, asker, uow), uow)
    if standing.number != command.number:
        return _page(standing, asker, CHANGED)
    may_agree(standing, asker, uow)
    if standing.agreed_at is None:
        standing = keeping.agree(standing, asker, uow, now)
    said = f"Agreed: version {standing.number} holds for both."
    return Answer(card=cards.page(standing, asker.side, manages=False, said=said), done=said)


def undo(command: OneMatrix, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Take the newest version back, within ten minutes."""
    standing = standing_of(find(command.programme_id, asker, uow), uow)
    if standing.kept is None or standing.number != command.number:
        return _page(standing, asker, CHANGED)
    return _taken_back(keeping.take_back(standing.kept, asker, uow, now), asker)


def take_back(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The same for a change found in the audit log."""
    kept = uow.escalations.get(entry.subject_id)
    if kept is None or kept.installation_id != asker.installation_id or not asker.manages:
        raise Declined("There is nothing to take back any more: it has gone on since.")
    return _taken_back(keeping.take_back(kept, asker, uow, now), asker)


UNDOABLE = Undoable(frozenset({keeping.KEPT}), take_back)


def may_agree(standing: Standing, asker: Asker, uow: UnitOfWork) -> None:
    """Whoever answers for the provider's side, or leads there. Raises ``Declined``."""
    if standing.kept is None:
        raise Declined(
            "Nobody of the client has kept a matrix yet, so there is nothing to agree to. The usual one works."
        )
    if asker.side is not Side.PROVIDER:
        raise Declined(
            f"You set it; this word is for {standing.names[Side.PROVIDER]}. They reply `agree` under its card."
        )
    held = {row.person_id for row in uow.providers.owners(standing.programme.id or 0)}
    if asker.person_id not in held and asker.role != "lead":
        owner = uow.providers.accountable(standing.programme.id or 0, Side.PROVIDER)
        who = "the owner of your side" if owner is None else owner.name
        raise Declined(f"Whoever answers for {standing.names[Side.PROVIDER]} agrees to this: ask {who}.")


def _keep(wanted: Matrix, at: OneMatrix, programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    standing = standing_of(programme, uow)
    if standing.number != at.number:
        return _page(standing, asker, CHANGED)
    if standing.kept is not None and standing.matrix == wanted:
        return _page(standing, asker, "Nothing changed: it stands as before.")
    after = keeping.keep(wanted, programme, asker, uow, now)
    said = f"Saved: version {after.number} holds from now on."
    card = cards.page(after, asker.side, manages=asker.manages, said=said, undo=after.value)
    return Answer(card=card, done=said)


def _taken_back(standing: Standing, asker: Asker) -> Answer:
    now_is = "the usual matrix" if standing.kept is None else f"version {standing.number}"
    return _page(standing, asker, f"Taken back: {now_is} holds again.")


def _page(standing: Standing, asker: Asker, said: str = "") -> Answer:
    card = cards.page(standing, asker.side, manages=asker.manages, said=said, internal=asker.confirmed)
    return Answer(card=card, done=said)


def _person(user: str, field: str, programme: Programme, asker: Asker, uow: UnitOfWork) -> Person:
    """Somebody of one of the two companies, by user id. Raises ``Invalid`` at the field."""
    person = uow.people.by_user(asker.installation_id, asker.account.platform, user)
    theirs = person is not None and (person.side == Side.CLIENT or person.provider_id == programme.provider_id)
    if person is None or not theirs or person.left_at is not None:
        raise Invalid({field: "I know nobody by that account in either company. Let them write in the channel once"})
    return person


def _options(programme: Programme, asker: Asker, uow: UnitOfWork) -> Sequence[Option]:
    directory = Directory(programme, uow)
    people = [*directory.of(Side.PROVIDER), *directory.of(Side.CLIENT)]
    users = ((uow.people.account(each.id or 0, asker.account.platform), each.name) for each in people)
    return [Option(account.user, name) for account, name in users if account is not None]
