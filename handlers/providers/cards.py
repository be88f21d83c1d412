"""What set-up says: to the manager who finishes it, and once to both companies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.calendar import Pattern, next_fire, zone
from handlers.metrics.catalogue import Catalogue, load_catalogue
from handlers.metrics.said import example_reply
from handlers.places import chosen_internal, mention
from handlers.providers import contract_cards, departure_cards, team
from handlers.vocabulary.address import Account, Platform, Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Facts,
    InternalCard,
    Listing,
    Mention,
    Note,
    PrivateCard,
    SharedCard,
    Span,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from handlers.vocabulary.route import Who
from storage.models.person import Person
from storage.models.provider import Programme, Provider
from storage.unit_of_work import UnitOfWork

DAY_NAMES = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday"}


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the first post says: who answers on each side, when figures are asked for, when the digest comes."""

    provider: str
    client_owner: Mention
    provider_owner: Mention
    figures_at: When
    figures_wall: str
    figures_zone: str
    digest_at: When
    digest_wall: str
    metrics: int
    reply: str


def welcome_of(
    uow: UnitOfWork, programme: Programme, provider: Provider, catalogue: Catalogue, now: datetime
) -> Welcome:
    """Read what the first post needs. Moments are those of the first firing after ``now``."""
    assert programme.id is not None
    tracked = [row.metric for row in uow.metrics.tracked(programme.id)]
    ours = uow.providers.accountable(programme.id, Side.CLIENT)
    theirs = uow.providers.accountable(programme.id, Side.PROVIDER)
    return Welcome(
        provider=provider.name,
        client_owner=_mention(uow, ours),
        provider_owner=_mention(uow, theirs),
        figures_at=_next(programme.figures_wall, provider.zone, now),
        figures_wall=spoken(programme.figures_wall),
        figures_zone=provider.zone,
        digest_at=_next(programme.digest_wall, programme.anchor_zone, now),
        digest_wall=spoken(programme.digest_wall),
        metrics=len(tracked),
        reply=example_reply([catalogue.metrics[each] for each in tracked if each in catalogue.metrics][:2]) or "SL 82%",
    )


def welcome_card(welcome: Welcome) -> SharedCard:
    """The one friendly post of the beginning: who this is, what it will ask, how to answer, how to quieten it."""
    figures: Text = (
        Strong("Figures"),
        f" once a week I ask {welcome.provider}, {welcome.figures_wall} ({welcome.figures_zone}), first ",
        welcome.figures_at,
        ". Answer in the thread, for example ",
        Code(welcome.reply),
    )
    early = welcome.digest_at.at < welcome.figures_at.at
    digest: Text = (
        Strong("Digest"),
        f" once a week one short summary for both of you, {welcome.digest_wall} ({welcome.digest_at.zone}), first ",
        welcome.digest_at,
        "; figures come with the next." if early else ".",
    )
    between: Text = (
        Strong("In between"),
        " I keep issues and promises of both sides, and remind their owners only.",
    )
    asks = (digest, figures, between) if early else (figures, digest, between)
    replies: Text = (
        "No portal, no login: a plain reply in the thread is enough, such as ",
        Code("ack"),
        ", ",
        Code("done sent today"),
        " or ",
        Code("blocked: need the policy"),
        ".",
    )
    people: Text = ("Who answers for it: ", welcome.client_owner, " and ", welcome.provider_owner, ".")
    quiet: Text = ("Too much? A manager quietens me with ", Code("digest pause"), ".")
    return SharedCard(
        text=f"Hello! I am Parley. I help both of you keep in touch about {welcome.provider}.",
        title="Hello, I am Parley",
        elements=(
            Words((f"I help both companies keep in touch about {welcome.provider}, right here.",)),
            Listing(asks),
            Words(replies),
            Words(people),
            Note(quiet),
        ),
        why="This channel was just set up. I introduce myself once.",
    )


