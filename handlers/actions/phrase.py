"""An action item in one line: "Send the refund policy @Jo due friday" is a title, a person and a day. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.places import person_named
from storage.models.person import Person

_BY_ID = re.compile(r"<@(?P<user>[^>|\s]+)(?:\|[^>]*)?>")
_BY_TAG = re.compile(r"<at>(?P<name>[^<]+)</at>", re.I)
_BY_NAME = re.compile(r"(?:(?<=\s)|^)@(?P<name>\w[^@<>\n]*)")
_FIRST_WORD = re.compile(r"[\w.'-]+")
_DUE = re.compile(
    r"(?:^|[\s,;(])due(?:\s+(?:on|by|date|is|until))?\s*:?\s+(?!(?:to|for|diligence)\b)(?P<day>[^()]{1,30}?)\)?\s*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one line says: the title, who was mentioned (an account's id, a person, or a name nobody bears), the day."""

    title: str
    user: str = ""
    person: Person | None = None
    unknown: str = ""
    due: str = ""


def read_phrase(words: str, people: Sequence[Person]) -> Phrase:
    """Take the first mention and a day at the end out of a line; what is left is the title.

    ``people`` are those a name after "@" may mean; a mention by an account's id is left to the caller.
    """
    user, person, unknown, rest = _mentioned(words, people)
    day = _DUE.search(rest)
    title = rest if day is None else rest[: day.start()]
    return Phrase(
        " ".join(title.split()).strip(" ,;"), user, person, unknown, "" if day is None else day["day"].strip(" ,;.")
    )


def _mentioned(words: str, people: Sequence[Person]) -> tuple[str, Person | None, str, str]:
    by_id = _BY_ID.search(words)
    if by_id is not None:
        return by_id["user"], None, "", _without(words, by_id.start(), by_id.end())
    by_tag = _BY_TAG.search(words)
    if by_tag is not None:
        person = person_named(people, by_tag["name"])
        unknown = by_tag["name"] if person is None else ""
        return "", person, unknown, _without(words, by_tag.start(), by_tag.end())
    by_name = _BY_NAME.search(words)
    if by_name is None:
        return "", None, "", words
    person = person_named(people, by_name["name"])
    start = by_name.start("name")
    if person is None:
        first = _FIRST_WORD.match(by_name["name"])
        assert first is not None  # the pattern begins with a word's letter
        return "", None, first[0], _without(words, by_name.start(), start + first.end())
    return "", person, "", _without(words, by_name.start(), start + _length(person.name, by_name["name"]))


def _length(name: str, said: str) -> int:
    """How much of what was said is the name: all of it, or its first word."""
    if said.casefold().startswith(name.casefold()):
        return len(name)
    return len(name.partition(" ")[0])


def _without(words: str, start: int, end: int) -> str:
    return f"{words[:start].rstrip()} {words[end:].lstrip()}".strip()
