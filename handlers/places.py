"""Where something is said and whom it concerns: what every room reads before it speaks.

A question such as "which provider?" is answered here by asking back, never by failing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from handlers.vocabulary.address import Account, Direct, InternalChannel, Place, Platform, SharedChannel, Side, Thread
from handlers.vocabulary.outgoing import Button, Mention
from handlers.vocabulary.route import CHOICES, Asker, Declined, WhichProvider
from storage.models.person import Person
from storage.models.provider import Channel, Programme
from storage.unit_of_work import UnitOfWork

CLOSE_ENOUGH = 75
"""Of 100, rapidfuzz's weighted ratio from which on a single nearest name is taken as meant."""
CHOOSE_PROGRAMME = "help.programme"
"""The button that chooses a programme when the caller names no action of its own; its value is the programme's id."""

_DIRECT = {Platform.SLACK: "D", Platform.TEAMS: "a:"}
"""How the ids of direct conversations begin."""
INTERNAL = "internal.place"
"""The setting by programme id that holds the id of the internal channel a manager chose, where there are several."""
CHOSEN, USED_LAST = "direct.platform", "direct.last"
"""Settings by person id, of who has accounts on several platforms: where they want to be written to, and where they last
did anything."""

_BY_ID = re.compile(r"<@([^>|\s]+)(?:\|[^>]*)?>")
_BY_NAME = re.compile(r"@(\w[^@<>\n]*)")


def shared_channel(
    uow: UnitOfWork, programme_id: int, thread: Thread | None = None, *, on: str = ""
) -> SharedChannel | None:
    """Where both companies read: of a channel on each platform the one ``on`` this, else the first; None when none is bound
    or all are frozen."""
    bound = [each for each in uow.providers.channels(programme_id, "shared") if not each.frozen]
    channel = next((each for each in bound if each.platform == on), bound[0] if bound else None)
    return None if channel is None else SharedChannel(_place(channel), thread)


def internal_channel(uow: UnitOfWork, programme_id: int, thread: Thread | None = None) -> InternalChannel | None:
    """Where only the client reads; None when no channel is bound, it is frozen, or outsiders were seen in it."""
    channel = chosen_internal(uow, programme_id)
    return None if channel is None else InternalChannel(_place(channel), thread)


def chosen_internal(uow: UnitOfWork, programme_id: int) -> Channel | None:
    """The one place where internal things go, of an internal channel on each platform: the one a manager chose, else the
    first; never one that is frozen, or in which outsiders were seen."""
    bound = [
        each for each in uow.providers.channels(programme_id, "internal") if not (each.frozen or each.outside is True)
    ]
    if len(bound) < 2:
        return bound[0] if bound else None
    chosen = uow.settings.get(f"{INTERNAL}:{programme_id}")
    return next((each for each in bound if str(each.id) == chosen), bound[0])


def choose_internal(uow: UnitOfWork, channel: Channel) -> None:
    """From now on internal things go here, where there is another place too."""
    if len(uow.providers.channels(channel.programme_id, "internal")) > 1:
        uow.settings.set(f"{INTERNAL}:{channel.programme_id}", str(channel.id))


def internal_destination(uow: UnitOfWork, programme_id: int) -> InternalChannel | Direct | None:
    """Where what is internal goes: the internal channel, else the client's owner directly; None when neither is known."""
    channel = internal_channel(uow, programme_id)
    if channel is not None:
        return channel
    owner = uow.providers.accountable(programme_id, Side.CLIENT)
    return None if owner is None else direct_to(uow, owner)


def direct_to(uow: UnitOfWork, person: Person) -> Direct | None:
    """The way to one person: their only account; of several, one the bot can write to, on the platform they chose, else
    the one they used last, else the installation's own. None when they have none."""
    assert person.id is not None
    held = [] if person.left_at is not None else uow.people.accounts(person.id)
    accounts = [Account(Platform(each.platform), each.workspace, each.user) for each in held]
    accounts = [each for each in accounts if reachable(each, uow, person.installation_id)] or accounts
    if not accounts:
        return None
    found = accounts[0] if len(accounts) == 1 else _preferred(accounts, person, uow)
    return Direct(found, Side(person.side))


