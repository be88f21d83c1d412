"""What a manager is told who pauses, skips or moves a digest, and the form for its time."""

from __future__ import annotations

from handlers.calendar import Pattern
from handlers.calendar.cadence import DAY_NAMES, FULL_DAY_NAMES
from handlers.digests.samples import LONG, MARKUP, RIGHT_TO_LEFT
from handlers.vocabulary.outgoing import AnyCard, Button, Field, Form, Option, PrivateCard, Words


def told(text: str, *buttons: Button) -> PrivateCard:
    """What was done, with the way back."""
    return PrivateCard(text, elements=(Words((text,)),), buttons=buttons)


def time_form(about: str, hidden: str, present: Pattern, anchor: str, visible_to: str) -> Form:
    """Day and time of a digest; ``about`` says which, ``anchor`` is the zone on whose clock they are."""
    days = tuple(Option(short, full.capitalize()) for short, full in zip(DAY_NAMES, FULL_DAY_NAMES, strict=True))
    return Form(
        action="digest.timed",
        title="When it comes",
        submit="Move it",
        fields=(
            Field("day", "Day", "choice", initial=present.days[0], options=days),
            Field("time", "Time", "time", hint=f"On the clock of {anchor}", initial=f"{present.at:%H:%M}"),
        ),
        visible_to=visible_to,
        intro=f"{about} A week that had its digest gets no second one.",
        hidden=hidden,
    )


def spoken(pattern: Pattern) -> str:
    """A pattern in words: "Wednesdays 09:30"."""
    days = {short: full.capitalize() for short, full in zip(DAY_NAMES, FULL_DAY_NAMES, strict=True)}
    return f"{', '.join(f'{days[each]}s' for each in pattern.days)} {pattern.at:%H:%M}"


def examples() -> list[AnyCard]:
    """Paused, left out, moved."""
    return [
        told(
            "The weekly digest is paused, for both companies and for you, until you resume it.",
            Button("digest.resume", "Resume the digest", "3"),
        ),
        told(
            "The digest of Northwind Manila of Monday 9 March 08:30 (London) · 16:30 (Manila) is skipped. The one after "
            "comes Monday 16 March 08:30 (London) · 16:30 (Manila).",
            Button("digest.unskip", "Do not skip it", "3"),
        ),
        told(
            "The digest of Northwind Manila comes Wednesdays 09:30 (Europe/London). The next one: Wednesday 11 March 09:30 "
            "(London) · 17:30 (Manila).",
            Button("digest.time", "Change it again", "3"),
        ),
    ]


def worst_cases() -> list[AnyCard]:
    """The strangest names of providers."""
    return [told(f"The digest of {words} is paused.") for words in (LONG, MARKUP, RIGHT_TO_LEFT)]
