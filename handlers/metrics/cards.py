"""What is said about figures: the request, what was read, the table, and where a figure came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from handlers.metrics import answers
from handlers.metrics.formulas import spoken
from handlers.metrics.keeping import catalogue
from handlers.metrics.metric import Metric, Target
from handlers.metrics.said import Unread, example_reply, short_of
from handlers.metrics.target_cards import entered_card, targets_card
from handlers.metrics.weeks import week_label
from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Choose,
    Code,
    Element,
    Facts,
    Field,
    Form,
    Listing,
    Mention,
    MetricRow,
    Metrics,
    Note,
    Option,
    PrivateCard,
    SharedCard,
    Text,
    Tone,
    When,
    Words,
)

MOST_INPUTS = 5
BOTH = "both companies"


@dataclass(frozen=True, slots=True)
class Request:
    """What a request for figures says. ``asked`` is who is asked, if anybody is accountable; ``when`` the pattern."""

    provider: str
    programme_id: int
    week: date
    missing: tuple[Metric, ...]
    expected: int
    asked: Mention | None
    when: str

    @property
    def received(self) -> int:
        """How many figures of the week are there."""
        return self.expected - len(self.missing)


def request_card(request: Request) -> SharedCard:
    """Asks for what is missing of a week; once something came, says how many and what is still missing."""
    label = week_label(request.week)
    why = f"Figures that are missing are asked for once a week, {request.when.capitalize()}, on the provider's clock."
    if not request.missing:
        text = f"{request.received} of {request.expected} figures received for {label}. Thank you."
        return SharedCard(text, f"Figures for {label}", Tone.GOOD, (Words((text,)),), why=why)
    count = f"{request.received} of {request.expected} received" if request.received else _figures(request.expected)
    text = f"{request.provider}, figures for {label}: {count}. Reply here, for example {example_reply(request.missing)}"
    to: Text = (request.asked, ", ") if request.asked else ()
    still = "still missing" if request.received else "please send"
    elements: tuple[Element, ...] = (
        Words((*to, f"{count}; {still}:" if request.received else f"please send {count} for {label}:")),
        Listing(tuple((f"{metric.name} ({short_of(metric)})",) for metric in request.missing)),
        Words(("Reply in this thread, for example ", Code(example_reply(request.missing)))),
        Note(("Several can go in one reply, and a later reply corrects: ", Code(_correction(request.missing[0])))),
    )
    button = Button("metrics.form", "Enter figures", f"{request.programme_id}:{request.week.isoformat()}")
    return SharedCard(text, f"Figures for {label}", Tone.PLAIN, elements, (button,), why=why)


def _figures(count: int) -> str:
    return "1 figure" if count == 1 else f"{count} figures"


def _correction(metric: Metric) -> str:
    return f"oops {example_reply((metric,))}"


# --- the table ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """The state of a programme's figures for one week."""

    provider: str
    programme_id: int
    week: date
    rows: tuple[MetricRow, ...]
    metrics: tuple[Metric, ...]
    received: int


def table_card(table: Table) -> PrivateCard:
    """How the last whole week stands, with the way to enter figures and to see where they came from."""
    label = week_label(table.week)
    value = f"{table.programme_id}:{table.week.isoformat()}"
    if not table.rows:
        text = f"{table.provider}: no key metrics are chosen yet. A manager chooses them in the set-up."
        return PrivateCard(text, "Figures", Tone.MISSING, (Words((text,)),))
    text = f"{table.provider}, {label}: {table.received} of {len(table.rows)} figures received."
    options = tuple(Option(f"{value}:{metric.id}", metric.name) for metric in table.metrics)
    example = example_reply(table.metrics)
    return PrivateCard(
        text,
        f"{table.provider}, {label}",
        elements=(Words((text,)), Metrics(table.rows), Note(("Or type ", Code(f"metrics {example}")))),
        buttons=(
            Button("metrics.form", "Enter figures", value, "primary"),
            Button("metrics.show", "Targets", "target"),
        ),
        choose=Choose("metrics.why", "Show where a figure came from", options),
    )


# --- where a figure came from ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Origin:
    """One figure as it was given: by whom, how, when, and whether it still counts."""

    value: str
    counts: str
    by: str
    how: str
    at: datetime
    zone: str
    in_force: bool
    challenged: bool
    queue: str = ""


def why_card(metric: Metric, definition: str, week: date, origins: Sequence[Origin]) -> PrivateCard:
    """Where the figures of a metric for a week came from, oldest first, with what was replaced."""
    label = week_label(week)
    if not origins:
        text = f"{metric.name}, {label}: no figure was given yet."
        return PrivateCard(text, metric.name, Tone.MISSING, (Words((text,)),))
    last = next((each for each in reversed(origins) if each.in_force), origins[-1])
    text = f"{metric.name}, {label}: {last.value}, {last.how} by {last.by}."
    rows = tuple((f"{each.value}{_state(each)}", _given(each)) for each in origins)
    about = Facts((("How it is computed", (spoken(definition or metric.definition),)),))
    return PrivateCard(text, f"{metric.name}, {label}", elements=(Facts(rows), about))


def _state(origin: Origin) -> str:
    if not origin.in_force:
        return " (replaced)"
    return " (challenged)" if origin.challenged else ""


def _given(origin: Origin) -> Text:
    counts = f"{origin.counts}; " if origin.counts else ""
    queue = f"{origin.queue}; " if origin.queue else ""
    return (f"{queue}{counts}{origin.how} by {origin.by}, ", When(origin.at, origin.zone))


