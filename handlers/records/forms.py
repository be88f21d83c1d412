"""The fields that the forms of all records have, and what is read from them."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import Field, Option
from handlers.vocabulary.route import Asker, Invalid, Raw

LONGEST_TITLE = 150
LONGEST_WORDS = 3000
"""Characters that fit a record's title, and each of its longer texts."""


def who_sees(asker: Asker) -> Field:
    """The field "visibility": both companies by default in the shared channel; elsewhere our own, which can do no harm."""
    in_shared = bool(asker.programme_ids) and not asker.internal
    return Field(
        "visibility",
        "Who sees it",
        "choice",
        initial=Visibility.SHARED if in_shared else Visibility.INTERNAL,
        options=(
            Option(Visibility.SHARED, "Both companies: in the shared channel"),
            Option(Visibility.INTERNAL, "Our company only: in our internal channel"),
        ),
    )


def read_visibility(raw: Raw, asker: Asker, problems: dict[str, str]) -> Visibility:
    """Who will see it; what is wrong is put into ``problems``. What a provider's people write is for both companies."""
    value = raw.values.get("visibility", "")
    wanted = value.strip() or Visibility.SHARED
    if wanted == Visibility.SHARED:
        return Visibility.SHARED
    if wanted == Visibility.INTERNAL and asker.side is Side.CLIENT:
        return Visibility.INTERNAL
    problems["visibility"] = f"{value!r} is not offered here. Choose who sees it, for example both companies"
    return Visibility.SHARED


def read_reason(raw: Raw) -> str:
    """The field "reason", which has to say something. Raises ``Invalid`` when it is empty."""
    reason = raw.values.get("reason", "").strip()
    if not reason:
        raise Invalid({"reason": "This is empty. Say it in a few words, for example: need the refund policy"})
    return reason


def read_title(words: str, example: str, rest: str, problems: dict[str, str]) -> str:
    """A title that is there and fits, on one line; what is wrong is put into ``problems`` under "title".

    ``example`` is what to write ("Say what …"), ``rest`` the name of the field where more of it fits.
    """
    title = " ".join(words.split())
    if not title:
        problems["title"] = f"The title is empty. {example}"
    elif len(title) > LONGEST_TITLE:
        problems["title"] = (
            f"The title has {len(title)} characters, at most {LONGEST_TITLE} fit. Move the rest to “{rest}”"
        )
    return title


def short_title(words: str) -> str:
    """The first line of what somebody wrote, at most a title long."""
    line = next((line.strip() for line in words.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1].rstrip()}…"


def read_words(values: Mapping[str, str], name: str, problems: dict[str, str]) -> str:
    """A longer text, which may stay empty; one that is too long is put into ``problems`` under the field's ``name``."""
    words = values.get(name, "").strip()
    if len(words) > LONGEST_WORDS:
        problems[name] = f"This has {len(words):,} characters, at most {LONGEST_WORDS:,} fit. Link to the rest"
    return words


def read_owner(values: Mapping[str, str], problems: dict[str, str], *, required: bool = True) -> int | None:
    """The person's id in the field "owner"; None where none is chosen, which is a problem of a ``required`` one."""
    owner = values.get("owner", "").strip()
    if owner.isdecimal():
        return int(owner)
    if owner or required:
        problems["owner"] = f"{owner!r} is nobody from the list. Choose a name, for example your own"
    return None
