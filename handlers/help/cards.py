"""What the help desk says, to the one who asked only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from handlers.help import here
from handlers.help.state import Item, Standing, Where
from handlers.records.cards import spoken
from handlers.records.lines import plain_text
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Choose,
    Code,
    Element,
    Facts,
    Heading,
    Listing,
    Note,
    Option,
    PrivateCard,
    Span,
    Strong,
    Text,
    Tone,
    When,
    Words,
)
from handlers.vocabulary.route import Verb

HELP_BUTTON = Button("help.help", "Help")
REPLY = "help.reply"
"""The action that does what a word means under a card; its value is the card's key and the word."""
LINES = 12
"""At most so many lines of help, the first (where one is) and the last (plain replies) included."""
BUTTONS = ("report", "actions", "metrics", "setup")
SET_UP = Button("providers.setup", "Set up this channel", style="primary")
NO_MANAGER = (
    "Nobody manages Parley here yet. Whoever started it finds a one-time code on its console; type ",
    Code("setup code"),
    " and the code.",
)


def first_line(where: Where) -> Text:
    """Where one is, in one line: it fits the channel it was asked in."""
    if where.kind == "bound":
        return _bound_line(where.programmes[0], where)
    if where.kind == "free":
        if where.manages:
            return ("This channel is not set up yet. Four short forms, a few minutes.",)
        if where.side is Side.PROVIDER:
            return ("This channel is not set up yet. You need do nothing: I say hello here once it is.",)
        return ("This channel is not set up yet.",)
    due = len(where.mine) + where.mine_more
    waiting = f"{due} of your action items {'is' if due == 1 else 'are'} due" if due else "nothing of yours is due"
    if where.side is Side.PROVIDER:
        return (f"{waiting[:1].upper()}{waiting[1:]}.",)
    count = len(where.programmes) + where.more
    if not count:
        return (f"I am Parley. No provider is set up yet, and {waiting}.",)
    return (f"{count} provider{'s' if count != 1 else ''}, {waiting}.",)


def help_card(where: Where, verbs: Sequence[Verb]) -> PrivateCard:
    """Help: where one is, one line a verb by the job it does, and how plain replies work."""
    line = first_line(where)
    shown = verbs[: LINES - 2]
    lines: list[Text] = []
    group = ""
    for verb in shown:
        head: tuple[Span, ...] = (Strong(f"{verb.group}: "),) if verb.group and verb.group != group else ()
        lines.append((*head, Code(verb.word), " ", *spoken(verb.help)))
        group = verb.group
    replies: Text = ("In a thread a plain reply is enough: ", Code("ack"), ", ", Code("done sent today"), ".")
    begin = (Words(NO_MANAGER),) if _nobody_manages(where) else ()
    elements = (Words(line), *begin, Listing(tuple(lines)), Note(replies))
    return PrivateCard(text=plain_text(line), elements=elements, buttons=(*_first(where), *_buttons(verbs, where))[:3])


def state_card(where: Where, verbs: Sequence[Verb]) -> PrivateCard:
    """The state of the place, with the next steps as buttons."""
    line = first_line(where)
    elements: list[Element] = [Words(line)]
    if where.kind == "bound":
        elements += [element for each in where.programmes for element in _standing(each, where)]
    else:
        elements += _elsewhere(where)
    choose = None
    if where.settable:
        choose = Choose("providers.setup", "Or choose what you have", where.settable)
    buttons = (*_first(where), *_buttons(verbs, where), HELP_BUTTON)
    return PrivateCard(text=plain_text(line), elements=tuple(elements), buttons=tuple(buttons)[:5], choose=choose)


def unknown_card(word: str, nearest: str | None, rest: str) -> PrivateCard:
    """A word that is no verb; the nearest one as a button that does it with the words that followed."""
    text = f"I do not know {_short(word)!r}."
    if nearest is None:
        return PrivateCard(text=text, tone=Tone.WARN, elements=(Words((text,)),), buttons=(HELP_BUTTON,))
    meant = f"{nearest} {rest}".strip()
    button = Button("help.meant", f"Did you mean {_short(meant)}?", meant[:1900], style="primary")
    return PrivateCard(text=text, tone=Tone.WARN, elements=(Words((text,)),), buttons=(button, HELP_BUTTON))


def unknown_here_card(word: str, subject: str, near: str, key: str, verb: Verb | None, rest: str) -> PrivateCard:
    """Words to the bot in the thread of a record that it did not understand: the nearest as a button that does it (``key`` is the
    card's), else the nearest verb, and what can be written there."""
    text = "I found nothing for me to do in that." if rest and not near else f"I do not know {_short(word)!r}."
    examples = here.examples(subject)
    spans: list[Span] = ["In this thread I understand "]
    for each in examples:
        spans += [Code(each), " · " if each is not examples[-1] else "."]
    buttons: tuple[Button, ...] = (HELP_BUTTON,)
    if near:
        buttons = (Button(REPLY, f"Did you mean {_short(near)}?", f"{key} {near}"[:1900], style="primary"), *buttons)
    elif verb is not None:
        said = f"{verb.word} {rest}".strip()
        buttons = (Button("help.meant", f"Did you mean {_short(said)}?", said[:1900], style="primary"), *buttons)
    return PrivateCard(text=text, tone=Tone.WARN, elements=(Words((text,)), Note(tuple(spans))), buttons=buttons)


def _bound_line(standing: Standing, where: Where) -> Text:
    if len(where.programmes) > 1:
        return (f"{len(where.programmes)} programmes come together here: {_how_it_stands(where.programmes)}.",)
    return (Strong(standing.name), f": {_how_it_stands([standing])}.")


