"""Cards of our own that go to the limits and one further, for every renderer: markup, right-to-left, nothing at all."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Choose,
    Code,
    Element,
    Facts,
    File,
    Heading,
    InternalCard,
    Item,
    Link,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Option,
    Panel,
    Picture,
    PrivateCard,
    Quote,
    SharedCard,
    Strong,
    Text,
    Tone,
    When,
    Words,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MANILA = When(AT, "Asia/Manila")
MARIA = Mention(Account(Platform.SLACK, "T0CLIENT", "U0MARIA"), "Maria Santos")
PAOLO = Mention(Account(Platform.TEAMS, "tenant", "29:paolo"), "Paolo <Reyes>")
SOMEBODY = Mention(None, "Ana *Cruz*")
MARKUP = (
    "<!channel> <@U0EVIL> <#C0EVIL> <https://evil.example|click> R&D &amp; *bold* _it_ ~no~ `code` :fire:\n"
    "> quote\n# title\n- item\n1. one\n[a](https://evil.example) {{DATE(2026-01-01T00:00:00Z)}} <at>Boss</at>"
    " first_response"
)
RIGHT_TO_LEFT = "مستوى الخدمة 81.9% \u202eوזמן תגובה\u202c, then English"
WEEKS = (
    "7 Sep",
    "14 Sep",
    "21 Sep",
    "28 Sep",
    "5 Oct",
    "12 Oct",
    "19 Oct",
    "26 Oct",
    "2 Nov",
    "9 Nov",
    "16 Nov",
    "23 Nov",
)
SERVICE = Panel(
    "Service level", "81.9 %", Tone.GOOD, "on target", WEEKS,
    (83.0, 82.1, 84.0, None, 82.2, 81.0, 80.2, 80.9, 82.4, 81.1, 82.2, 81.9),
    target=80.0, target_text="at least 80 %", low=79.8, high=85.2, finding="On target in 10 of 11 reported weeks.",
)  # fmt: skip
ABANDONED = Panel(
    "Abandonment", "6.4 %", Tone.BAD, "off target", WEEKS,
    (4.1, 4.3, 4.0, 4.6, 4.8, 5.2, 5.1, 5.6, 5.9, 6.1, 6.2, 6.4),
    target=5.0, target_text="at most 5 %", low=3.6, high=5.1, finding="Over its target for seven weeks.",
)  # fmt: skip
UNSEEN = Panel("Quality", "", Tone.MISSING, "no data", WEEKS, (None,) * 12, target=92.0, finding="Never reported.")
PICTURE = Picture(
    "Northwind, week of 23 November", (SERVICE, ABANDONED, UNSEEN), "Service level on target, abandonment not."
)
INVITATION = File(
    "weekly-review.ics",
    "text/calendar; method=REQUEST",
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "Invitation to the weekly review",
)
ROWS = (
    MetricRow("Service level", "81.9 %", Tone.GOOD, "on target", "down", "target at least 80 %"),
    MetricRow("Abandonment", "6.4 %", Tone.BAD, "off target", "up", "target at most 5 %"),
    MetricRow("Handle time", "6:52", Tone.WARN, "watch", "flat"),
    MetricRow("Quality", "", Tone.MISSING, "no data"),
    MetricRow("Contacts", "4,210", Tone.PLAIN, ""),
)


def digest() -> AnyCard:
    """What a weekly digest looks like, with every kind of element and span."""
    elements: tuple[Element, ...] = (
        Words((Strong("On target in 1 of 2 metrics."), " Abandonment needs work; ", SOMEBODY, " is on it.")),
        Metrics(ROWS),
        PICTURE,
        Heading("Wins"),
        Listing((("Backlog cleared by ", MARIA), ("Reply ", Code("kudos team"), " to add one")), more=2),
        Heading("Overdue on both sides"),
        Facts((("Owner", (MARIA,)), ("Also", (PAOLO,)), ("Due", (MANILA,)), ("Plan", (Link("Plan 3", "https://a.example/p?x=1&y=2"),)))),
        Quote("We lost two team leads.\nHiring is on.", "Maria Santos"),
        Note(("Next review ", When(AT, "Europe/London", "date"), ".")),
        Note(("Both companies see this.",)),
    )  # fmt: skip
    buttons = (
        Button("issue.report", "Report issue", "p1", "primary"),
        Button("action.done", "Done", "a1"),
        Button("action.done", "Done", "a2"),
        Button("action.drop", "Not doing", "a1", "danger"),
    )
    why = "You are the accountable owner of Northwind."
    return SharedCard(
        "Northwind: on target in 1 of 2 metrics", "Northwind, week 47", Tone.WARN, elements, buttons, why=why
    )


def desk() -> AnyCard:
    """Lines that can be acted on where they stand: with a shape and without, with one button, with three, with none."""
    elements: tuple[Element, ...] = (
        Heading("Needs you"),
        Item((Strong("Northwind"), " lost two team leads"), (Button("issue.show", "Open", "i1"),), Tone.BAD),
        Item(
            ("Send the refund policy, due ", When(AT, "Europe/London", "date")),
            (
                Button("action.done", "Done", "a1", "primary"),
                Button("action.done", "Done with a note", "a1n"),
                Button("action.drop", "Not doing", "a1", "danger"),
            ),
            Tone.WARN,
        ),
        Item(("No figures of last week",), (Button("metrics.form", "Enter", "p1"),), Tone.MISSING),
        Heading("Providers"),
        Item(("Contoso: 5 of 5 on target",), tone=Tone.GOOD),
        Item(("Fabrikam has no review planned",), (Button("review.form", "Plan one", "p3"),)),
        INVITATION,
    )
    return PrivateCard("Three things need you", "Home", elements=elements, buttons=(Button("help.show", "Help"),))


def examples() -> list[AnyCard]:
    """Cards as they are meant to be."""
    options = tuple(Option(f"p{number}", f"Provider {number}") for number in range(3))
    return [
        digest(),
        desk(),
        SharedCard("Nothing overdue. 5 of 5 metrics received."),
        InternalCard("Which provider?", "Which provider?", choose=Choose("provider.chosen", "Provider", options)),
        PrivateCard("Undone.", "Undone", Tone.GOOD, buttons=(Button("undo", "Redo"),)),
    ]


def worst_cases() -> list[AnyCard]:
    """One more than every limit, hostile words, nothing at all."""
    return [
        *(_hostile(words) for words in (MARKUP, RIGHT_TO_LEFT, "x" * 5000, "𐍈" * 4000, "\x00", " ")),
        _busy(),
        _crowded(),
        _empty(),
    ]


def _hostile(words: str) -> AnyCard:
    """The same words in every place a person's words can come to."""
    said: Text = (
        words,
        Strong(words),
        Code(words),
        Mention(None, words),
        Link(words, "javascript:alert(1)"),
        MANILA,
        MARIA,
        PAOLO,
    )
    panel = Panel(words, words, Tone.BAD, words, (words, words), (1.0, None), 2.0, words, finding=words)
    elements: tuple[Element, ...] = (
        Words(said),
        Heading(words),
        Facts(((words, said),) * 3),
        Listing((said,) * 3, more=1),
        Metrics((MetricRow(words, words, Tone.BAD, words, "up", words),) * 7),
        Quote(words, words),
        Note((words,)),
        Note(said),
        Picture(words, (panel,), words),
        Item(said, (Button("act", words, "v"),), Tone.BAD),
        Item((words,), (Button("act", words, "v"),) * 3, Tone.WARN),
        Item((words,), tone=Tone.MISSING),
        File(words, "text/plain", words, words),
    )
    options = (Option("a", words), Option("a", words), Option("b", words))
    buttons = (Button("act", words, "v"), Button("act", words, "v"))
    return SharedCard(f"!{words}", words, Tone.BAD, elements, buttons, Choose("act", words, options), words)


