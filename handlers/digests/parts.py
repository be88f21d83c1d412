"""What a digest is made of, whoever reads it: the week's rows, wins, what needs work, what is late, reviews and plans."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.digests import acting, rules
from handlers.digests.week import Digest, Overdue
from handlers.metrics.rules import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import (
    Button,
    Element,
    Heading,
    Listing,
    MetricRow,
    Metrics,
    Note,
    Picture,
    Strong,
    Text,
    Tone,
    When,
    Words,
)

MOST_LINES = 5


def text(digest: Digest, overdue: Sequence[Overdue]) -> str:
    """What a notification shows."""
    rest = quiet(digest, overdue)
    first = rules.first_line(digest, overdue)
    return f"{first} {rest}" if rest else first


def quiet(digest: Digest, overdue: Sequence[Overdue]) -> str:
    """The whole truth of a quiet week in one line."""
    whole = digest.states and digest.received == len(digest.states)
    return (
        f"Nothing overdue. {digest.received} of {len(digest.states)} metrics received." if whole and not overdue else ""
    )


def tone(digest: Digest) -> Tone:
    """How the week stands as a whole."""
    if not digest.received:
        return Tone.MISSING
    off = any(state.standing is Standing.OFF_TARGET for state in digest.states)
    gone = digest.score.missing
    return Tone.BAD if off else Tone.WARN if gone or digest.overdue else Tone.GOOD


def week(
    digest: Digest, rows: Sequence[MetricRow], overdue: Sequence[Overdue], picture: Picture | None
) -> list[Element]:
    """The week from its headline to its reviews; ``overdue`` is what its readers may know of."""
    elements: list[Element] = []
    elements += [Note((line,)) for line in (_fell_out(digest), digest.moment.gap) if line]
    said = rules.headline(digest, overdue)
    elements.append(Words((Strong(said[:1].upper() + said[1:]),)))
    if rows:
        elements.append(Metrics(tuple(rows)))
        elements += [] if picture is None else [picture]
    else:
        elements.append(
            Words(("A manager chooses up to seven key metrics in the set-up; until then this stays short.",))
        )
    acted = acting.acted_on(digest)
    elements += [Heading("Wins"), _list(wins(digest))]
    elements += [Heading("Needs work"), _list(needs_work(digest)), *([Words((acted,))] if acted else [])]
    elements += [Heading("Overdue"), overdue_list(digest, overdue)]
    ahead = plans_and_reviews(digest)
    return [*elements, Heading("Reviews and plans"), _list(ahead)] if ahead else elements


def wins(digest: Digest) -> list[Text]:
    """What went well: kudos first, then what the figures and the records tell."""
    return [*digest.kudos, *((line,) for line in rules.wins(digest.states, digest.closed))]


def needs_work(digest: Digest) -> list[Text]:
    """What is off target or missing."""
    return [(line,) for line in rules.needs_work(digest)]


def plans_and_reviews(digest: Digest) -> list[Text]:
    """The next review first, then what became of the week's, then the plans."""
    ahead: list[Text] = [(Strong("Next review: "), digest.next_review)] if digest.next_review else []
    return [*ahead, *((line,) for line in (*digest.reviews, *digest.plans))]


def left_over(digest: Digest) -> list[tuple[str, list[Text]]]:
    """The lists that are longer than the digest shows, whole, by their heading: for its thread."""
    late: list[Text] = [(each.words,) for each in digest.overdue]
    whole = [("Wins", wins(digest)), ("Needs work", needs_work(digest)), ("Overdue", late)]
    whole.append(("Reviews and plans", plans_and_reviews(digest)))
    return [(heading, lines) for heading, lines in whole if len(lines) > MOST_LINES]


def _fell_out(digest: Digest) -> str:
    """What this digest stands for besides its own week. Why it is late is said by the message itself."""
    gone = digest.moment.skipped
    return f"{gone} earlier digest{'s' if gone > 1 else ''} fell out." if gone else ""


def _list(lines: Sequence[Text]) -> Element:
    if not lines:
        return Words((rules.NOTHING,))
    return Listing(tuple(lines[:MOST_LINES]), more=max(0, len(lines) - MOST_LINES))


def overdue_list(digest: Digest, overdue: Sequence[Overdue]) -> Element:
    """What is late. Both sides by name, lateness of the client as plainly as the provider's."""
    if not overdue:
        return Words((quiet(digest, overdue) or "Nothing overdue.",))
    lines: list[Text] = []
    more = 0
    for side, name in ((Side.PROVIDER, digest.provider), (Side.CLIENT, digest.client)):
        theirs = [each for each in overdue if each.side is side]
        more += max(0, len(theirs) - MOST_LINES)
        lines += [(Strong(f"{name}: "), each.words) for each in theirs[:MOST_LINES]] or [
            (Strong(f"{name}: "), "nothing overdue")
        ]
    return Listing(tuple(lines), more=more)


def end(digest: Digest) -> list[Element]:
    """When the next one comes."""
    return [Note(("Next digest: ", When(digest.next_at, digest.anchor), "."))]


def buttons(digest: Digest) -> tuple[Button, ...]:
    """What both companies may press: figures to enter while some are missing."""
    if not digest.states or digest.received == len(digest.states):
        return ()
    return (Button("metrics.form", "Enter figures", f"{digest.programme_id}:{digest.week.isoformat()}"),)