# --- the form ----------------------------------------------------------------------------------------------------------


def figures_form(
    provider: str,
    programme_id: int,
    week: date,
    metrics: Sequence[tuple[Metric, str]],
    *,
    definitions: Mapping[str, str] | None = None,
    left_out: int = 0,
) -> Form:
    """Enter figures of one week; each metric with the value it has already. ``definitions`` are the programme's own, by
    metric."""
    agreed = definitions or {}
    hints = {each.id: spoken(agreed.get(each.id) or each.definition) for each, _ in metrics}
    fields = tuple(
        Field(metric.id, metric.name, hint=f"{hints[metric.id]}. For example {example_reply((metric,))}", required=False,
              initial=value, longest=60)
        for metric, value in metrics[:MOST_INPUTS]
    )  # fmt: skip
    more = f" {left_out} more after these." if left_out else ""
    return Form(
        action="metrics.enter",
        title="Enter figures",
        submit="Keep figures",
        fields=fields,
        visible_to=BOTH,
        intro=f"{provider}, {week_label(week)}, Monday to Sunday. Leave empty what you do not have; empty is not zero.{more}",
        hidden=f"{programme_id}:{week.isoformat()}",
    )


def volume_form(provider: str, programme_id: int) -> Form:
    """How many contacts there are in a week."""
    hint = "Used where a percentage comes without its counts. For example 5,200"
    return Form(
        action="metrics.volume_told",
        title="Contacts in a week",
        submit="Keep it",
        fields=(Field("volume", "About how many", hint=hint, longest=60),),
        visible_to=BOTH,
        intro=f"{provider}, in a usual week.",
        hidden=str(programme_id),
    )


# --- examples ----------------------------------------------------------------------------------------------------------

LONG = "an exceedingly long name that somebody typed " * 12
MARKUP = "<!channel> *bold* _it_ `code` [a](https://example.org) & <@U1>"
RIGHT_TO_LEFT = "\u0645\u0633\u062a\u0648\u0649 \u202e81.9% <\u202c"


def examples() -> list[AnyCard]:
    """Cards as they are meant to be."""
    known = catalogue().metrics
    week = date(2026, 3, 2)
    level, time, quality = known["service_level"], known["handle_time"], known["quality"]
    jo = Mention(Account(Platform.SLACK, "T0NORTHWIND", "U0JO"), "Jo Santos")
    fresh = Request("Northwind Manila", 3, week, (level, time, quality), 3, jo, "tue 10:00")
    lines = (
        answers.Line(level, "82.0 %", bare=True),
        answers.Line(time, "6:25", before="6:52"),
        answers.Line(quality, "91.0 %", known=True),
    )
    unread = (Unread("QA", "good", "a number such as 91?"),)
    at = datetime(2026, 3, 10, 2, 5, tzinfo=UTC)
    origin = Origin("82.0 %", "4,182 of 5,100", "Jo Santos", "reply", at, "Asia/Manila", True, False)
    rows = (MetricRow("Service level", "82.0 %", Tone.BAD, "Off target", "down", "target at least 85 %"),)
    return [
        request_card(fresh),
        request_card(Request("Northwind Manila", 3, week, (quality,), 3, jo, "tue 10:00")),
        request_card(Request("Northwind Manila", 3, week, (), 3, jo, "tue 10:00")),
        answers.echo_card(SharedCard, answers.Echo(week, lines, unread, (), (), (quality,), True)),
        table_card(Table("Northwind Manila", 3, week, rows, (level,), 1)),
        why_card(level, level.definition, week, (origin,)),
        targets_card(
            "Northwind Manila",
            [
                (level, Target(at=Decimal(80)), week),
                (time, Target(low=Decimal(360), high=Decimal(420)), week),
                (quality, None, None),
            ],
            "metrics target QA 95 %",
        ),
        entered_card("Service level: the target is at least 80 %, from this week on"),
    ]


def worst_cases() -> list[AnyCard]:
    """Cards at and beyond the limits, with markup and right-to-left words."""
    known = tuple(catalogue().metrics.values())
    week = date(2026, 12, 28)
    nasty = [LONG, MARKUP, RIGHT_TO_LEFT]
    unread = tuple(Unread(words, words, words) for words in nasty * 10)
    lines = tuple(answers.Line(metric, "82.0 %", "1", True, False, True) for metric in known)
    at = datetime(2026, 3, 10, 2, 5, tzinfo=UTC)
    origins = [Origin(words, words, words, "reply", at, "Asia/Manila", True, True, words) for words in nasty * 20]
    rows = tuple(MetricRow(words, words, Tone.BAD, words, "down", words) for words in (*nasty, *nasty, "8"))
    return [
        *(request_card(Request(words, 3, week, known, len(known), Mention(None, words), words)) for words in nasty),
        answers.echo_card(SharedCard, answers.Echo(week, lines, unread, known, tuple(nasty), known, True)),
        table_card(Table(MARKUP, 3, week, rows, known, 1)),
        table_card(Table(RIGHT_TO_LEFT, 3, week, (), (), 0)),
        why_card(known[0], MARKUP, week, origins),
        why_card(known[0], "", week, ()),
        answers.line_card(SharedCard, Mention(None, MARKUP), LONG),
        targets_card(LONG, [(metric, Target(at=Decimal(80)), week) for metric in known], MARKUP),
        entered_card(LONG),
    ]