def _preferred(accounts: Sequence[Account], person: Person, uow: UnitOfWork) -> Account:
    installation = uow.providers.installation_by_id(person.installation_id)
    own = None if installation is None else installation.platform
    for platform in (chosen_platform(person, uow), uow.settings.get(f"{USED_LAST}:{person.id}"), own):
        there = [each for each in accounts if each.platform == platform]
        if there:
            return there[0]
    return accounts[0]


def chosen_platform(person: Person, uow: UnitOfWork) -> str:
    """Where somebody with several accounts said they want to be written to; "" while they said nothing."""
    return uow.settings.get(f"{CHOSEN}:{person.id}") or ""


def reachable(account: Account, uow: UnitOfWork, installation_id: int) -> bool:
    """Whether the bot can write to an account directly: Teams carries no personal message to somebody of another tenant,
    guests included; Slack and the room reach everybody."""
    if account.platform is not Platform.TEAMS:
        return True
    return uow.providers.is_own(installation_id, account.platform, account.workspace)


def mention(uow: UnitOfWork, person: Person) -> Mention:
    """The person as a span; only the name when they have no account."""
    to = direct_to(uow, person)
    return Mention(None if to is None else to.account, person.name)


def programmes_seen_by(asker: Asker, uow: UnitOfWork) -> list[Programme]:
    """The programmes an asker may know of, without ended ones: a provider's person sees their own provider's only."""
    programmes = [each for each in uow.providers.programmes(asker.installation_id, state=None) if _running(each)]
    if asker.side is Side.CLIENT:
        return programmes
    person = uow.people.get(asker.person_id)
    theirs = None if person is None else person.provider_id
    return [each for each in programmes if theirs is not None and each.provider_id == theirs]


def programme_name(uow: UnitOfWork, programme: Programme, among: Sequence[Programme] = ()) -> str:
    """The provider's name, and the programme's where ``among`` holds another of the same provider."""
    provider = uow.providers.provider(programme.provider_id)
    name = programme.name if provider is None else provider.name
    twice = any(each.provider_id == programme.provider_id and each.id != programme.id for each in among)
    return f"{name}: {programme.name}" if twice else name


def the_programme(asker: Asker, uow: UnitOfWork, wanted: str = "", *, again: str = CHOOSE_PROGRAMME) -> Programme:
    """The programme that is meant: the one ``wanted`` (a name, a code, or an id from a button), else the place's, else
    the only one there is.

    Raises ``WhichProvider`` with the choices; what was asked is kept meanwhile and done with the one that is chosen. Where
    nothing was said that would be lost, ``again`` is the action the choices lead to, with the programme's id as value, which
    may come back here as ``wanted``.
    """
    seen = programmes_seen_by(asker, uow)
    if asker.chosen is not None:
        return _chosen(asker.chosen, seen)
    if not wanted.strip():
        _refuse_ended(asker, uow)
    if not seen:
        buttons = (Button("providers.setup", "Set up a provider"),) if asker.side is Side.CLIENT else ()
        raise Declined("No provider is set up here yet.", *buttons)
    if wanted.strip():
        return _named(wanted.strip(), seen, uow, again)
    here = [each for each in seen if each.id in asker.programme_ids]
    candidates = here or seen
    if len(candidates) == 1:
        return candidates[0]
    raise WhichProvider("Which provider is this about?", again, _choices(candidates, uow))


def _chosen(programme_id: int, seen: Sequence[Programme]) -> Programme:
    """The one that was chosen, which may have ended since, or be none of theirs. Raises ``Declined``."""
    found = next((each for each in seen if each.id == programme_id), None)
    if found is None:
        raise Declined("Nothing new begins with that provider, so nothing was done.")
    return found


def _refuse_ended(asker: Asker, uow: UnitOfWork) -> None:
    """Where all that the place is bound to is over, nothing new begins. Raises ``Declined``."""
    here = [uow.providers.programme(each) for each in asker.programme_ids]
    if here and all(each is not None and each.state == "ended" for each in here):
        go_on = (
            (Button("providers.contract", "The contract goes on", f"provider:{here[0].provider_id}"),)
            if here[0]
            else ()
        )
        raise Declined(
            "The contract here has ended, so I keep nothing new. What there is stays readable.",
            *(go_on if asker.manages else ()),
        )