def finished_card(
    uow: UnitOfWork, programme: Programme, provider: Provider, now: datetime, *, first: bool
) -> InternalCard | PrivateCard:
    """What the manager sees after the last step."""
    assert programme.id is not None
    welcome = welcome_of(uow, programme, provider, load_catalogue(), now)
    text = f"{provider.name} is set up." if first else f"{provider.name} is up to date."
    shared = uow.providers.channel(programme.id, "shared")
    internal = chosen_internal(uow, programme.id)
    place: Span = "a direct message to your side's owner" if internal is None else (internal.name or "its channel")
    after = "I have introduced myself in the channel." if shared is not None else "No shared channel is bound yet."
    facts = (
        ("Digest", (welcome.digest_at, f" ({spoken(programme.digest_wall)}, {programme.anchor_zone})")),
        ("Figures", (welcome.figures_at, f" ({welcome.figures_wall}, {provider.zone})")),
        ("Metrics", (str(welcome.metrics),)),
        ("Owners", (welcome.client_owner, " and ", welcome.provider_owner)),
        ("Internal", (place,)),
    )
    elements = (Facts(facts), Note((after if first else "Changes hold from now on.",)))
    buttons = (
        Button("providers.setup", "Change", f"programme:{programme.id}"),
        Button("providers.team", "People", str(programme.id)),
        Button("providers.contract", "Contract", f"provider:{provider.id}"),
    )
    return PrivateCard(text=text, title=text, tone=Tone.GOOD, elements=elements, buttons=buttons)


def told(text: str, *buttons: Button, tone: Tone = Tone.GOOD, why: str = "") -> PrivateCard:
    """A plain sentence to one person; ``why`` they got it, when they did not ask."""
    return PrivateCard(text=text, tone=tone, elements=(Words((text,)),), buttons=buttons, why=why)


def internal_bound_card(provider: str) -> InternalCard:
    """The first line in the internal place: what comes here."""
    text = f"What only your company may read about {provider} comes here from now on."
    return InternalCard(text=text, elements=(Words((text,)),), why="A manager chose this channel just now.")


def channel_frozen_card(name: str, happened: str, mend: str) -> PrivateCard:
    """To a manager: a channel is silent from now on, and how to mend it."""
    text = f"I stopped posting in {name}: {happened}."
    return PrivateCard(
        text=text,
        title="A channel is on hold",
        tone=Tone.WARN,
        elements=(Words((text,)), Words((mend,))),
        why="You manage this provider, and only you can mend it.",
    )


def spoken(pattern: str) -> str:
    """A pattern in words: "Mondays 08:30"."""
    read = Pattern.parse(pattern)
    if len(read.days) == 1 and read.days[0] in DAY_NAMES:
        return f"{DAY_NAMES[read.days[0]]}s {read.at:%H:%M}"
    return str(read)


def _next(pattern: str, where: str, now: datetime) -> When:
    _, at = next_fire(Pattern.parse(pattern), zone(where), now)
    return When(at, where)


def _mention(uow: UnitOfWork, person: Person | None) -> Mention:
    return Mention(None, "nobody yet") if person is None else mention(uow, person)


def _example(name: str, first_digest: int = 6) -> Welcome:
    """``first_digest``: so many days after the first request for figures."""
    at = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
    maya = Mention(Account(Platform.SLACK, "T1", "U1"), "Maya Brooks")
    return Welcome(
        name,
        maya,
        Mention(None, "Jo Santos"),
        When(at, "Asia/Manila"),
        "Tuesdays 10:00",
        "Asia/Manila",
        When(at + timedelta(days=first_digest), "Europe/London"),
        "Mondays 08:30",
        5,
        "SL 82% AHT 6:52",
    )


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    return [
        welcome_card(_example("Northwind Manila")),
        welcome_card(_example("Northwind Manila", first_digest=-1)),
        internal_bound_card("Northwind Manila"),
        told(f"From now on Maya Brooks is one of the {Who.MANAGER.value}."),
        channel_frozen_card("#acme-internal", "it was shared with another company", "Unshare it, then type setup."),
        *departure_cards.samples("Rey Cruz", "Northwind Manila"),
        *contract_cards.samples("Northwind Manila"),
        *team.samples("Northwind Manila"),
    ]


def worst_cases() -> list[AnyCard]:
    """Names that are too long, hold markup, or run from right to left."""
    names = (
        "N" * 300,
        "<!channel> & *bold* `code` <https://x|y>",
        "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u05e8\u05d5\u05ea",
    )
    cards: list[AnyCard] = [welcome_card(_example(name)) for name in names]
    cards += [internal_bound_card(name) for name in names]
    cards += [channel_frozen_card(name, "it was shared", "Unshare it.") for name in names]
    for name in names:
        cards += [*departure_cards.samples(name, name), *contract_cards.samples(name), *team.samples(name)]
    return [*cards, *(told(name) for name in names)]
