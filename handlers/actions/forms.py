"""The forms about an action item: adding one, and the small ones behind the card's buttons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.actions.standing import Standing
from handlers.records.forms import LONGEST_TITLE, LONGEST_WORDS, who_sees
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Field, Form, Option
from handlers.vocabulary.route import Asker
from storage.models.person import Person


def add_form(
    asker: Asker,
    people: Sequence[Person],
    names: Mapping[Side, str],
    due: date,
    hidden: str,
    internal: bool = False,
    shared: bool = False,
) -> Form:
    """Five fields; where nobody has a choice of who sees it there are four. ``internal``: the client only, for sure;
    ``shared``: both companies, for sure."""
    owners = tuple(Option(str(each.id), f"{each.name} ({names[Side(each.side)]})") for each in people)
    me = str(asker.person_id)
    fields: tuple[Field, ...] = (
        Field("title", "What is to be done", hint="Example: Send the new refund policy", longest=LONGEST_TITLE),
        Field("owner", "Owner", "choice", initial=me if any(o.value == me for o in owners) else "", options=owners),
        Field("due", "Due", "date", initial=due.isoformat(), hint="The end of that day at the owner's place"),
    )
    if asker.side is Side.CLIENT and not internal and not shared:
        fields = (*fields, who_sees(asker))
    note = Field("note", "Note", "text", required=False, longest=LONGEST_WORDS)
    return Form(
        action="action.add",
        title="Add an action item",
        submit="Add action item",
        fields=(*fields, note),
        visible_to=_visible_to(asker, names, internal, shared),
        intro=f"About {names[Side.PROVIDER]}. The owner is reminded in their own morning.",
        hidden=hidden,
    )


def block_form(standing: Standing) -> Form:
    """What is missing."""
    hint = "One line is enough. Example: the refund policy from March"
    return _small(
        standing, "action.blocked", "Blocked", "Ask for it", Field("reason", "What do you need?", "text", hint)
    )


def help_form(standing: Standing) -> Form:
    """What would help."""
    hint = "They are told in the thread. Example: a person who knows the refund tool"
    return _small(
        standing, "action.helped", "Need help", "Ask for help", Field("reason", "What do you need?", "text", hint)
    )


def drop_form(standing: Standing) -> Form:
    """Why it is not going to be done."""
    hint = "Kept with the item. Example: the tool is replaced in April"
    return _small(standing, "action.dropped", "Not doing", "Close it", Field("reason", "Why not?", "text", hint))


def reopen_form(standing: Standing) -> Form:
    """What is still missing."""
    return _small(
        standing,
        "action.reopened",
        "Reopen",
        "Reopen it",
        Field("reason", "What is still missing?", "text", "One line is enough"),
    )


def move_form(standing: Standing) -> Form:
    """Another due day, and why."""
    due = Field("due", "Due", "date", initial=standing.item.due_on.isoformat(), hint="At the owner's place")
    return _small(
        standing, "action.moved", "Move due day", "Move it", due, Field("reason", "Why", "line", required=False)
    )


def edit_form(standing: Standing) -> Form:
    """What it says."""
    title = Field("title", "What is to be done", initial=standing.item.title, longest=LONGEST_TITLE)
    note = Field("note", "Note", "text", required=False, initial=standing.item.note, longest=LONGEST_WORDS)
    return _small(standing, "action.edited", "Edit action item", "Save changes", title, note)


def seen_by(standing: Standing) -> str:
    """Who reads what is entered."""
    return f"{standing.names[Side.CLIENT]} only" if standing.internal else "both companies"


def _small(standing: Standing, action: str, title: str, submit: str, *fields: Field) -> Form:
    intro = f"Action {standing.item.number}: {standing.item.title}"
    return Form(action, title, submit, fields, seen_by(standing), intro, standing.value)


def _visible_to(asker: Asker, names: Mapping[Side, str], internal: bool, shared: bool) -> str:
    if internal:
        return f"{names[Side.CLIENT]} only"
    return "both companies" if shared or asker.side is Side.PROVIDER else "as chosen below"
