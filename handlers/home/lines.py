"""One line each: a need, a provider, a review, a setting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.calendar import day_text, wall_of, zone
from handlers.home.page import Coming, Need, Page, Settings
from handlers.home.rules import UNMEASURED, Standing
from handlers.home.week import Week
from handlers.metrics.score import rest_text, score_text
from handlers.metrics.weeks import short_label
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Code, Item, Span, Strong, Text, Tone, When

DIGESTS = 3
LONGEST_NAME = 80
"""A longer name is cut: a line has other things to say."""


def need_item(need: Need) -> Item:
    """A need with its buttons."""
    return Item(_shortened(need.text), need.buttons, need.tone)


def provider_item(standing: Standing, where: str, usual: date | None) -> Item:
    """How a provider stands. ``usual`` is the week whose figures the list is about; another one is named."""
    head: tuple[Span, ...] = (Strong(cut(standing.name)), f": {standing.word}")
    parts = [*_figures(standing, usual), *_records(standing)]
    said: tuple[Span, ...] = (*head, f"; {'; '.join(parts)}" if parts else "", *_contact(standing, where))
    return Item((*said, *_digest(standing, where), "."), (open_button(standing),), standing.tone)


def open_button(standing: Standing) -> Button:
    """Leads to everything about one provider."""
    return Button("home.provider", "Open", str(standing.row.programme_id))


def figures_text(week: Week) -> str:
    """ "4 of 5 on target, 1 missing", in the words of the digest of that week; "" where no metric is chosen."""
    if not week.score.expected:
        return ""
    return ", ".join(part for part in (score_text(week.score), rest_text(week.score)) if part)


def issues_text(standing: Standing) -> str:
    """ "open issues: 1 of severity 1, 2 of severity 3"."""
    counted = ", ".join(f"{count} of severity {severity}" for severity, count in standing.issues.items())
    return f"open issues: {counted}" if counted else ""


def overdue_text(standing: Standing) -> str:
    """ "overdue: 2 with them, 1 with us"; both sides always stand side by side."""
    theirs, ours = standing.overdue[Side.PROVIDER], standing.overdue[Side.CLIENT]
    return f"overdue: {theirs} with them, {ours} with us" if theirs or ours else ""


def review_item(coming: Coming, where: str) -> Item:
    """A review with its moment in the reader's zone."""
    of = f", {cut(coming.name)}" if coming.name else ""
    when: Text = (": under way",) if coming.under_way else (": ", When(coming.at, where))
    if coming.late:
        when = (*when, ", not begun yet")
    agenda = Button("review.agenda.show", "Agenda", str(coming.review_id))
    return Item((Strong(f"{cut(coming.series)}{of}"), *when), (agenda,))


def setting_rows(settings: Settings, page: Page) -> tuple[tuple[str, Text], ...]:
    """What one has set."""
    rows: list[tuple[str, Text]] = [("My morning", (f"{settings.morning} ({settings.zone})",))]
    if page.manages:
        rows.append(("Daily pulse", ("on, when something changed" if settings.pulse else "off",)))
        rows.append(("Weekly digests", (_digests(settings),)))
    rows.append(("Away", (_away(settings, wall_of(page.now, zone(page.zone)).date()),)))
    return tuple(rows)


def replies_line() -> Text:
    """How to answer without any command."""
    return (
        "In a thread a plain reply is enough: ",
        Code("ack"),
        ", ",
        Code("done sent today"),
        ", ",
        Code("blocked: we need the policy"),
        ", ",
        Code("due friday"),
        ", ",
        Code("SL 82%"),
        ".",
    )


def cut(text: str) -> str:
    """A name that fits into a line."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def _figures(standing: Standing, usual: date | None) -> list[str]:
    if standing.row.state != "active" or not standing.week.score.expected:
        return []
    other = "" if standing.week.monday == usual else f" ({short_label(standing.week.monday)})"
    return [f"{figures_text(standing.week)}{other}"]


def _records(standing: Standing) -> list[str]:
    return [part for part in (issues_text(standing), overdue_text(standing)) if part]


def _contact(standing: Standing, where: str) -> Text:
    """When something was last heard, and since how long nothing."""
    if standing.row.state != "active":
        return ()
    heard = standing.row.heard_at
    last: Text = ("; not heard from yet",) if heard is None else ("; last heard from ", When(heard, where, "date"))
    if not standing.too_quiet or standing.quiet is None:
        return last
    return (*last, f", quiet for {standing.quiet} working days")


def _digest(standing: Standing, where: str) -> Text:
    if standing.row.state != "active":
        return ()
    if standing.row.paused == "yes":
        return ("; digest paused",)
    return () if standing.row.digest_at is None else ("; next digest ", When(standing.row.digest_at, where))


def _digests(settings: Settings) -> str:
    shown = [f"{moment}: {_providers(count)}" for moment, count in settings.digests[:DIGESTS]]
    more = sum(count for _, count in settings.digests[DIGESTS:])
    shown += [f"at other times: {_providers(more)}"] if more else []
    shown += [f"paused: {_providers(settings.paused)}"] if settings.paused else []
    return "; ".join(shown) or "none"


def _providers(count: int) -> str:
    return f"{count} provider{'' if count == 1 else 's'}"


def _away(settings: Settings, today: date) -> str:
    if settings.away is None:
        return "no"
    first, last = settings.away
    until = f"until {day_text(last, today)}"
    return until if first <= today else f"from {day_text(first, today)} {until}"


def _shortened(text: Text) -> Text:
    """People's titles may be long; a line is not."""
    longest = 2 * LONGEST_NAME
    return tuple(f"{span[: longest - 1]}…" if isinstance(span, str) and len(span) > longest else span for span in text)


def tone_counts(standings: Sequence[Standing]) -> str:
    """ "2 of 12 providers need a look", "All 12 providers are fine", or how the only one stands."""
    running = [each for each in standings if each.row.state == "active"]
    if len(running) == 1:
        return f"{cut(running[0].name)}: {running[0].word}"
    look = sum(each.tone in (Tone.BAD, Tone.WARN) for each in running)
    new = sum(each.word == UNMEASURED for each in running)
    grey = sum(each.tone is Tone.MISSING for each in running) - new
    if not running:
        return "No provider is running yet"
    parts = [f"{look} of {_providers(len(running))} need{'s' if look == 1 else ''} a look"] if look else []
    parts += [f"{_providers(grey)} {'has' if grey == 1 else 'have'} figures missing"] if grey else []
    parts += [f"{_providers(new)} {'is' if new == 1 else 'are'} {UNMEASURED}"] if new else []
    return ", ".join(parts) or f"All {len(running)} providers are fine"
