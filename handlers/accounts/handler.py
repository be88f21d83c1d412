"""Link accounts, take it back, and choose where to be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz, utils

from handlers.accounts import cards, linking
from handlers.accounts.commands import AskLink, Link, Unlink, WriteTo
from handlers.accounts.linking import LINKED
from handlers.mirrors.twins import NAMES, on_several
from handlers.places import CHOSEN, direct_to, everybody, person_mentioned, person_named
from handlers.records.past import Undoable
from handlers.saying import About, say
from handlers.vocabulary.address import Account, Direct, Platform, Side
from handlers.vocabulary.events import AddressTold
from handlers.vocabulary.outgoing import Answer, DirectPost, Option
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.audit import AuditEntry
from storage.models.person import Person, PersonAccount
from storage.unit_of_work import UnitOfWork

OFFERED = 95
"""People in a list; Slack takes 100."""
ALIKE = 70
"""Of 100, rapidfuzz's ratio from which on a name is proposed; somebody still has to choose it."""
STEER = ("manager", "executive")
TOLD, PROPOSED = "account.told", "account.proposed"


def in_words(word: str, who: str, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """What follows ``setup``: "link" or "unlink", and a name or mention. Raises ``Declined`` for who does not manage."""
    if not asker.manages:
        raise Declined("This is for managers. What is yours on two platforms stands in My settings.")
    if word == "unlink":
        return unlink(Unlink(None, who), asker, uow, now)
    return ask(AskLink(who), asker, uow, now)


def ask(command: AskLink, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The form, filled with whom was named and whose name is most alike on another platform."""
    if not on_several(asker.installation_id, uow):
        raise Declined("Your company uses one platform here, so everybody has one account.")
    people = [each for each in everybody(uow, asker.installation_id) if each.left_at is None]
    chosen = _named(command.who, asker, uow) if command.who else None
    others = [each for each in people if chosen is None or not linking.refusal(chosen, each, uow)]
    likely = None if chosen is None else _most_alike(chosen, others)
    shown = people if chosen is None else [chosen, *(each for each in people if each.id != chosen.id)]
    form = cards.link_form(_options(shown, uow), _id(chosen), _options(others, uow), _id(likely))
    if not form.fields[1].options:
        raise Declined(
            "I know nobody on another platform who could be the same person. They have to write to me there."
        )
    return Answer(form=form)


def link(command: Link, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """They are one person. Raises ``Invalid`` where they cannot be."""
    one, other = _there(command.person_id, "person", asker, uow), _there(command.other_id, "other", asker, uow)
    problem = linking.refusal(one, other, uow)
    if problem:
        raise Invalid({"other": problem})
    kept = linking.link(one, other, asker.person_id, uow, now)
    _tell(kept, uow, now, by_address=False)
    card = cards.linked_card(kept.name, linking.platforms_of(kept, uow), kept.id or 0)
    return Answer(card=card, done=card.text)


def unlink(command: Unlink, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """They are two people after all: said by a manager, or by the person themselves. Raises ``Declined``."""
    person_id = command.person_id or (_named(command.who, asker, uow).id if command.who else None)
    if person_id is None:
        raise Declined("Whom? Type setup unlink and their name.")
    if not asker.manages and person_id != asker.person_id:
        raise Declined("This is for managers, or for the person themselves.")
    _there(person_id, "person", asker, uow)
    entry = linking.newest_link(person_id, uow)
    if entry is None:
        raise Declined("They were not linked, so there is nothing to take back.")
    return _apart(entry, asker, uow, now)


def _apart(entry: AuditEntry, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    both = linking.unlink(entry, asker.person_id, uow, now)
    if both is None:
        raise Declined("One of the two is not there any more, so this cannot be taken back.")
    return Answer(card=cards.unlinked_card(*(_with_platforms(each, uow) for each in both)))


UNDOABLE = Undoable(frozenset({LINKED}), _apart)


def write_to(command: WriteTo, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Choose where to be written to. Raises ``Declined`` for a platform one has no account on."""
    person = uow.people.get(asker.person_id)
    assert person is not None
    if command.platform and command.platform not in linking.platforms_of(person, uow):
        raise Declined(f"I know no account of yours on {NAMES[Platform(command.platform)]}.")
    uow.settings.set(f"{CHOSEN}:{person.id}", command.platform)
    return Answer(card=cards.direct_card(command.platform, bool(command.platform)))


def address_told(event: object, uow: UnitOfWork, now: datetime) -> None:
    """An account's own directory tells its address. The client's people with the same one on two platforms are one person.

    A provider's are if a manager says so, since theirs is told by another company; and so is anybody who would come to steer
    by it: an address may have passed to somebody new."""
    assert isinstance(event, AddressTold)
    account = uow.people.account_by_id(event.account_id)
    person = None if account is None else uow.people.get(account.person_id)
    if account is None or person is None or not account.email or not on_several(person.installation_id, uow):
        return
    same = uow.people.with_address(person.installation_id, account.email)
    others = [each for each, there in same if there.platform != account.platform and _trusted(each, there, uow)]
    others = [each for each in others if not linking.refusal(person, each, uow)]
    if len(others) != 1 or not _trusted(person, account, uow):
        return
    if person.side == Side.CLIENT and not _would_rise(person, others[0]):
        _tell(linking.link(person, others[0], None, uow, now), uow, now, by_address=True)
    else:
        _propose(person, others[0], uow, now)


def _would_rise(one: Person, other: Person) -> bool:
    """Whether one of them may steer and the other may not."""
    return (one.role in STEER) is not (other.role in STEER)


def _trusted(person: Person, account: PersonAccount, uow: UnitOfWork) -> bool:
    """Whether an address may count: of the client's people only what a workspace of the client's tells."""
    own = uow.providers.is_own(person.installation_id, account.platform, account.workspace)
    return own if person.side == Side.CLIENT else bool(account.workspace) and ":" not in account.workspace


def _tell(person: Person, uow: UnitOfWork, now: datetime, *, by_address: bool) -> None:
    """The person, once on each of their accounts."""
    assert person.id is not None
    platforms = linking.platforms_of(person, uow)
    card = cards.told_card(platforms, person.id, by_address=by_address)
    about = About(person.installation_id, TOLD, "accounts were linked", provider_id=person.provider_id)
    for each in uow.people.accounts(person.id):
        to = Direct(Account(Platform(each.platform), each.workspace, each.user), Side(person.side))
        say(uow, DirectPost(to, card), about, f"{TOLD}:{person.id}:{each.id}", now)


def _propose(person: Person, other: Person, uow: UnitOfWork, now: datetime) -> None:
    """To each manager, once for these two."""
    one, two = sorted((person, other), key=lambda each: each.id or 0)
    platforms = [*linking.platforms_of(one, uow), *linking.platforms_of(two, uow)]
    card = cards.proposal_card(one.name, two.name, platforms, f"{one.id}:{two.id}")
    about = About(person.installation_id, PROPOSED, "the same address", provider_id=one.provider_id)
    for manager in uow.people.of_client(person.installation_id):
        to = direct_to(uow, manager) if manager.role == "manager" else None
        if to is not None:
            say(uow, DirectPost(to, card), about, f"{PROPOSED}:{one.id}:{two.id}:{manager.id}", now)


def _named(who: str, asker: Asker, uow: UnitOfWork) -> Person:
    person = person_mentioned(uow, asker.installation_id, asker.account.platform, who)
    person = person or person_named(everybody(uow, asker.installation_id), who.lstrip("@"))
    if person is None:
        raise Declined(f"{who!r} is nobody I know here. Mention them, for example setup link @maya.")
    return person


def _there(person_id: int, field: str, asker: Asker, uow: UnitOfWork) -> Person:
    """The person a form or button named, checked again: what it carries was in somebody's hands."""
    person = uow.people.get(person_id)
    if person is None or person.installation_id != asker.installation_id or person.left_at is not None:
        raise Invalid({field: "This person is not known here any more; choose again."})
    return person


def _most_alike(person: Person, others: Sequence[Person]) -> Person | None:
    scored = [(fuzz.WRatio(person.name, each.name, processor=utils.default_process), each) for each in others]
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] >= ALIKE else None


def _options(people: Sequence[Person], uow: UnitOfWork) -> list[Option]:
    return [Option(str(each.id), _with_platforms(each, uow)) for each in people[:OFFERED]]


def _with_platforms(person: Person, uow: UnitOfWork) -> str:
    there = ", ".join(NAMES[each] for each in linking.platforms_of(person, uow))
    return f"{person.name} ({there})" if there else person.name


def _id(person: Person | None) -> str:
    return "" if person is None else str(person.id)
