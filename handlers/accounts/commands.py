"""What can be asked about accounts."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.vocabulary.address import Platform
from handlers.vocabulary.route import Asker, Declined, Invalid, Raw

OLD = "This button belongs to an older card. Type setup link to begin anew."


@dataclass(frozen=True, slots=True)
class AskLink:
    """Open the form; ``who`` as typed (a mention or a name), "" to choose."""

    who: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskLink:
        """From a button's value, or the words after the verb."""
        return cls((raw.value or raw.words).strip())


@dataclass(frozen=True, slots=True)
class Link:
    """These two are one person, by our ids."""

    person_id: int
    other_id: int

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Link:
        """From the form, or from a button's "3:12". Raises ``Invalid`` at a field without a choice."""
        values = dict(raw.values) or dict(zip(("person", "other"), raw.value.split(":"), strict=False))
        chosen = {name: str(values.get(name, "")).strip() for name in ("person", "other")}
        problems = {name: "Choose somebody from the list." for name, value in chosen.items() if not value.isdecimal()}
        if problems:
            raise Invalid(problems)
        return cls(int(chosen["person"]), int(chosen["other"]))


@dataclass(frozen=True, slots=True)
class Unlink:
    """These are two people after all; ``person_id`` None: whoever ``who`` names."""

    person_id: int | None
    who: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Unlink:
        """From a button's person id, or the words after the verb."""
        value = raw.value.strip()
        return cls(int(value) if value.isdecimal() else None, raw.words.strip())


@dataclass(frozen=True, slots=True)
class WriteTo:
    """Write to me on this platform; "" on the one I used last."""

    platform: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> WriteTo:
        """From a button's platform. Raises ``Declined`` for one there is not."""
        value = raw.value.strip()
        if value and value not in set(Platform):
            raise Declined(OLD)
        return cls(value)
