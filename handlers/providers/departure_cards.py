"""What is said when somebody leaves: to whoever notes it, and once to both companies."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    Field,
    Form,
    Listing,
    Mention,
    Note,
    Option,
    PrivateCard,
    SharedCard,
    Struck,
    Text,
    Tone,
    Words,
)

LISTED = 10
WHOLE = "successor"
"""The field that names one successor for everything; "successor_3" names the one for programme 3."""
SEVERAL = 4
"""Up to so many programmes each get a field of their own; more have one for all."""


def leaver_form(options: tuple[Option, ...]) -> Form:
    """Who has left?"""
    who = Field("person", "Who has left?", "person", options=options)
    intro = "Next you choose who takes over what is theirs."
    return Form("providers.leaver", "Somebody has left", "Next", (who,), "you, for now", intro)


def successor_form(
    person_id: int, asked: Sequence[tuple[str, str, str]], options: tuple[Option, ...], intro: str
) -> Form:
    """Who takes over? ``asked``: a field's name, its label, and who is proposed."""
    fields = tuple(Field(field, label[:75], "person", "", True, initial, options) for field, label, initial in asked)
    return Form(
        "providers.left",
        "Hand over",
        "Hand over",
        fields,
        "both companies: who leaves and who takes over",
        intro,
        str(person_id),
    )


def nothing_left_card(name: str, person_id: int) -> PrivateCard:
    """Nothing is theirs: one button is enough."""
    text = f"Nothing is {name}'s, so nobody has to take over. They can do nothing here any more, and get nothing."
    button = Button("providers.left", f"{name} has left"[:75], str(person_id), "danger")
    return PrivateCard(text=text, elements=(Words((text,)),), buttons=(button,))


def handed_over_card(name: str, person_id: int, lines: Sequence[str], empty: Sequence[tuple[str, int]]) -> PrivateCard:
    """It is done. ``empty``: programmes, by name and id, in which nobody is deputy now."""
    text = f"{name} is noted as having left. {'This went over:' if lines else 'Nothing was theirs.'}"
    said: list[Element] = [Words((text,))]
    if lines:
        said.append(Listing(tuple((line,) for line in lines[:LISTED]), max(0, len(lines) - LISTED)))
    if empty:
        names = ", ".join(each for each, _ in empty[:LISTED])
        said.append(Note((f"Nobody is deputy now: {names}.",)))
    naming = tuple(
        Button("providers.setup", f"Name a deputy: {each}"[:75], f"programme:{number}") for each, number in empty[:2]
    )
    return PrivateCard(
        text=text,
        tone=Tone.GOOD,
        elements=tuple(said),
        buttons=(Button("history.undo", "Undo", f"person:{person_id}"), *naming),
    )


def left_card(name: str, company: str, lines: Sequence[Text]) -> SharedCard:
    """To both companies: who leaves, and who looks after what from now on."""
    text = f"{name} has left {company}. {_plain(lines)}"
    return SharedCard(text=text, title=f"{name} has left {company}", elements=tuple(Words(line) for line in lines))


def stays_card(name: str, company: str, by: str) -> SharedCard:
    """The same message after it was taken back: what it said is struck through."""
    text = f"{by} took this back: {name} stays."
    return SharedCard(text=text, elements=(Words((Struck(f"{name} has left {company}."), f" {text}")),))


def takes_over(programme: str, to: Mention, counted: str) -> Text:
    """One line of the shared message."""
    go = "goes" if re.fullmatch(r"1 [a-z ]+", counted) and " and " not in counted else "go"
    return (to, f" looks after {programme} now{f'; {counted} {go} with it' if counted else ''}.")


def returned_card(name: str, kept: Sequence[str]) -> PrivateCard:
    """They are back. ``kept``: what stays with who took over, because it was acted on since."""
    text = (
        f"Taken back: {name} is here again, with what was theirs."
        if not kept
        else (
            f"{name} is here again. Somebody acted on this since, so it stays where it is: {', '.join(kept[:LISTED])}."
        )
    )
    return PrivateCard(text=text, elements=(Words((text,)),))


def welcome_back_card(name: str) -> PrivateCard:
    """They may act again, and own nothing yet."""
    text = f"{name} is here again. What they had went to others; give it back with setup owner, or on each card."
    return PrivateCard(text=text, elements=(Words((text,)),))


def never_left_card(name: str) -> PrivateCard:
    """Nobody noted that they left: nothing is wrong, and nothing has to be done."""
    text = f"{name} never left here: they may act as always, and keep what is theirs."
    return PrivateCard(
        text=text, elements=(Words((text,)), Note(("To end days away, write ", Code("back"), " and their name.")))
    )


def _plain(lines: Sequence[Text]) -> str:
    return " ".join(
        "".join(span if isinstance(span, str) else getattr(span, "name", "") for span in line) for line in lines
    )


def samples(name: str, company: str) -> list[AnyCard]:
    """One of each, for the contract test."""
    line = takes_over(company, Mention(None, name), "2 issues and 1 action item")
    return [
        nothing_left_card(name, 5),
        handed_over_card(name, 5, [f"{company}: 2 issues to {name}"], [(company, 1)]),
        handed_over_card(name, 5, [], []),
        left_card(name, company, [line]),
        stays_card(name, company, "Maya Brooks"),
        returned_card(name, []),
        returned_card(name, ["issue 12"]),
        welcome_back_card(name),
        never_left_card(name),
    ]
