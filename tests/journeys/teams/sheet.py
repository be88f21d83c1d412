"""A form as somebody sees it in Teams: inputs in a card, with what is wrong right under them."""

from __future__ import annotations

from tests.standins.teams import Message, Person
from tests.standins.teams.cards import INPUTS, Payload, parts_of, text_of_card, titles

WRONG = "■ "


class Sheet:
    """The card in place of a message, for one person: a form while it is open, then what it was answered with."""

    def __init__(self, person: Person, message: Message) -> None:
        self.person, self.message = person, message

    @property
    def card(self) -> Payload:
        """The card as it is now."""
        card = self.person.card(self.message)
        assert card is not None
        return card

    @property
    def is_form(self) -> bool:
        """Whether there is something to fill in."""
        return bool(self.inputs)

    @property
    def inputs(self) -> list[Payload]:
        """What can be filled in, from above."""
        return [part for part in parts_of(self.card) if part.get("type") in INPUTS]

    @property
    def labels(self) -> list[str]:
        """The inputs' labels, from above."""
        return [str(each["label"]) for each in self.inputs]

    @property
    def title(self) -> str:
        """The first line."""
        return self.words.partition("\n")[0]

    @property
    def words(self) -> str:
        """All words of it."""
        return text_of_card(self.card)

    @property
    def buttons(self) -> list[str]:
        """What can be pressed."""
        return titles(self.card)

    def error_at(self, label: str) -> str | None:
        """What is wrong with the input ``label``: it stands right under it."""
        parts = list(parts_of(self.card))
        for at, part in enumerate(parts):
            if part.get("type") in INPUTS and str(part["label"]) == label and at + 1 < len(parts):
                below = text_of_card({"body": [parts[at + 1]]})
                return below.removeprefix(WRONG) if below.startswith(WRONG) else None
        return None