def _busy() -> AnyCard:
    """More lines with buttons than a message has blocks for."""
    three = tuple(Button("act", f"Button {number}", str(number)) for number in range(3))
    lines = tuple(Item((f"line {number} ", Strong("w" * 90)), three[: number % 4], Tone.WARN) for number in range(90))
    return SharedCard("Busy", "Busy", elements=lines, buttons=three)


def _crowded() -> AnyCard:
    """Too many of everything."""
    elements: tuple[Element, ...] = (
        Listing(tuple((f"item {number} " + "y" * 500,) for number in range(60))),
        Facts(tuple((f"fact {number}", ("z" * 300,)) for number in range(40))),
        *(Words((f"paragraph {number} ", Strong("w" * 600))) for number in range(60)),
    )
    buttons = tuple(Button("act", f"Button {number}", str(number)) for number in range(26))
    options = tuple(Option(str(number), "o" * 76) for number in range(101))
    return InternalCard(
        "Too much", "t" * 151, Tone.WARN, elements, buttons, Choose("pick", "p" * 151, options), "r" * 3001
    )


def _empty() -> AnyCard:
    """Elements with nothing in them."""
    nothing: tuple[Element, ...] = (
        Words(()),
        Words(("",)),
        Heading(""),
        Facts(()),
        Listing(()),
        Metrics(()),
        Quote(""),
        Note(()),
        Item(()),
        Item(("",), (Button("act", "", ""),), Tone.GOOD),
        Item((Strong(""),), (Button("act", "", ""),)),
        File("", "", "", ""),
    )
    return SharedCard("Nothing", elements=(*nothing, Picture("", (), "")), choose=Choose("pick", "", ()))
