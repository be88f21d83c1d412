"""Home with more open items than anybody could work off: what stops customers still stands at the top."""

from __future__ import annotations

from dataclasses import replace

from handlers.home import samples
from handlers.home.rules import in_order
from handlers.vocabulary.address import Side
from handlers.vocabulary.outgoing import Tone


def test_no_number_of_overdue_items_comes_before_a_critical_issue() -> None:
    """Forty overdue items weigh more than one critical issue, and stand below it all the same."""
    base = replace(samples.standings()[0], issues={}, tone=Tone.WARN)
    swamped = replace(base, name="Swamped", overdue={Side.CLIENT: 40, Side.PROVIDER: 0}, trouble=40 * 30)
    critical = replace(base, name="Critical", issues={1: 1}, tone=Tone.BAD, trouble=1000)
    quiet = replace(base, name="Quiet", tone=Tone.GOOD, trouble=0)
    assert [each.name for each in in_order([quiet, swamped, critical])] == ["Critical", "Swamped", "Quiet"]
