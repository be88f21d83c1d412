"""Raw metrics in a reply: "SL 82%, AHT 6:52; QA=91".

The whole message must be figures and a little filler, with at least one known name: a sentence that mentions a number
is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from handlers.replies.plain import SHORTCODE, Plain, is_emoji
from handlers.replies.words import Figure, Figures

LONGEST = 1500
SPACE = r"[^\S\n]*"
NUMBER = r"(?:\d{1,3}(?: \d{3})+(?![\d:])|\d+(?:[.,']\d+)*)"
UNIT = (
    r"(?:%|pct\b|percent\b|per cent\b|pp\b|pts?\b|points?\b|ms\b|milliseconds?\b|s\b|secs?\b|seconds?\b"
    r"|mins?\b|minutes?\b|m\b|hrs?\b|hours?\b|h\b|days?\b|d\b|k\b|eur\b|usd\b|gbp\b|[€$£])"
)
DURATION = (
    r"(?:\d+ ?h(?:ours?|rs?)?\b ?(?:\d+ ?m(?:in(?:ute)?s?)?\b ?)?(?:\d+ ?s(?:ec(?:ond)?s?)?\b)?"
    r"|\d+h\d+m(?:\d+s)?\b|\d+ ?m(?:in(?:ute)?s?)?\.?,? ?\d+ ?s(?:ec(?:ond)?s?)?\b|\d+' ?\d+(?:''|\")?)"
)
RATIO = rf"{NUMBER} ?(?:/|out of|of) ?{NUMBER}"
VALUE = (
    rf"(?:[~<>≈]{SPACE})?(?:[+-] ?)?[€$£]?(?:{DURATION}|\d+(?::\d\d){{1,2}}(?:[.,]\d+)?|{RATIO}|{NUMBER})"
    rf"(?:{SPACE}{UNIT})?(?:{SPACE}\(\d[^()\n]{{0,30}}\))?(?![\w%:])"
)
NO_VALUE = r"(?:n/?a|tbc|tbd|pending|no data)(?!\w)"
JOINT = r"(?P<joint>(?::|==?|->|[→~]|\bis at\b|\bis\b|\bwas\b|\bat\b|\bshould be\b|-(?= ))?)"
JOINED = rf"{SPACE}(?:%|\(%\))?{SPACE}{JOINT}{SPACE}"
FOREIGN_WORD = r"[^\W\d_][\w%&/.-]*"
FOREIGN = re.compile(
    rf"(?P<name>{FOREIGN_WORD}(?: {FOREIGN_WORD}){{0,2}}){SPACE}(?P<joint>(?::|==?|-(?= ))?){SPACE}(?P<value>{VALUE})",
    re.I,
)
NOT_NAMES = re.compile(
    r"(?:a|an|and|are|as|at|be|but|by|call|calls|can|could|did|do|does|each|for|from|get|got|had|has|have|he|i|if|in|is|it|just"
    r"|line|me|meet|meeting|my|no|not|of|on|or|our|per|please|room|see|she|so|than|that|the|their|them|then|there|they"
    r"|this|ticket|tickets|to|until|up|us|version|was|we|were|what|when|which|who|will|with|within|would|you|your"
    r"|ack|blocked|done|due|kudos|owner|snooze|target|targets|week|wk)",
    re.I,
)
CORRECTION = re.compile(r"(?:oops|ooops|whoops|correction|corrected|sorry|amended|typo)\b[\s:,.!-]*", re.I)
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
DAY = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? ?(?:- ?\d{{1,2}} )?(?:{MONTHS})[a-z]*(?: \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
)
PERIOD = re.compile(
    r"(?:for |of |in )?(?:the )?(?P<period>(?:last|this|previous) (?:week|month)|today|yesterday"
    r"|(?:week|wk|cw|kw|w) ?\d{1,2}"
    rf"|(?:week ending|week of|w/e|w/c|we) {DAY}|{DAY}(?: ?(?:-|to) ?{DAY})?"
    rf"|(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: {DAY})?)(?![\w%])",
    re.I,
)
GREETING = (
    r"ok|okay|sure|yes|hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning|thanks|thank you"
    r"|team|all|everyone|folks"
    r"|here (?:are|is|you go|we go)|here's|our|the|and|also|please find|see|below|attached|fyi"
    r"|(?:weekly |daily )?(?:figures|numbers|stats|kpis|metrics|results)|update|updated|cheers|regards"
)
FILLER = re.compile(
    rf"(?:(?:{GREETING})(?![\w'-])|<@[^>\n]{{1,60}}>|<at>[^<\n]{{1,60}}</at>|@[\w.-]+|{SHORTCODE}"
    r"|[\s,;|&.!:*_`•·↑↓→↗↘/()\"-])+",
    re.I,
)
NOT_THAT = re.compile(rf",?{SPACE}(?:\(?(?:not|instead of|was){SPACE}{VALUE}\)?)", re.I)


@dataclass
class _Reader:
    """Walks along the text once, gathering figures."""

    text: Plain
    known: re.Pattern[str]
    short_names: Mapping[str, str]
    found: list[Figure] = field(default_factory=list)
    surely: bool = False
    corrections: bool = False
    period: str = ""
    at: int = 0

    def step(self) -> bool:
        """Read the next figure, correction word, period or filler; False where there is none."""
        return self._known_figure() or self._correction() or self._period() or self._filler() or self._foreign_figure()

    def _known_figure(self) -> bool:
        match = self.known.match(self.text.plain, self.at)
        if match is None:
            return False
        self.surely |= not re.fullmatch(NO_VALUE, match["value"], re.I) or match["joint"] in {":", "="}
        self.corrections |= match["joint"].lower() == "should be"
        self._keep(self.short_names[_spelling(match["name"])], match)
        return True

    def _foreign_figure(self) -> bool:
        match = FOREIGN.match(self.text.plain, self.at)
        if match is None or any(NOT_NAMES.fullmatch(word) for word in match["name"].split()):
            return False
        self._keep(None, match)
        return True

    def _keep(self, metric: str | None, match: re.Match[str]) -> None:
        name = self.text.typed[match.start("name") : match.end("name")]
        self.found.append(Figure(metric, name, match["value"].strip()))
        self.at = match.end()
        if self.corrections and (rest := NOT_THAT.match(self.text.plain, self.at)):
            self.at = rest.end()

    def _correction(self) -> bool:
        match = CORRECTION.match(self.text.plain, self.at)
        if match:
            self.at, self.corrections = match.end(), True
        return match is not None

    def _period(self) -> bool:
        match = PERIOD.match(self.text.plain, self.at)
        if match is None or (self.period and self.period.lower() != match["period"].lower()):
            return False
        self.at = match.end()
        self.period = self.text.typed[match.start("period") : match.end("period")]
        return True

    def _filler(self) -> bool:
        match = FILLER.match(self.text.plain, self.at)
        if match:
            self.at = match.end()
            return True
        if is_emoji(self.text.plain[self.at]):
            self.at += 1
            return True
        return False


def read_figures(text: Plain, short_names: Mapping[str, str]) -> Figures | None:
    """The figures of a message, or None when it is not surely a list of figures.

    ``short_names`` maps lower-case spellings ("sl", "service level") to metric ids.
    """
    if not short_names or "?" in text.plain or not re.search(r"\d|n/?a|tb[cd]|pending|no data", text.plain, re.I):
        return None
    if len(text.plain) > LONGEST:
        return None
    reader = _Reader(text, _known(short_names), short_names)
    while reader.at < len(text.plain):
        if not reader.step():
            return None
    if not reader.surely:
        return None
    return replace(Figures(tuple(reader.found)), corrections=reader.corrections, period=reader.period)


def name_at_start(text: Plain, short_names: Mapping[str, str]) -> tuple[str, int] | None:
    """The known metric a text begins with, as its id and where its name ends."""
    match = re.match(rf"(?:{_names(short_names)})(?![\w])", text.plain, re.I)
    return (short_names[_spelling(match[0])], match.end()) if match else None


def _known(short_names: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w])(?P<name>{_names(short_names)})(?![^\W\d_]){JOINED}(?P<value>{VALUE}|{NO_VALUE})", re.I
    )


def _names(short_names: Mapping[str, str]) -> str:
    longest_first = sorted(short_names, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"[ ]+") for name in longest_first)


def _spelling(name: str) -> str:
    return " ".join(name.lower().split())
