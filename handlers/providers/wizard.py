"""The wizard: four short forms, each kept as soon as it is sent in, so that nothing is lost half-way.

A first set-up works on a draft programme, about which nothing is asked or posted; the last step lets it begin. On a
programme that runs, each step changes it at once.
"""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import zone
from handlers.metrics.catalogue import load_catalogue
from handlers.metrics.targets import ends
from handlers.mirrors.twins import NAMES
from handlers.places import chosen_internal, in_direct_conversation, programmes_seen_by, the_programme
from handlers.providers import cards, forms, second, typed_targets
from handlers.providers.commands import (
    DIRECT,
    POSTS,
    RESTART,
    Carried,
    Company,
    KeyMetrics,
    People,
    Times,
)
from handlers.providers.contract import change_end, read_end
from handlers.providers.handler import DRAFT, begin, bind, installation_of, track
from handlers.providers.people import Changing, appoint, changing, person_of
from handlers.providers.rules import within_budget, zone_read
from handlers.providers.spec import DIGEST_WALL, FIGURES_WALL, MetricSpec, PersonSpec
from handlers.vocabulary.address import Platform, Side
from handlers.vocabulary.outgoing import Answer, Button, Form, Tone
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.models.person import Person
from storage.models.provider import Channel, Programme, Provider
from storage.unit_of_work import UnitOfWork

NEW = "new"
"""What the button wants that begins with a new provider."""


def open_wizard(wanted: str, asker: Asker, uow: UnitOfWork) -> Answer:
    """The first form: for the programme of this place, the one that is wanted, or a new one in an unbound channel."""
    free = "" if asker.programme_ids or in_direct_conversation(asker, uow) else _channel(asker)
    kind, _, number = wanted.partition(":")
    if wanted == NEW and free:
        return Answer(form=forms.company_form(Carried(channel=free), None, None))
    if kind == "provider" and number.isdecimal():
        provider = _provider(int(number), asker, uow)
        return Answer(form=forms.company_form(Carried(provider_id=provider.id, channel=free), provider, None))
    if kind == "programme" and number.isdecimal():
        return Answer(form=_first_form(_of_client(int(number), asker, uow), free, uow))
    if wanted.strip() or asker.programme_ids:
        return Answer(form=_first_form(the_programme(asker, uow, wanted, again="providers.setup"), "", uow))
    if not free:
        raise Declined(
            "Go to the channel you share with the provider and write `@Parley setup` there: that channel is what gets set up.",
            *_running(asker, uow),
        )
    elsewhere = second.offered(asker, uow)
    if elsewhere:
        new = Button("providers.setup", "Set up a new provider", NEW)
        return Answer(card=cards.told(second.WHOSE, *elsewhere, new, tone=Tone.PLAIN))
    return Answer(form=forms.company_form(Carried(channel=free), None, None))


