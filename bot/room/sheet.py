"""One submission of a page, and what the page is told in answer."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from starlette.datastructures import FormData

from bot.room.pages import Where
from bot.room.reader import Reader
from handlers.vocabulary.outgoing import Form


@dataclass(frozen=True, slots=True)
class Sheet:
    """One submission of a page: the seat, where it stood, and the fields."""

    reader: Reader
    nonce: str
    where: Where
    fields: FormData

    def get(self, name: str) -> str:
        """A field's text, empty when absent."""
        value = self.fields.get(name, "")
        return value if isinstance(value, str) else ""

    @property
    def event_id(self) -> str:
        """The same for the same submission, however often it arrives."""
        return f"room:{self.reader.user.id}:{self.nonce}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a submission led to: messages that changed, and what the page shows once."""

    changed: tuple[str, ...] = ()
    form: Markup | None = None
    """What stands in the dialog: a form, or in Home a card."""
    toast: str = ""
    bad: bool = False
    keep: bool = False
    status: int = 200


def refused_to_guests(what: str) -> Reply:
    """What a guest of the channel gets for trying: the platform's refusal, and what works instead."""
    words = f"Guests of a channel have no {what}. Reply in plain words instead."
    return Reply(toast=words, bad=True, keep=True, status=403)


def values_of(form: Form, fields: FormData) -> dict[str, str]:
    """What was typed, by the form's own fields: several choices comma-joined, line breaks as one character."""
    return {
        each.name: ",".join(str(value) for value in fields.getlist(f"field.{each.name}")).replace("\r\n", "\n").strip()
        for each in form.fields
    }
