"""An action item in one line: "Send the refund policy @Jo due friday" is a title, a person and a day, and so is "Jo sends the
refund policy by friday". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from handlers.calendar import UnreadableDay, parse_day
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
_BY = re.compile(
    r"^(?P<title>.*\S)\s+by\s+(?:the\s+)?(?P<day>[^()]*[^\W\d_][^()]*|\d{4}-\d{1,2}-\d{1,2})$", re.I | re.S
)
"""A day after the last "by". Numbers alone are an amount ("improve it by 3.2"), but for a whole date."""
_LEAP_YEAR = date(2024, 1, 1)
"""Whether words are a day at all does not hang on the day they are read, but for 29 February."""
_APART = re.compile(
    r"\s*[:,\u2013\u2014-]\s+|\s+(?:to|will|must|should|shall|needs\s+to|has\s+to|is\s+to)\s+(?=\w)", re.I
)
"""What stands between who and what: "Rey: send it", "Rey to send it"."""
_DOES = re.compile(r"\s+(?!(?:is|was|has|does|says|as|its|this|was|vs)\b)[a-z]{2,}s\b(?!['\u2019])")
"""What somebody does: "Rey sends it"."""
_ALSO_WORDS = frozenset(
    [
        "april",
        "art",
        "august",
        "bill",
        "chase",
        "drew",
        "frank",
        "grace",
        "grant",
        "hope",
        "joy",
        "june",
        "mark",
        "may",
        "pat",
        "rose",
        "sue",
        "will",
    ]
)
"""First names that begin a sentence about nobody, too: such a person is named with a colon, a comma or an "@"."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What one line says: the title, who was mentioned (an account's id, a person, or a name nobody bears), the day."""

    title: str
    user: str = ""
    person: Person | None = None
    unknown: str = ""
    due: str = ""


def read_phrase(words: str, people: Sequence[Person]) -> Phrase:
    """Take the first mention, else a name that the line begins with, and a day at the end out of a line; what is left is
    the title.

    ``people`` are those a name may mean; a mention by an account's id is left to the caller.
    """
    user, person, unknown, rest = _mentioned(words, people)
    if not (user or person or unknown):
        person, unknown, rest = _in_front(rest.strip(), people)
    title, day = _until(rest)
    return Phrase(" ".join(title.split()).strip(" ,;"), user, person, unknown, day)


def _until(words: str) -> tuple[str, str]:
    """What to do, and the day after "due" or "by"; "" without one. "By hand" is no day."""
    due = _DUE.search(words)
    if due is not None:
        return words[: due.start()], due["day"].strip(" ,;.")
    by = _BY.match(words.strip(" ,;.!"))
    if by is None:
        return words, ""
    try:
        parse_day(by["day"], _LEAP_YEAR, allow_past=True)
    except UnreadableDay:
        return words, ""
    return by["title"], by["day"]


def _in_front(words: str, people: Sequence[Person]) -> tuple[Person | None, str, str]:
    """Who a line begins with, a name that several bear, and the rest: "Rey to send it" is "send it" for Rey.

    Only where the sentence says that they do something: "Rey and Jo talk" stays as it is, as does "Rey's report".
    """
    bearers = {each.name.partition(" ")[0].casefold() for each in people if each.name}
    first = _FIRST_WORD.match(words)
    person = person_named(people, words)
    several = person is None and first is not None and first[0].strip(".'-").casefold() in bearers
    if first is None or not (person or several):
        return None, "", words
    said = words[: _length(person.name, words)] if person else first[0].strip(".'-")
    after = words[len(said) :]
    apart = _APART.match(after)
    plain = said.casefold() not in _ALSO_WORDS
    if apart is not None and (plain or not apart[0].strip()[-1:].isalpha()):
        rest = after[apart.end() :]
    elif plain and _DOES.match(after):
        rest = words
    else:
        return None, "", words
    return person, "" if person else said, rest


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
