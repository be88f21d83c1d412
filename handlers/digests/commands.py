"""What may be asked about the digest and the portfolio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from handlers.calendar import Pattern
from handlers.calendar.cadence import DAY_NAMES
from handlers.vocabulary.route import Asker, Invalid, Raw

Wish = Literal["preview", "pause", "resume", "skip", "unskip", "time"]
View = Literal["shared", "internal", "portfolio"]
WISHES: dict[str, Wish] = {
    "preview": "preview",
    "pause": "pause",
    "stop": "pause",
    "resume": "resume",
    "skip": "skip",
    "unskip": "unskip",
    "time": "time",
}
VIEWS: dict[str, View] = {"internal": "internal", "portfolio": "portfolio", "shared": "shared"}
EXAMPLE = "digest time mon 09:30"


@dataclass(frozen=True, slots=True)
class AskDigest:
    """What is wished of which digest: a provider's for both companies, its internal one, or the portfolio of all.

    ``wanted`` is a provider's name or a programme's id, "" for the place's. ``pattern`` is the new time, None to ask for it
    by a form; ``mention`` is true where no form can be opened.
    """

    wish: Wish
    wanted: str = ""
    view: View = "shared"
    pattern: Pattern | None = None
    mention: bool = False

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Self:
        """From the words after the verb: "", "preview internal", "pause", "time mon 09:30 Northwind". Raises ``Invalid`` for
        a time that cannot be read."""
        if not raw.words.strip():
            return cls._of("preview", raw)
        words = raw.words.split()
        wish = WISHES.get(words[0].casefold())
        words = words if wish is None else words[1:]
        view = VIEWS.get(words[0].casefold(), "shared") if words else "shared"
        words = words[1:] if words and words[0].casefold() in VIEWS else words
        if wish is None and _begins_with_time(words):  # "digest tuesday 9:00"
            wish = "time"
        pattern, words = read_time(words) if wish == "time" else (None, words)
        return cls(wish or "preview", " ".join(words), view, pattern, raw.mention)

    @classmethod
    def _of(cls, wish: Wish, raw: Raw, view: View = "shared") -> Self:
        """From a button, whose value is a programme's id or "portfolio"."""
        if raw.value == "portfolio":
            return cls(wish, "", "portfolio", None, raw.mention)
        return cls(wish, raw.value, view, None, raw.mention)

    @classmethod
    def parse_inside(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("preview", raw, "internal")

    @classmethod
    def parse_pause(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("pause", raw)

    @classmethod
    def parse_resume(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("resume", raw)

    @classmethod
    def parse_skip(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("skip", raw)

    @classmethod
    def parse_unskip(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("unskip", raw)

    @classmethod
    def parse_time(cls, raw: Raw, asker: Asker) -> Self:
        """From the button."""
        return cls._of("time", raw)

    @classmethod
    def parse_form(cls, raw: Raw, asker: Asker) -> Self:
        """From the form: a day and a time of day. Raises ``Invalid`` at the field that could not be read."""
        problems: dict[str, str] = {}
        day, at = raw.values.get("day", "").strip(), raw.values.get("time", "").strip()
        if day not in DAY_NAMES:
            problems["day"] = f"{day!r} is not a day of the week. Choose one, for example Monday"
        pattern = _weekly(f"{day} {at}") if not problems else None
        if not problems and pattern is None:
            problems["time"] = f"{at!r} is not a time of day. Write it like 09:30"
        if problems:
            raise Invalid(problems)
        portfolio = raw.hidden == "portfolio"
        return cls("time", "" if portfolio else raw.hidden, "portfolio" if portfolio else "shared", pattern)


def _begins_with_time(words: list[str]) -> bool:
    return any(_weekly(" ".join(words[:length])) is not None for length in range(1, len(words) + 1))


def read_time(words: list[str]) -> tuple[Pattern | None, list[str]]:
    """The longest beginning that is one day of the week and a time, and the words after it; None where no time is meant.

    Raises ``Invalid`` where one is meant and cannot be read.
    """
    for length in range(len(words), 0, -1):
        pattern = _weekly(" ".join(words[:length]))
        if pattern is not None:
            return pattern, words[length:]
    if words and (any(word[:1].isdigit() for word in words) or words[0].casefold()[:3] in DAY_NAMES):
        said = " ".join(words)
        raise Invalid({"time": f"{said!r} is not one day of the week and a time. Write for example {EXAMPLE}"})
    return None, words


def _weekly(text: str) -> Pattern | None:
    try:
        pattern = Pattern.parse(text)
    except ValueError:
        return None
    return pattern if len(pattern.days) == 1 else None