def everybody(uow: UnitOfWork, installation_id: int) -> list[Person]:
    """All people of an installation who have not left, the client's first."""
    theirs = [
        person
        for provider in uow.providers.providers(installation_id)
        if provider.id is not None
        for person in uow.people.of_provider(provider.id)
    ]
    return [*uow.people.of_client(installation_id), *theirs]


def person_mentioned(uow: UnitOfWork, installation_id: int, platform: str, text: str) -> Person | None:
    """The first person mentioned in ``text``: "<@U123>" by id, "@Jo Santos" or "@jo" by name. None: nobody we know.

    A first name alone counts only while a single person bears it.
    """
    by_id = _BY_ID.search(text)
    if by_id is not None:
        return uow.people.by_user(installation_id, platform, by_id[1])
    by_name = _BY_NAME.search(text)
    return None if by_name is None else person_named(everybody(uow, installation_id), by_name[1])


def person_named(people: Sequence[Person], words: str) -> Person | None:
    """The person whose full name ``words`` begin with (the longest wins), else the only one with that first name."""
    said = " ".join(words.casefold().split())
    full = [each for each in people if _begins(said, each.name.casefold())]
    if full:
        return max(full, key=lambda each: len(each.name))
    first = [each for each in people if _begins(said, each.name.casefold().partition(" ")[0])]
    return first[0] if len(first) == 1 else None


def mentioned_user(text: str) -> str | None:
    """The user id of the first "<@U123>" in ``text``, known to us or not."""
    found = _BY_ID.search(text)
    return None if found is None else found[1]


def in_direct_conversation(asker: Asker, uow: UnitOfWork) -> bool:
    """Whether the asker is alone with the bot: Slack's ids of direct conversations begin with D, those of Teams with "a:"."""
    if asker.direct or asker.place is None:
        return True
    if asker.place.platform is Platform.ROOM:
        channel = uow.room.channel(asker.place.channel)
        return channel is not None and channel.kind == "direct"
    return asker.place.channel.startswith(_DIRECT[asker.place.platform])


def _begins(said: str, name: str) -> bool:
    return bool(name) and said.startswith(name) and not said[len(name) : len(name) + 1].isalnum()


def _running(programme: Programme) -> bool:
    return programme.state in {"active", "paused"}


def _place(channel: Channel) -> Place:
    return Place(Platform(channel.platform), channel.workspace, channel.channel)


def _choices(programmes: Sequence[Programme], uow: UnitOfWork) -> list[tuple[int, str]]:
    return [(each.id, programme_name(uow, each, programmes)) for each in programmes if each.id is not None]


def _named(wanted: str, seen: Sequence[Programme], uow: UnitOfWork, again: str) -> Programme:
    """By id, by exact name or code, else by the nearest name if only one comes close. A number is never guessed at."""
    by_id = [each for each in seen if wanted.isdecimal() and str(each.id) == wanted]
    exact = by_id or [each for each in seen if wanted.casefold() in _names(each, uow)]
    if len(exact) == 1:
        return exact[0]
    near = exact or ([] if wanted.isdecimal() else _near(wanted, seen, uow))
    if len(near) == 1:
        return near[0]
    if near:
        raise WhichProvider(f"{wanted!r} can be several. Which one?", again, _choices(near, uow))
    raise WhichProvider(f"I know no provider called {wanted!r}. Did you mean one of these?", again, _choices(seen, uow))


def _names(programme: Programme, uow: UnitOfWork) -> set[str]:
    provider = uow.providers.provider(programme.provider_id)
    names = [programme.name]
    if provider is not None:
        names += [provider.name, provider.code, f"{provider.name}: {programme.name}"]
    return {name.casefold() for name in names if name}


def _near(wanted: str, seen: Sequence[Programme], uow: UnitOfWork) -> list[Programme]:
    labels = {index: programme_name(uow, each, seen) for index, each in enumerate(seen)}
    found = process.extract(
        wanted,
        labels,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=CLOSE_ENOUGH,
        limit=CHOICES,
    )
    return [seen[index] for _, _, index in found]
