"""What can be asked about people and the contract: who has left, who is back, who answers, until when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.vocabulary.route import Asker, Declined, Invalid, Raw


@dataclass(frozen=True, slots=True)
class AskLeave:
    """Somebody has left: ``person_id`` from a button, or ``who`` as typed; neither asks who."""

    person_id: int | None = None
    who: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskLeave:
        """From a button's id. Raises ``Declined`` for anything else."""
        value = raw.value.strip()
        if value and not value.isdecimal():
            raise Declined("This button belongs to an older card. Type setup left and their mention.")
        return cls(int(value) if value else None)

    @classmethod
    def parse_chosen(cls, raw: Raw, asker: Asker) -> AskLeave:
        """From the form that asks who. Raises ``Invalid`` when nobody was chosen."""
        user = raw.values.get("person", "").strip()
        if not user:
            raise Invalid({"person": "Nobody is chosen. Choose who has left"})
        return cls(who=f"<@{user}>")


@dataclass(frozen=True, slots=True)
class Leave:
    """They leave. ``successors`` maps a field ("successor", "successor_3" for programme 3) to a user id."""

    person_id: int
    successors: Mapping[str, str]

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> Leave:
        """From the form, or from the button where nothing is theirs. Raises ``Declined`` for what is no id."""
        carried = (raw.hidden or raw.value).strip()
        if not carried.isdecimal():
            raise Declined("This form is out of date. Type setup left and their mention.")
        return cls(int(carried), {name: value.strip() for name, value in raw.values.items()})


@dataclass(frozen=True, slots=True)
class Returned:
    """Somebody who had left is here again."""

    who: str


@dataclass(frozen=True, slots=True)
class ShowTeam:
    """Who answers for a programme, who is away, until when the contract runs."""

    wanted: str = ""

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> ShowTeam:
        """From a button's programme id, or a name."""
        return cls((raw.value or raw.words).strip())


@dataclass(frozen=True, slots=True)
class AskContract:
    """Until when the contract runs: ``provider_id`` from a button, or ``words`` (a day, "open") as typed."""

    words: str = ""
    provider_id: int | None = None

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> AskContract:
        """From a button's "provider:3". Raises ``Declined`` for anything else."""
        kind, _, number = raw.value.strip().partition(":")
        if raw.value.strip() and not (kind == "provider" and number.isdecimal()):
            raise Declined("This button belongs to an older card. Type setup contract.")
        return cls(provider_id=int(number) if number else None)


@dataclass(frozen=True, slots=True)
class SetContract:
    """The form was sent in: the last day as written, "" for an open end."""

    provider_id: int
    end: str

    @classmethod
    def parse(cls, raw: Raw, asker: Asker) -> SetContract:
        """Raises ``Declined`` for a form that is not ours."""
        if not raw.hidden.strip().isdecimal():
            raise Declined("This form is out of date. Type setup contract.")
        return cls(int(raw.hidden), raw.values.get("end", "").strip())