def _how_it_stands(standings: Sequence[Standing]) -> str:
    issues, overdue = sum(each.issues for each in standings), sum(sum(each.overdue.values()) for each in standings)
    late = "nothing overdue" if overdue == 0 else f"{_count(overdue, 'action item')} overdue"
    return f"{_count(issues, 'open issue')}, {late}"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _standing(standing: Standing, where: Where) -> list[Element]:
    ours, theirs = standing.overdue[where.side], standing.overdue[where.side.other]
    digest: Text = ("paused",) if standing.state == "paused" else ("not planned",)
    if standing.digest_at is not None:
        digest = (When(standing.digest_at, where.zone),)
    other = standing.name if where.side is Side.CLIENT else "the client"
    rows = (
        ("Next digest", digest),
        ("Open issues", (str(standing.issues),)),
        ("Overdue actions", (f"{ours} on your side, {theirs} at {other}" if ours or theirs else "none",)),
    )
    heading: list[Element] = [Heading(standing.name)] if len(where.programmes) > 1 else []
    return [*heading, Facts(rows)]


def _elsewhere(where: Where) -> list[Element]:
    elements: list[Element] = []
    if where.mine:
        elements += [Heading("Yours"), Listing(tuple(_item(each) for each in where.mine), where.mine_more)]
    if where.programmes:
        lines = tuple(_programme(each, where) for each in where.programmes)
        elements += [
            Heading("Your providers" if where.side is Side.CLIENT else "Your work"),
            Listing(lines, where.more),
        ]
    if where.kind == "free" and not where.manages and where.side is Side.CLIENT:
        ask: Text = (f"Ask {' or '.join(where.managers)} to set it up.",) if where.managers else NO_MANAGER
        elements.append(Words(ask))
    elif _nobody_manages(where):
        elements.append(Words(NO_MANAGER))
    return elements


def _nobody_manages(where: Where) -> bool:
    return where.side is Side.CLIENT and not where.programmes and not where.manages and not where.managers


def _item(item: Item) -> Text:
    tail = f" ({item.provider})" if item.provider else ""
    return (Strong(f"action {item.number}"), f" {item.title}, {item.due}{tail}")


def _programme(standing: Standing, where: Where) -> Text:
    text = f": {_how_it_stands([standing])}"
    if standing.digest_at is None:
        return (Strong(standing.name), text)
    return (Strong(standing.name), f"{text}, next digest ", When(standing.digest_at, where.zone))


def _first(where: Where) -> tuple[Button, ...]:
    """What a manager wants of a channel that is not set up, before anything else."""
    return (SET_UP,) if where.kind == "free" and where.manages else ()


def _buttons(verbs: Sequence[Verb], where: Where) -> tuple[Button, ...]:
    """The verbs one wants most, if they exist and one may: each is reachable by a button."""
    settings = "Change set-up" if where.kind == "bound" else "Set up"
    labels = {"report": "Report an issue", "actions": "Actions", "metrics": "Metrics", "setup": settings}
    by_word = {verb.word: verb for verb in verbs}
    wanted = [by_word[word] for word in BUTTONS if word in by_word]
    if where.kind == "free":
        wanted = [verb for verb in wanted if verb.word == "actions"]
    return tuple(Button(verb.action, labels[verb.word]) for verb in wanted)


def _short(text: str, longest: int = 40) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _example_where(name: str = "Northwind Manila", title: str = "Send the refund policy") -> Where:
    at = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    standing = Standing(1, name, "active", 2, {Side.CLIENT: 1, Side.PROVIDER: 0}, at)
    item = Item(7, title, "2 days overdue", name)
    return Where("bound", Side.CLIENT, True, "Europe/London", (standing,), mine=(item,))


def _example_elsewhere(name: str, title: str) -> Where:
    bound = _example_where(name, title)
    return Where(
        "free",
        Side.CLIENT,
        True,
        "Europe/London",
        bound.programmes * 8,
        3,
        bound.mine * 5,
        9,
        tuple(Option(f"provider:{number}", f"Another programme of {name}") for number in range(50)),
    )


def _example_verbs() -> list[Verb]:
    words = (("report", "report an issue", "Act"), ("actions", "who does what by when", "Act"))
    return [Verb(word, f"{word}.open", line, group=group) for word, line, group in words]


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    verbs = _example_verbs()
    return [
        state_card(_example_where(), verbs),
        help_card(_example_where(), verbs),
        unknown_card("reprot", "report", "late tickets"),
        unknown_here_card("acknowlege", "issue", "ack", "k" * 25, None, ""),
        unknown_here_card("when", "plan", "", "k" * 25, None, "will it be better?"),
    ]


def worst_cases() -> list[AnyCard]:
    """Long names, markup, right-to-left, and as much of everything as there can be."""
    verbs = [Verb(f"verb{number}", f"verb{number}.open", "h" * 200, group="G" * 40) for number in range(12)]
    names = ("N" * 300, "<!channel> & *bold* `code`", "\u05e1\u05e4\u05e7 \u05e9\u05d9\u05e8\u05d5\u05ea")
    cards: list[AnyCard] = []
    for name in names:
        cards += [state_card(_example_where(name, name), verbs), state_card(_example_elsewhere(name, name), verbs)]
        cards += [help_card(_example_where(name, name), verbs), unknown_card(name, "report", name * 20)]
        cards += [unknown_here_card(name, "action", f"blocked: {name * 20}", "k" * 25, None, name * 20)]
    return cards