def company(step: Company, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Step 1: keep who and where."""
    try:
        where = zone_read(step.zone, step.country, now)
    except ValueError as problem:
        raise Invalid({"zone": str(problem)}) from problem
    programme = _kept_programme(step, asker, uow, now)
    change = _changing(programme, asker, uow, now)
    provider = change.provider
    provider.country, provider.zone = step.country, where
    if provider.name != step.provider:
        _rename(provider, step.provider, asker, uow)
    uow.providers.add(provider)
    if step.contract_end is not None:
        end = read_end(step.contract_end, provider, uow, now, "contract_end")
        if end != provider.contract_end:
            change_end(uow, provider, end, now, asker.person_id)
    change.note(uow, "programme.described", provider=provider.id, country=step.country, zone=where)
    assert programme.id is not None
    tracked = [row.metric for row in uow.metrics.tracked(programme.id)]
    carried = Carried(programme.id, channel=step.carried.channel)
    return Answer(form=forms.metrics_form(carried, tracked, load_catalogue()))


def metrics(step: KeyMetrics, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Step 2: keep what is measured. A preset's targets hold for the metrics that are new."""
    change = _changing(_of_client(step.carried.programme_id, asker, uow), asker, uow, now)
    catalogue = load_catalogue()
    preset = catalogue.preset(step.preset)
    targets = {} if preset is None else {row.metric_id: row.target for row in preset.metrics}
    unknown = [each for each in step.own if each not in catalogue.metrics]
    if unknown:
        raise Invalid({"own": f"{', '.join(unknown)} is not a metric I know; choose from the list"})
    try:
        chosen = within_budget([*targets, *step.own], "own")
    except ValueError as problem:
        raise Invalid({"own": str(problem)}) from problem
    typed = typed_targets.read(step.targets, chosen, change, uow)
    targets = {**targets, **typed}
    wanted = [MetricSpec(metric, *ends(targets.get(metric))) for metric in chosen]
    track(uow, change, wanted, catalogue)
    typed_targets.tell(typed, change, asker, uow, now)
    return Answer(form=_people_form(step.carried, change, asker, uow))


def people(step: People, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Step 3: keep who answers for it on both sides (S2)."""
    change = _changing(_of_client(step.carried.programme_id, asker, uow), asker, uow, now)
    problems: dict[str, str] = {}
    for post in POSTS:
        try:
            _appoint(post, getattr(step, post), change, uow)
        except ValueError as problem:
            problems[post] = _sentence(problem)
    if problems:
        raise Invalid(problems)
    internals = _internals(change, uow)
    return Answer(form=forms.times_form(step.carried, change.programme, change.provider, internals))


def times(step: Times, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """Step 4: keep the times and places, and let it begin."""
    change = _changing(_of_client(step.carried.programme_id, asker, uow), asker, uow, now)
    programme, first = change.programme, change.programme.state == DRAFT
    assert programme.id is not None
    missing = [side for side in Side if uow.providers.accountable(programme.id, side) is None]
    if missing:
        raise Declined("Nobody answers for it yet. Choose the people first.", _again(programme))
    programme.anchor_zone, programme.digest_wall = step.anchor_zone, step.digest_wall
    programme.figures_wall = step.figures_wall
    uow.providers.add(programme)
    try:
        bind(uow, change, "shared", step.carried.channel)
        if step.internal != DIRECT:
            _bind_like(step.internal, change, uow)
    except ValueError as problem:
        raise Invalid({"internal": str(problem)}) from problem
    begin(uow, change)
    change.note(uow, "programme.times", digest=step.digest_wall, zone=step.anchor_zone, figures=step.figures_wall)
    card = cards.finished_card(uow, programme, change.provider, now, first=first)
    return Answer(card=card, done=card.text)


def _first_form(programme: Programme, channel: str, uow: UnitOfWork) -> Form:
    _, provider = installation_of(uow, programme)
    return forms.company_form(Carried(programme.id, channel=channel), provider, programme)


def _channel(asker: Asker) -> str:
    return "" if asker.place is None else asker.place.channel


def _running(asker: Asker, uow: UnitOfWork) -> list[Button]:
    """Buttons to change what is set up already."""
    names = [(each, uow.providers.provider(each.provider_id)) for each in programmes_seen_by(asker, uow)[:4]]
    return [
        Button("providers.setup", f"Change {provider.name}", f"programme:{each.id}")
        for each, provider in names
        if provider
    ]


def _again(programme: Programme) -> Button:
    return Button("providers.setup", "Go on with the set-up", f"programme:{programme.id}", style="primary")


def _of_client(programme_id: int | None, asker: Asker, uow: UnitOfWork) -> Programme:
    """The programme, checked again: what a form carries was in somebody's hands."""
    programme = None if programme_id is None else uow.providers.programme(programme_id)
    if programme is None or programme.installation_id != asker.installation_id:
        raise Declined("This set-up is not there any more. Begin again.", RESTART)
    return programme


def _provider(provider_id: int, asker: Asker, uow: UnitOfWork) -> Provider:
    provider = uow.providers.provider(provider_id)
    if provider is None or provider.installation_id != asker.installation_id:
        raise Declined("This provider is not there any more. Begin again.", RESTART)
    return provider


def _changing(programme: Programme, asker: Asker, uow: UnitOfWork, now: datetime) -> Changing:
    return changing(installation_of(uow, programme), programme, asker, uow, now)


def _kept_programme(step: Company, asker: Asker, uow: UnitOfWork, now: datetime) -> Programme:
    """The programme that is changed, or a draft of a new one."""
    if step.carried.programme_id is not None:
        programme = _of_client(step.carried.programme_id, asker, uow)
        _refuse_twin(programme.provider_id, step.programme, programme.id, uow)
        programme.name = step.programme
        return uow.providers.add(programme)
    if step.carried.provider_id is not None:
        provider: Provider | None = _provider(step.carried.provider_id, asker, uow)
    else:
        provider = uow.providers.provider_named(asker.installation_id, step.provider)
    if provider is None:
        provider = Provider(installation_id=asker.installation_id, name=step.provider, created_at=now)
        uow.providers.add(provider)
    assert provider.id is not None
    left = next((each for each in uow.providers.programmes_of(provider.id) if _is_draft(each, step.programme)), None)
    if left is not None:
        return left
    _refuse_twin(provider.id, step.programme, None, uow)
    return uow.providers.add(
        Programme(
            installation_id=asker.installation_id,
            provider_id=provider.id,
            name=step.programme,
            anchor_zone=zone(asker.zone).key,
            digest_wall=DIGEST_WALL,
            figures_wall=FIGURES_WALL,
            state=DRAFT,
            created_at=now,
        )
    )


def _is_draft(programme: Programme, name: str) -> bool:
    """Whether this is a set-up of that name that was left half-way, to be gone on with."""
    return programme.state == DRAFT and programme.name.casefold() == name.casefold()


def _refuse_twin(provider_id: int, name: str, but: int | None, uow: UnitOfWork) -> None:
    twins = [each for each in uow.providers.programmes_of(provider_id) if each.name.casefold() == name.casefold()]
    if any(each.id != but for each in twins):
        raise Invalid({"programme": f"{name!r} is set up for this provider already; give this one another name."})


def _rename(provider: Provider, name: str, asker: Asker, uow: UnitOfWork) -> None:
    twin = uow.providers.provider_named(asker.installation_id, name)
    if twin is not None and twin.id != provider.id:
        raise Invalid({"provider": f"There is another provider called {name!r}; give this one a different name."})
    provider.name = name


def _appoint(post: str, user: str, change: Changing, uow: UnitOfWork) -> None:
    """Let whoever has this user id hold the post. Nothing chosen leaves a holder who is known by name only.

    Raises ``ValueError`` when nobody would be owner (S2), or for somebody of the wrong company.
    """
    assert change.programme.id is not None
    side, role = Side(post.partition("_")[0]), post.partition("_")[2]
    holder = uow.providers.accountable(change.programme.id, side, role)
    if not user and holder is not None and not _listed(holder, change, uow).user:
        return
    person = person_of(PersonSpec(user=user), side, change, uow) if user else None
    if person is None and role == "owner":
        raise ValueError("somebody has to answer for it: choose a person")
    appoint(uow, side, role, person, change)


def _people_form(carried: Carried, change: Changing, asker: Asker, uow: UnitOfWork) -> Form:
    assert change.programme.id is not None and change.provider.id is not None
    ours = sorted(uow.people.of_client(asker.installation_id), key=lambda each: each.id != asker.person_id)
    theirs = [*uow.people.of_provider(change.provider.id), *uow.people.strangers(asker.installation_id)]
    posts = {
        f"{row.side}_{row.role}": _listed(holder, change, uow)
        for row in uow.providers.owners(change.programme.id)
        if (holder := uow.people.get(row.person_id)) is not None
    }
    asking = uow.people.get(asker.person_id)
    if asking is not None and asker.side is Side.CLIENT:
        posts.setdefault("client_owner", _listed(asking, change, uow))
    listed = [[_listed(each, change, uow) for each in people] for people in (ours, theirs)]
    return forms.people_form(carried, listed[0], listed[1], posts, change.provider.name)


def _listed(person: Person, change: Changing, uow: UnitOfWork) -> forms.Listed:
    assert person.id is not None
    account = uow.people.account(person.id, change.where[0])
    if account is not None:
        return forms.Listed(account.user, person.name)
    other = uow.people.any_account(person.id)
    return forms.Listed("", person.name, "" if other is None else NAMES[Platform(other.platform)])


def _sentence(problem: ValueError) -> str:
    words = str(problem)
    return f"{words[:1].upper()}{words[1:]}."


def _internals(change: Changing, uow: UnitOfWork) -> list[Channel]:
    """The installation's internal channels, this programme's first."""
    assert change.programme.id is not None
    mine = chosen_internal(uow, change.programme.id)
    every = [
        channel
        for each in uow.providers.programmes(change.programme.installation_id, state=None)
        if each.id is not None
        for channel in uow.providers.channels(each.id, "internal")
    ]
    found = {each.channel: each for each in (mine, *every) if each is not None and not each.frozen}
    return list(found.values())[:20]


def _bind_like(channel_id: str, change: Changing, uow: UnitOfWork) -> None:
    """Let the internal channel that was chosen be this programme's too."""
    chosen = next((each for each in _internals(change, uow) if str(each.id) == channel_id), None)
    if chosen is None:
        raise ValueError("This channel is not internal any more; choose again.")
    bind(uow, change, "internal", chosen.channel, chosen.name, (chosen.platform, chosen.workspace))
