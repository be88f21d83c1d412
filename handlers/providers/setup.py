"""The verb ``setup`` and what hangs on it: the one-time code, managers, owners, the internal place."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime

from handlers.places import (
    everybody,
    in_direct_conversation,
    internal_channel,
    person_mentioned,
    person_named,
    the_programme,
)
from handlers.providers import cards, contract, departed, departing, second, team
from handlers.providers.commands import (
    AboutAccounts,
    BindHere,
    BindInternal,
    NameManager,
    NameOwner,
    OpenSetup,
    SetupCommand,
    Unbind,
    UseCode,
)
from handlers.providers.handler import bind, installation_of
from handlers.providers.people import Changing, appoint, changing, person_of
from handlers.providers.people_commands import AskContract, AskLeave, Returned, ShowTeam
from handlers.providers.spec import PersonSpec
from handlers.providers.wizard import open_wizard
from handlers.saying import About, say
from handlers.vocabulary.address import Platform, Side
from handlers.vocabulary.outgoing import Answer, Button, InternalPost
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.audit import AuditEntry
from storage.models.person import Person
from storage.models.provider import Channel
from storage.unit_of_work import UnitOfWork

Accounts = Callable[[str, str, Asker, UnitOfWork, datetime], Answer]
CODE = "setup.code"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what is easily confused: I, O, 0 and 1."""
CODES = 5
"""How many printed codes are good at a time."""
CODE_LENGTH = 10
"""Ten of 32 letters are 50 bits: guessing by typing is hopeless."""
BEGIN = Button("providers.setup", "Set up a provider", style="primary")
FIRST_MANAGER = (
    "Nobody manages Parley here yet. If you administer this workspace, you are the first manager in a moment and I tell "
    "you directly. Otherwise whoever started Parley finds a one-time code on its console: type `setup code` and the code."
)
BY_CODE = (
    "Nobody manages Parley here yet. Whoever started it finds a one-time code on its console: write `setup code` and the "
    "code to me in our own chat."
)
"""For Teams, which tells nobody who administers it."""


def new_setup_code(uow: UnitOfWork) -> str:
    """A fresh one-time code for the console to print, "ABCDE-FGHJK"; only its hash is kept. The caller commits.

    Those printed before stay good, since several processes that start together each print one; the first that is used ends
    them all.
    """
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    before = (uow.settings.get(CODE) or "").split()
    uow.settings.set(CODE, " ".join([*before, _hashed(code)][-CODES:]))
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def has_manager(uow: UnitOfWork, installation_id: int) -> bool:
    """Whether anybody can steer here."""
    return uow.people.has_manager(installation_id)


def make_manager(uow: UnitOfWork, person: Person, now: datetime, by: int | None = None) -> None:
    """Let somebody of the client manage. Raises ``Declined`` for the provider's people."""
    if person.side != Side.CLIENT:
        raise Declined(f"{person.name} is not of your company; only your own people can manage.")
    person.role = "manager"
    uow.people.add(person)
    assert person.id is not None
    entry = AuditEntry(
        installation_id=person.installation_id,
        at=now,
        person_id=by or person.id,
        what="manager.named",
        subject="person",
        subject_id=person.id,
        visibility="INT",
    )
    uow.audit.note(entry)


