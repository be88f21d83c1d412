"""Home, and the lists it leads to. Read by one person only; nothing of it is ever posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers.calendar import wall_of, zone
from handlers.catching_up.cards import missed_list
from handlers.home import lines, samples
from handlers.home.page import ROWS, Need, Page
from handlers.home.rules import Standing
from handlers.metrics.weeks import week_label
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Element,
    Facts,
    Heading,
    Item,
    Note,
    PrivateCard,
    Text,
    When,
    Words,
)

NEEDS, NEEDS_PAGE = 5, 10
ROWS_PAGE = ROWS
"""Providers in Home and on a page of the list. With at most five needs of two blocks each the whole stays under the fifty
blocks of a Slack message; a Home may have a hundred."""
MINE = 8
MISSED = 5
STOPPED = timedelta(minutes=2)
"""A clock that ticked longer ago than this stands still: it ticks every second and says so every ten."""
NAMED = 2
"""How many ended providers are named; more are counted."""
RECORDS = 4

REPORT = Button("issue.form", "Report an issue")
ACTIONS = Button("action.list", "My action items")
SET_UP = Button("providers.setup", "Set up a provider")
SETTINGS = Button("reminder.mornings", "My settings")
AWAY = Button("absence.ask", "I am away")
BACK = Button("absence.back", "I am back")
HALF_A_DAY = timedelta(hours=12)
HOME = Button("home.show", "Home")


def home_card(page: Page) -> PrivateCard:
    """The whole of Home."""
    elements = [*_needs(page), *(_providers(page) if page.manages else _mine(page)), *_reviews(page), *_settings(page)]
    elements += _missed(page)
    elements.append(Note((*_checked(page), *_well(page))))
    buttons = (REPORT, ACTIONS, SET_UP, SETTINGS) if page.manages else (REPORT, ACTIONS, SETTINGS)
    return PrivateCard(text=first_line(page), title="Home", elements=tuple(elements), buttons=buttons)


def first_line(page: Page) -> str:
    """What a notification or a screen reader says first."""
    count = len(page.needs)
    needs = (
        f"{count} thing{'' if count == 1 else 's'} need{'s' if count == 1 else ''} you"
        if count
        else "Nothing needs you"
    )
    if page.ended:
        return f"{needs}. No provider is running any more."
    return f"{needs}. {lines.tone_counts(page.standings)}." if page.manages else f"{needs}."


def needs_card(needs: Sequence[Need], start: int) -> PrivateCard:
    """One page of everything that needs somebody."""
    shown = needs[start : start + NEEDS_PAGE]
    text = _range("thing", start, len(shown), len(needs)) if needs else "Nothing needs you."
    elements: tuple[Element, ...] = (Words((text,)), *map(lines.need_item, shown))
    return PrivateCard(text=text, elements=elements, buttons=_turning("home.needs", start, NEEDS_PAGE, len(needs)))


def providers_card(standings: Sequence[Standing], start: int, where: str) -> PrivateCard:
    """One page of all providers, in the order of Home."""
    shown = standings[start : start + ROWS_PAGE]
    text = _range("provider", start, len(shown), len(standings)) if standings else "No provider is set up yet."
    usual = _usual_week(standings)
    items = tuple(lines.provider_item(each, where, usual) for each in shown)
    elements: tuple[Element, ...] = (Words((text,)), *items, *_about_week(usual))
    buttons = _turning("home.providers", start, ROWS_PAGE, len(standings)) if standings else (SET_UP,)
    return PrivateCard(text=text, elements=elements, buttons=buttons)


def provider_card(standing: Standing, issues: Sequence[Need], actions: Sequence[Need], where: str) -> PrivateCard:
    """Everything about one provider: how it stands, what is open there, and where to go on."""
    value = str(standing.row.programme_id)
    text = f"{standing.name}: {standing.word}"
    rows: list[tuple[str, Text]] = [
        (f"Figures, {week_label(standing.week.monday)}", (lines.figures_text(standing.week) or "no metrics chosen",)),
        ("Open issues", (lines.issues_text(standing).removeprefix("open issues: ") or "none",)),
        ("Overdue", (lines.overdue_text(standing).removeprefix("overdue: ") or "nothing on either side",)),
        ("Last heard from", _heard(standing, where)),
        ("Next digest", _next_digest(standing, where)),
    ]
    items = [lines.need_item(each) for each in (*issues[:RECORDS], *actions[:RECORDS])]
    left = max(0, len(issues) - RECORDS) + max(0, len(actions) - RECORDS)
    elements: tuple[Element, ...] = (Facts(tuple(rows)), *items, *([Note((f"And {left} more.",))] if left else ()))
    buttons = (
        Button("metrics.show", "Figures", value),
        Button("digest.preview", "Preview the digest", value),
        Button("issue.form", "Report an issue", value),
        Button("providers.setup", "Set-up", f"programme:{value}"),
        HOME,
    )
    return PrivateCard(text=text, title=text, tone=standing.tone, elements=elements, buttons=buttons)


def _needs(page: Page) -> list[Element]:
    shown, more = page.needs[:NEEDS], len(page.needs) - NEEDS
    elements: list[Element] = [Words((first_line(page),)), Heading("Needs you")]
    elements += [lines.need_item(each) for each in shown] or [Words(("Nothing. Enjoy the quiet.",))]
    if more > 0:
        elements.append(Item((f"And {more} more.",), (Button("home.needs", "Show all", "0"),)))
    return elements


def _providers(page: Page) -> list[Element]:
    if not page.standings:
        return [Heading("Providers"), Words((_no_provider(page),))]
    usual = _usual_week(page.standings)
    shown, left = page.standings[:ROWS], page.standings[ROWS:]
    elements: list[Element] = [Heading("Providers"), *_about_week(usual)]
    elements += [lines.provider_item(each, page.zone, usual) for each in shown]
    if left:
        fine = sum(each.fine for each in left)
        said = f"{len(left)} more" + (" are fine" if fine == len(left) else f", of which {fine} are fine")
        elements.append(Item((f"{said}.",), (Button("home.providers", "Show more", str(ROWS)),)))
    return elements


def _no_provider(page: Page) -> str:
    """Nothing is set up, or all contracts are over; either way how to begin."""
    if not page.ended:
        return "No provider is set up yet. Four short forms, a few minutes."
    whose = f"{len(page.ended)} providers" if len(page.ended) > NAMED else " and ".join(map(lines.cut, page.ended))
    over = "The contract" if len(page.ended) == 1 else "The contracts"
    said = f"{over} with {whose} {'has' if len(page.ended) == 1 else 'have'} ended; everything stays readable."
    return f"{said} To begin with another provider: four short forms, a few minutes."


def _mine(page: Page) -> list[Element]:
    """What somebody who does not manage wants to see: their own, and how to answer."""
    shown, more = page.mine[:MINE], len(page.mine) - MINE
    elements: list[Element] = [Heading("Yours")]
    elements += [lines.need_item(each) for each in shown] or [Words(("Nothing else of yours is open.",))]
    if more > 0:
        elements.append(Item((f"And {more} more.",), (ACTIONS,)))
    return [*elements, Note(lines.replies_line())]


def _reviews(page: Page) -> list[Element]:
    if not page.reviews:
        return []
    return [Heading("Next reviews"), *(lines.review_item(each, page.zone) for each in page.reviews)]


def _settings(page: Page) -> list[Element]:
    if page.settings is None:
        return []
    away = Item(("Away for some days? Your deputy gets the reminders.",), (AWAY,))
    if page.settings.away is not None and page.settings.away[0] <= wall_of(page.now, zone(page.zone)).date():
        away = Item(("You are away now; your deputy gets the reminders.",), (BACK,))
    return [Heading("Settings"), Facts(lines.setting_rows(page.settings, page)), away]


def _checked(page: Page) -> Text:
    if page.checked is None:
        return ("As of ", When(page.now, page.zone), ".")
    return ("Checked ", When(page.checked, page.zone, "time" if _same_day(page) else "datetime"), ".")


def _missed(page: Page) -> list[Element]:
    """What a rest of the bot cost, for a week."""
    if not page.missed:
        return []
    shown, more = page.missed[-MISSED:], len(page.missed) - MISSED
    listed = missed_list(reversed(shown), page.zone)
    return [Heading("Missed while I was away"), replace(listed, more=max(0, more))]


def _well(page: Page) -> Text:
    """Whether the bot looks for what is due, and for a day after a rest that there was one."""
    said: Text = ()
    if page.ticked is not None and page.now - page.ticked > STOPPED:
        stands = ": what is due comes late. Whoever runs me finds the reason at /healthz."
        said = (" I last looked for what is due ", When(page.ticked, page.zone), stands)
    elif page.ticked is not None:
        said = (" I am running.",)
    if page.gap is None:
        return said
    since, until = When(page.gap.since, page.zone), When(page.gap.until, page.zone)
    return (*said, " I was not running from ", since, " to ", until, ".")


def _same_day(page: Page) -> bool:
    return page.checked is not None and page.now - page.checked < HALF_A_DAY


def _usual_week(standings: Sequence[Standing]) -> date | None:
    """The week most of the figures are of."""
    weeks = Counter(each.week.monday for each in standings if each.week.score.expected and each.row.state == "active")
    return weeks.most_common(1)[0][0] if weeks else None


def _about_week(usual: date | None) -> list[Element]:
    return [] if usual is None else [Note((f"Figures of the week {week_label(usual)}, where no other is named.",))]


def _heard(standing: Standing, where: str) -> Text:
    heard = standing.row.heard_at
    quiet = f", quiet for {standing.quiet} working days" if standing.too_quiet and standing.quiet is not None else ""
    return ("not yet" + quiet,) if heard is None else (When(heard, where, "date"), quiet)


def _next_digest(standing: Standing, where: str) -> Text:
    if standing.row.paused == "yes":
        return ("paused",)
    return ("not planned",) if standing.row.digest_at is None else (When(standing.row.digest_at, where),)


def _range(what: str, start: int, shown: int, count: int) -> str:
    if not shown:
        return f"There are only {count}."
    many = what if count == 1 else f"{what}s"
    return f"{start + 1} to {start + shown} of {count} {many}:" if count > shown else f"{count} {many}:"


def _turning(action: str, start: int, size: int, count: int) -> tuple[Button, ...]:
    back = (Button(action, "Back", str(max(0, start - size))),) if start else ()
    on = (Button(action, "Next", str(start + size)),) if start + size < count else ()
    return (*back, *on, HOME)


def examples() -> list[AnyCard]:
    """One of each, as they usually look."""
    shown, waiting = samples.standings(), samples.needs()
    return [
        home_card(samples.page(shown, waiting)),
        home_card(samples.own_page()),
        needs_card(waiting, 0),
        providers_card(shown, 0, samples.ZONE),
        provider_card(shown[0], waiting[:1], waiting[1:2], samples.ZONE),
        home_card(samples.after_a_gap(shown, waiting)),
    ]


def worst_cases() -> list[AnyCard]:
    """Two hundred providers, markup and right-to-left in every name and title, and nothing at all."""
    cards: list[AnyCard] = [home_card(samples.page([], [], checked=False))]
    for name in ("N" * 300, "<!channel> & *bold* `code` <@U1>", "\u05e1\u05e4\u05e7 \u05e9\u05d9\u05e8\u05d5\u05ea"):
        crowd, waiting = samples.standings(name) * 50, samples.needs(name, 62)
        cards += [home_card(samples.page(crowd, waiting)), home_card(samples.own_page(name, 40))]
        cards += [needs_card(waiting, 10), needs_card(waiting, 70), providers_card(crowd, 30, samples.ZONE)]
        cards.append(provider_card(crowd[0], waiting[:9], waiting[9:20], samples.ZONE))
        cards.append(home_card(samples.after_a_gap(crowd, waiting, name, 20)))
    return cards
