"""What is answered to figures: the echo of what was read, and single lines in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from handlers.metrics.metric import Metric
from handlers.metrics.said import Unread, short_of
from handlers.metrics.weeks import week_label
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    Element,
    InternalCard,
    Mention,
    PrivateCard,
    SharedCard,
    Span,
    Text,
    Tone,
    Words,
)

VOLUME = "metrics.volume"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure that was read. ``before`` is the value it replaced; ``bare`` that its volume is not known; ``known``
    that it says what was kept already; ``extra`` that it is no key metric here."""

    metric: Metric
    value: str
    before: str = ""
    bare: bool = False
    known: bool = False
    extra: bool = False

    @property
    def words(self) -> str:
        """As said in the thread."""
        notes = [
            f"was {self.before}, both are kept" if self.before else "",
            "as before" if self.known else "",
            "kept, not a key metric here" if self.extra else "",
        ]
        beside = "; ".join(note for note in notes if note)
        return f"{self.metric.name} {self.value}" + (f" ({beside})" if beside else "")


@dataclass(frozen=True, slots=True)
class Echo:
    """What is answered to figures."""

    week: date
    lines: tuple[Line, ...]
    unread: tuple[Unread, ...]
    absent: tuple[Metric, ...]
    refused: tuple[str, ...]
    missing: tuple[Metric, ...]
    ask_volume: bool


def echo_elements(echo: Echo) -> tuple[str, tuple[Element, ...]]:
    """The fallback text and the elements of the answer to figures."""
    read = ", ".join(line.words for line in echo.lines)
    first = f"Read for {week_label(echo.week)}: {read}." if read else "I kept nothing from that."
    rest: list[Text] = [
        (f"I could not read \u201c{each.name} {each.typed}\u201d: {each.question}",) for each in echo.unread
    ]
    rest += [(f"{each}.",) for each in echo.refused]
    if echo.absent:
        rest.append((f"No figure this week: {', '.join(metric.name for metric in echo.absent)}.",))
    if echo.lines and echo.missing:
        rest.append((f"Still missing: {', '.join(short_of(metric) for metric in echo.missing)}.",))
    if echo.ask_volume:
        rest.append(
            ("Figures without their counts are marked \u201cpercentage only\u201d or \u201caverage only\u201d.",)
        )
        rest.append(("How many contacts was that about in a week? I ask this once; for example ", Code("5,200")))
    text = " ".join([first, *("".join(_plain(span) for span in line) for line in rest)])
    return text, (Words((first,)), *(Words(line) for line in rest))


def _plain(span: Span) -> str:
    return span if isinstance(span, str) else getattr(span, "text", "")


def echo_card(kind: type[SharedCard] | type[InternalCard] | type[PrivateCard], echo: Echo) -> AnyCard:
    """The answer to figures, for those who read the place it is said in."""
    text, elements = echo_elements(echo)
    return kind(text, tone=Tone.WARN if echo.unread or echo.refused else Tone.PLAIN, elements=elements)


def alone_card(echo: Echo, programme_id: int) -> PrivateCard:
    """The answer to figures, for whoever told them alone: there a reply has no thread, so the question has a button."""
    text, elements = echo_elements(echo)
    tone = Tone.WARN if echo.unread or echo.refused else Tone.PLAIN
    ask = (Button(VOLUME, "Say how many", str(programme_id)),) if echo.ask_volume else ()
    return PrivateCard(text, tone=tone, elements=elements, buttons=ask)


def thanks_for_volume(volume: Decimal | float) -> str:
    """What is answered to how many contacts there are in a week."""
    return f"Thank you: about {volume:,.0f} contacts a week, until you tell me otherwise."


def line_card(kind: type[SharedCard] | type[InternalCard] | type[PrivateCard], *spans: Span) -> AnyCard:
    """One line in a thread."""
    text = "".join(span.name if isinstance(span, Mention) else _plain(span) for span in spans)
    return kind(text, elements=(Words(spans),))
