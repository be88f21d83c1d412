"""A plan's figure as a chart: the last periods against the target."""

from __future__ import annotations

from datetime import date

from handlers.improvements.progress import SHOWN, Progress
from handlers.metrics.rules import Step
from handlers.vocabulary.outgoing import Panel, Picture, Tone

FEWEST = 2
"""Known values under which a chart shows nothing that the card does not say."""
TONES = {True: Tone.GOOD, False: Tone.BAD, None: Tone.MISSING}
WORDS = {True: "On target", False: "Off target", None: "No data"}


def picture_of(progress: Progress) -> Picture | None:
    """The last twelve periods of a plan's metric; None while there is too little to show."""
    periods = progress.periods[-SHOWN:]
    if sum(each.value is not None for each in periods) < FEWEST:
        return None
    latest, target = periods[-1], progress.target
    shown = progress.shown(latest.value) if latest.value is not None else ""
    panel = Panel(
        name=progress.metric.name,
        value=shown,
        tone=TONES[latest.met],
        word=WORDS[latest.met],
        labels=tuple(_label(each.start, progress.step) for each in periods),
        values=tuple(each.value for each in periods),
        target=None if target is None or target.at is None else float(target.at),
        target_text=progress.wanted,
        finding=f"It {progress.held_text}." if progress.since is not None else "",
    )
    steps = progress.step.plural
    alt = f"The last {len(periods)} {steps} of {progress.metric.name}, target {progress.wanted}. Now {shown or 'no data'}."
    return Picture(f"The last {len(periods)} {steps}", (panel,), alt)


def _label(start: date, step: Step) -> str:
    return f"{start:%b}" if step is Step.MONTH else f"{start.day} {start:%b}"
