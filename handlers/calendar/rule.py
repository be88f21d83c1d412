"""The recurrence rules that are kept (RFC 5545), and each of them in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from handlers.calendar.cadence import DAY_NAMES, FULL_DAY_NAMES, WORKING_DAYS

CODES = tuple(name[:2].upper() for name in DAY_NAMES)
CODE = "|".join(CODES)
RULE = re.compile(
    rf"""FREQ=(?:
      (?P<daily>DAILY)
    | WEEKLY(?P<two>;INTERVAL=2;WKST=MO)?;BYDAY=(?P<days>(?:{CODE})(?:,(?:{CODE}))*)
    | MONTHLY(?P<quarterly>;INTERVAL=3)?;(?:
        BYDAY=(?P<nth>-1|[1-4])(?P<day>{CODE})
      | BYDAY=(?P<week>(?:{CODE})(?:,(?:{CODE}))+);BYSETPOS=(?P<edge>-1|1)
      | BYMONTHDAY=(?P<number>-1|1\d|2[0-8]|[1-9])
      | BYMONTHDAY=28,29(?P<late>,30)?;BYSETPOS=-1
    ))""",
    re.VERBOSE,
)
"""The recurrence rules that are kept, all of them; each has its words, and every calendar reads them."""

SHORT_MONTHS = "in February its last day"
ORDINALS = ("first", "second", "third", "fourth")
SEVERAL = 3
ENDINGS = {1: "st", 2: "nd", 3: "rd"}
TEENS = range(11, 14)


def day_codes(days: Sequence[str]) -> str:
    """Short names as the rule has them, in the order of the week: "MO,TH"."""
    return ",".join(code for code, name in zip(CODES, DAY_NAMES, strict=True) if name in days)


def written(rule: re.Match[str], at: time) -> str:
    """A rule that ``RULE`` matched in words, with its time: "the second Tuesday of every month at 10:00"."""
    if rule["daily"]:
        when = "every day"
    elif rule["days"]:
        days = _days_text(rule["days"])
        when = f"every two weeks on {days}" if rule["two"] else f"every {days}"
    else:
        when = f"the {_day_text(rule)} of every {'quarter' if rule['quarterly'] else 'month'}"
    note = f" ({SHORT_MONTHS})" if "28,29" in rule[0] and not rule["quarterly"] else ""
    return f"{when} at {at:%H:%M}{note}"


def _day_text(rule: re.Match[str]) -> str:
    if rule["day"]:
        return f"{_nth_text(int(rule['nth']))} {_full(rule['day'])}"
    if rule["week"]:
        own = rule["week"] != day_codes(WORKING_DAYS)
        return f"{_nth_text(int(rule['edge']))} working day" + (f" ({_days_text(rule['week'])})" if own else "")
    if rule["number"] == "-1":
        return "last day"
    return _number_text(int(rule["number"] or (30 if rule["late"] else 29)))


def _days_text(codes: str) -> str:
    """Day names: a run of three or more by its ends, going over the weekend if it does ("Sunday to Thursday")."""
    chosen = [index for index, code in enumerate(CODES) if code in codes.split(",")]
    starts = [index for index in chosen if (index - 1) % len(CODES) not in chosen]
    if len(starts) == 1 and len(chosen) >= SEVERAL:
        last = (starts[0] + len(chosen) - 1) % len(CODES)
        return f"{_full(CODES[starts[0]])} to {_full(CODES[last])}"
    names = [_full(CODES[index]) for index in chosen]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]


def _full(code: str) -> str:
    return FULL_DAY_NAMES[CODES.index(code)].title()


def _nth_text(nth: int) -> str:
    return "last" if nth < 0 else ORDINALS[nth - 1]


def _number_text(number: int) -> str:
    return f"{number}{'th' if number in TEENS else ENDINGS.get(number % 10, 'th')}"