def knowing(accounts: Accounts) -> Callable[[SetupCommand, Asker, UnitOfWork, datetime], Answer]:
    """The verb ``setup``, where ``accounts`` is asked which accounts are one person's."""

    def handle(command: SetupCommand, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
        if isinstance(command, AboutAccounts):
            return accounts(command.word, command.who, asker, uow, now)
        return setup(command, asker, uow, now)

    return handle


def setup(command: SetupCommand, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The verb ``setup``: with nothing behind it the wizard."""
    if isinstance(command, UseCode):
        return use_code(command, asker, uow, now)
    if isinstance(command, NameOwner):
        return name_owner(command, asker, uow, now)
    if isinstance(command, ShowTeam):
        return team.team(command, asker, uow, now)
    if isinstance(command, AskLeave):
        return departing.ask(command, asker, uow, now)
    if isinstance(command, Returned):
        return departed.returned(command, asker, uow, now)
    if asker.side is not Side.CLIENT:
        raise Declined("Setting up is for the company that hires. Ask the owner on their side.")
    if not asker.manages:
        raise Declined(_ask_a_manager(asker, uow) if has_manager(uow, asker.installation_id) else _begins(asker))
    if isinstance(command, NameManager):
        return name_manager(command, asker, uow, now)
    if isinstance(command, AskContract):
        return contract.ask(command, asker, uow, now)
    if isinstance(command, BindInternal):
        return bind_internal(command, asker, uow, now)
    if isinstance(command, BindHere):
        return second.bind_here(command, asker, uow, now)
    if isinstance(command, Unbind):
        return second.unbind(command, asker, uow, now)
    assert isinstance(command, OpenSetup)
    return open_wizard(command.wanted, asker, uow)


def _begins(asker: Asker) -> str:
    """How somebody becomes the first manager."""
    return BY_CODE if asker.account.platform is Platform.TEAMS else FIRST_MANAGER


def use_code(command: UseCode, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Become the first manager. The code works once, and for people of the client only."""
    kept = uow.settings.get(CODE) or ""
    person = uow.people.get(asker.person_id)
    right = any([hmac.compare_digest(each, _hashed(command.code)) for each in kept.split()])
    if not right or person is None or asker.side is not Side.CLIENT:
        raise Declined("This code does not work. It stands on the console where Parley was started, and works once.")
    uow.settings.set(CODE, "")
    make_manager(uow, person, now)
    return Answer(card=cards.told(f"Welcome, {person.name}. You manage Parley here now.", BEGIN))


def name_manager(command: NameManager, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Let another person manage too."""
    person = _meant(command.who, asker, uow, "manager")
    make_manager(uow, person, now, asker.person_id)
    return Answer(card=cards.told(f"From now on {person.name} can manage Parley too."))


def name_owner(command: NameOwner, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Let somebody be owner or deputy. Managers name both sides; a provider's owner or deputy names their own."""
    programme = the_programme(asker, uow)
    assert programme.id is not None
    posts = [row for row in uow.providers.owners(programme.id) if row.person_id == asker.person_id]
    if not asker.manages and (asker.side is Side.CLIENT or not posts):
        raise Declined(_ask_a_manager(asker, uow))
    person = _meant(command.who, asker, uow, command.role)
    side = command.side or Side(person.side)
    if not asker.manages and side is not asker.side:
        raise Declined("You can name the people of your own side. The other side names its own.")
    change = changing(installation_of(uow, programme), programme, asker, uow, now)
    try:
        appoint(uow, side, command.role, person_of(PersonSpec(person_id=person.id), side, change, uow), change)
    except ValueError as problem:
        raise Invalid({command.role: str(problem)}) from problem
    return Answer(card=cards.told(f"{person.name} is {command.role} for {change.provider.name} from now on."))


def bind_internal(command: BindInternal, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Let the channel one is in be where a programme's internal things go."""
    if asker.place is None or in_direct_conversation(asker, uow):
        raise Declined("Write `@Parley setup internal` in the channel that only your company reads.")
    programme = the_programme(asker, uow, command.wanted, again="providers.internal")
    change = changing(installation_of(uow, programme), programme, asker, uow, now)
    try:
        bound = bind(uow, change, "internal", asker.place.channel)
    except ValueError as problem:
        raise Declined(f"This cannot be the internal place: {problem}.") from problem
    if bound is not None and bound.outside:
        raise Declined("Another company reads this channel, so it cannot be the internal place. Choose another one.")
    if bound is not None and bound.frozen:
        bound.frozen = False
        uow.providers.add(bound)
    if bound is not None:
        _try_out(bound, change, asker, uow, now)
    text = (
        f"What only your company may read about {change.provider.name} comes here from now on. "
        "If another company can read this channel, nothing is posted and I tell you."
    )
    return Answer(card=cards.told(text))


def _try_out(bound: Channel, change: Changing, asker: Asker, uow: UnitOfWork, now: datetime) -> None:
    """Say one line there now: who can read a channel is looked at in the moment of sending, and a manager should hear
    today, not at the first digest, that another company can."""
    to = internal_channel(uow, bound.programme_id)
    if to is None:
        return
    about = About(
        bound.installation_id,
        "channel.internal",
        "bound as internal",
        subject="programme",
        subject_id=bound.programme_id,
        programme_id=bound.programme_id,
        provider_id=change.provider.id,
    )
    card = cards.internal_bound_card(change.provider.name)
    say(uow, InternalPost(to, card), about, f"channel.internal:{bound.programme_id}:{asker.event}", now)


def _meant(who: str, asker: Asker, uow: UnitOfWork, field: str) -> Person:
    """Somebody this asker may know of: a provider's person knows their own people and those who answer for it."""
    person = person_mentioned(uow, asker.installation_id, asker.account.platform, who)
    person = person or person_named(everybody(uow, asker.installation_id), who.lstrip("@"))
    if person is not None and asker.side is Side.PROVIDER:
        own = uow.people.get(asker.person_id)
        person = person if own is not None and person.provider_id == own.provider_id else None
    if person is None:
        raise Invalid(
            {field: f"{who!r} is nobody I know here. Mention them, for example @maya, or let them mention me once."}
        )
    return person


def _ask_a_manager(asker: Asker, uow: UnitOfWork) -> str:
    if asker.side is Side.PROVIDER:
        return "Owners are named by the owner of your side, or by a manager of the other one."
    managers = [each.name for each in uow.people.of_client(asker.installation_id) if each.role == "manager"]
    return f"This is for managers. Ask {' or '.join(managers[:3]) or 'a manager'}."


def _hashed(code: str) -> str:
    """SHA-256 of the code's letters; enough for a random code of 50 bits that works once."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"parley.setup:{plain}".encode()).hexdigest()
