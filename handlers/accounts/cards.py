"""What is said about accounts that belong together."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.mirrors.twins import NAMES
from handlers.vocabulary.address import Platform
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Field,
    Form,
    InternalCard,
    Option,
    PrivateCard,
    SharedCard,
    Tone,
    Words,
)


def link_form(people: Sequence[Option], chosen: str, others: Sequence[Option], likely: str) -> Form:
    """Who it is, and who they are on the other platform; ``chosen`` and ``likely`` stand there already."""
    fields = (
        Field("person", "Who is it", "choice", initial=chosen, options=tuple(people)),
        Field(
            "other",
            "The same person on the other platform",
            "choice",
            hint="Whoever is missing has to say something to me there once",
            initial=likely,
            options=tuple(others),
        ),
    )
    intro = "What either of them owns belongs to one person then. For ten minutes you can undo it."
    return Form("account.link", "One person, two accounts", "Link accounts", fields, "your own company", intro)


def linked_card(name: str, platforms: Sequence[Platform], person_id: int) -> PrivateCard:
    """To who linked them: done, and the way back."""
    text = f"{name} is one person now, on {_and(platforms)}."
    undo = Button("account.unlink", "Undo", str(person_id))
    return PrivateCard(text=text, tone=Tone.GOOD, elements=(Words((text,)),), buttons=(undo,))


def unlinked_card(one: str, other: str) -> PrivateCard:
    """Two people again."""
    text = f"{one} and {other} are two people again, each with what was theirs."
    return PrivateCard(text=text, tone=Tone.GOOD, elements=(Words((text,)),))


def told_card(platforms: Sequence[Platform], person_id: int, *, by_address: bool) -> SharedCard:
    """To the person, once on each account: what is theirs is one list from now on."""
    how = "both companies' directories tell the same address" if by_address else "a manager said so"
    text = f"I know you on {_and(platforms)} as one person now. Your items and settings are the same on both."
    undo = Button("account.unlink", "That is not me", str(person_id))
    settings = Button("reminder.mornings", "My settings")
    why = f"You have accounts on {_and(platforms)}: {how}."
    return SharedCard(text=text, elements=(Words((text,)),), buttons=(settings, undo), why=why)


def proposal_card(name: str, other: str, platforms: Sequence[Platform], value: str) -> InternalCard:
    """To a manager: two of a provider's people tell the same address."""
    text = f"{name} and {other} tell the same address on {_and(platforms)}. Are they one person?"
    link = Button("account.link", "Yes, link them", value, style="primary")
    return InternalCard(
        text=text,
        elements=(Words((text,)),),
        buttons=(link,),
        why="You manage Parley here, and only you can link them.",
    )


def direct_card(platform: str, chosen: bool) -> PrivateCard:
    """Where somebody is written to from now on."""
    where = f"on {NAMES[Platform(platform)]}" if chosen else "where you were active last"
    text = f"I write to you {where} from now on."
    return PrivateCard(text=text, tone=Tone.GOOD, elements=(Words((text,)),), buttons=(_SETTINGS,))


_SETTINGS = Button("reminder.mornings", "My settings")


def _and(platforms: Sequence[Platform]) -> str:
    return " and ".join(NAMES[each] for each in platforms)


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    return _cards("Jo Santos", "J. Santos")


def worst_cases() -> list[AnyCard]:
    """Names beyond every limit, with markup, and from right to left."""
    names = ("N" * 400, "<!channel> & *bold* `code`", "\u05e1\u05e4\u05e7 \u05d4\u05e9\u05d9\u05e8\u05d5\u05ea")
    return [card for name in names for card in _cards(name, name)]


def _cards(name: str, other: str) -> list[AnyCard]:
    both = (Platform.SLACK, Platform.TEAMS)
    return [
        linked_card(name, both, 4),
        unlinked_card(name, other),
        told_card(both, 4, by_address=True),
        told_card(both, 4, by_address=False),
        proposal_card(name, other, both, "4:12"),
        direct_card(Platform.TEAMS, True),
        direct_card("", False),
    ]
