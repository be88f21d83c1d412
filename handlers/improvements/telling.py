"""The lines of a plan's story: what both sides are told when it changes."""

from __future__ import annotations

from babel.lists import format_list

from handlers.improvements import rules, terms
from handlers.improvements.content import HOLD, TARGET, Content
from handlers.improvements.progress import Progress
from handlers.improvements.standing import Standing
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Button, Code, Span, Text
from handlers.vocabulary.route import Asker


def word_buttons(standing: Standing) -> tuple[Button, ...]:
    """Agree and Not yet, under a line that asks for a word."""
    return (terms.agree_button(standing), terms.not_yet_button(standing))


def to(standing: Standing, *sides: Side) -> Text:
    """Those who answer for these sides, notified; nobody while only one company sees it."""
    people = [] if standing.internal else [standing.accountable[side] for side in sides]
    said: list[Span] = []
    for person in people:
        if person is not None:
            said += [standing.mention(person), ", "]
    return tuple(said)


def edited(standing: Standing, asker: Asker, parts: list[str]) -> Text:
    """What was changed, by whom, and whose word it needs."""
    plan, waiting = standing.plan, standing.waiting_for
    listed = format_list(parts, locale="en_GB")
    both = "Both sides have to say yes again" if len(waiting) == len(Side) else "It needs your yes again"
    said: Text = (*to(standing, *waiting), f"{asker.name} changed plan {plan.number}: {listed}")
    return (*said, f". {both}: reply ", Code("agree"), " or ", Code("not yet: why"), ".")


def told_parts(progress: Progress | None, was: Content, now: Content, parts: list[str]) -> list[str]:
    """The same parts; where a number is all that changed, with what it was and is."""
    if progress is not None and was.target is not None and now.target is not None:
        told = f"{TARGET} from {progress.short(was.target)} to {progress.short(now.target)}"
        parts = [told if part == TARGET else part for part in parts]
    hold = f"{HOLD} from {was.hold_periods} to {now.hold_periods}"
    return [hold if part == HOLD else part for part in parts]


def agreed(standing: Standing, asker: Asker) -> Text:
    """One word, or both: then until when it runs."""
    plan, waiting = standing.plan, standing.waiting_for
    if waiting:
        return (*to(standing, *waiting), f"{asker.name} agreed to plan {plan.number}. It waits for your yes.")
    progress = standing.progress
    when = "both sides say that it is done" if progress is None else f"the figure {until(standing)}"
    return (f"Both sides agreed to plan {plan.number}. It runs from today and closes when {when}.",)


def until(standing: Standing) -> str:
    """What closes it: "has been at least 80 % for 4 weeks in a row"."""
    progress = standing.progress
    assert progress is not None
    return f"has been {progress.wanted} for {progress.needed_text}"


def closed(standing: Standing, asker: Asker | None) -> Text:
    """That it is over, with the figures that closed it."""
    plan, progress = standing.plan, standing.progress
    if not plan.metric or progress is None:
        return (f"Plan {plan.number} is closed: both sides say it is done. Thank you, both.",)
    counted = [each for each in progress.counted if each.met is not None][-progress.needed :]
    values = ", ".join(progress.shown(each.value) for each in counted)
    most = max(progress.needed, rules.FEWEST_WATCHED)
    watched = f"{most} {progress.steps(most)}"
    by = "" if asker is None else f" {asker.name} closed it."
    return (
        f"Plan {plan.number} is closed: {progress.metric.name} {until(standing)} ({values}).{by} Well done, both. "
        f"If it misses two {progress.steps(2)} in a row within the next {watched}, the plan opens by itself.",
    )
