"""Every kind of message there is: whether a person caused it or it comes by itself, and what becomes of a second one.

One message that comes by itself is said on a day of a channel, outside threads. What a person caused is exempt, and so is
what is urgent (severity 1). A new kind of message gets its line here; a test names the kinds that have none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    """Why a message is there."""

    CAUSED = "a person caused it"
    ITSELF = "it comes by itself"


class Second(StrEnum):
    """What becomes of a message that finds its channel's day taken."""

    HANGS = "hangs in the thread of the first"
    UNDER_DIGEST = "hangs in the thread of a digest, else waits for the next free working morning"
    WAITS = "waits for the next free working morning"


class Own(StrEnum):
    """How a direct message that comes by itself treats its reader's own wishes."""

    ALONE = "comes alone, in their hours; in their morning message where they want that"
    FOLDED = "stands in their next morning message"
    WHOLE = "comes alone, in their hours: too long to stand in another message"
    MORNING = "is their morning message"


class Switch(StrEnum):
    """What somebody can do about a kind of message, at once."""

    TIME = "another time"
    PAUSE = "a rest until Monday"
    FOLD = "only in the morning message"
    WEEKLY = "without the weekly list"
    DIGEST = "the digest at another time, or not the next one"
    PORTFOLIO = "the portfolio at another time, or none"
    PROGRAMME = "the times of a programme"
    SERIES = "the review's own times"
    CONTRACT = "the contract's end"


class Beyond(StrEnum):
    """What becomes of a direct message to somebody whom the bot cannot write to directly: people of other companies on Teams,
    guests among them. Both companies read what stands in a thread."""

    ALONE = "a line in a thread says only whom it is for, and its button shows it to that person"
    OPENLY = "a line in the thread of its record says it, and calls them"
    CALLED = "the line in the thread of its record that calls them says it already"
    MORNING = (
        "a line in the thread of each record it reminds of; more than that is one line, whose button shows it to them"
    )
    NEVER = "only people of the company itself get it, and they can be written to"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message. ``what`` names it in a sentence ("the weekly digest"), ``rule`` says when it comes.

    ``turned``: reasons for which it is the other way round with who caused it. ``beyond``: what becomes of one to somebody
    whom the bot cannot write to.
    """

    what: str
    origin: Origin = Origin.CAUSED
    rule: str = "It answers what somebody did, in the moment they did it."
    second: Second = Second.WAITS
    own: Own = Own.ALONE
    switches: tuple[Switch, ...] = ()
    turned: frozenset[str] = frozenset()
    beyond: Beyond = Beyond.ALONE

    def by_itself(self, reason: str) -> bool:
        """Whether a message of this kind, said for this reason, comes by itself."""
        return (self.origin is Origin.ITSELF) != (reason in self.turned)


ITSELF = Origin.ITSELF
ANSWER = Kind("an answer")
LINE = Kind("a line in a thread", rule="It tells in the thread what somebody changed there.")
CARD = Kind("the card of what somebody entered", rule="Its card stands in the channel and is edited as things change.")
DIGEST = (Switch.DIGEST,)
PERSONAL = (Switch.FOLD, Switch.PAUSE)

KINDS: Mapping[str, Kind] = {
    # --- by the calendar, in channels
    "digest.weekly": Kind(
        "the weekly digest",
        ITSELF,
        "Once a week and provider, at the time managers set; several in one channel share a thread.",
        Second.HANGS,
        switches=DIGEST,
    ),
    "digest.internal": Kind(
        "the weekly digest as only your company reads it",
        ITSELF,
        "Once a week and provider, with the digest both companies read.",
        Second.HANGS,
        Own.WHOLE,
        DIGEST,
        beyond=Beyond.NEVER,
    ),
    "digest.portfolio": Kind(
        "the weekly portfolio",
        ITSELF,
        "Once a week, all providers in one message, at the time managers set.",
        Second.HANGS,
        Own.WHOLE,
        (Switch.PORTFOLIO,),
        beyond=Beyond.NEVER,
    ),
    "metrics.request": Kind(
        "the request for figures",
        ITSELF,
        "Once a week, at the time agreed in the set-up, only for figures that are missing.",
        Second.UNDER_DIGEST,
        switches=(Switch.PROGRAMME,),
    ),
    "review.agenda": Kind(
        "the agenda of a review",
        ITSELF,
        "Some working days before each review, as its series says.",
        Second.WAITS,
        switches=(Switch.SERIES,),
        turned=frozenset({"somebody began the review"}),
    ),
    "contract.farewell": Kind(
        "the goodbye before a contract ends",
        ITSELF,
        "Once, in the contract's last days.",
        Second.WAITS,
        switches=(Switch.CONTRACT,),
    ),
    "downtime.gap": Kind(
        "the word that Parley was not running",
        ITSELF,
        "Once after a gap in which something came late or not at all. Only your company reads it.",
        Second.HANGS,
        Own.WHOLE,
        beyond=Beyond.NEVER,
    ),
    # --- by the calendar, to one person
    "reminders.morning": Kind(
        "your morning message",
        ITSELF,
        "At your own time on your own days, one message, only when there is something for you.",
        own=Own.MORNING,
        switches=(Switch.TIME, Switch.PAUSE, Switch.WEEKLY),
        beyond=Beyond.MORNING,
    ),
    "review.direct": Kind(
        "the question what became of a review",
        ITSELF,
        "Once for each review that nobody began, to whoever answers for it on the client's side.",
        own=Own.FOLDED,
        switches=(Switch.PAUSE,),
        beyond=Beyond.NEVER,
    ),
    "contract.ahead": Kind(
        "the notice that a contract ends",
        ITSELF,
        "60, 30 and 7 days before a contract ends, to whoever answers for the provider.",
        own=Own.FOLDED,
        switches=(Switch.PAUSE, Switch.CONTRACT),
        beyond=Beyond.NEVER,
    ),
    "errand.unanswered": ANSWER,
    "delivery.failed": Kind(
        "the word that a message could not be delivered",
        ITSELF,
        "At most once a day, edited as more fails, to whoever answers for the provider or manages.",
        switches=PERSONAL,
        beyond=Beyond.NEVER,
    ),
    "issue.direct": Kind(
        "a direct word about an issue that is late",
        ITSELF,
        "When the time of an issue of severity 1 is over, to both owners. It passes quiet hours and cannot be turned off.",
        beyond=Beyond.OPENLY,
    ),
    "issue.escalated": Kind(
        "the word that an issue was brought to you",
        ITSELF,
        "When an issue stays without an answer past its time, to whom the escalation matrix names. Severity 1 passes quiet "
        "hours; any other waits for yours.",
        beyond=Beyond.CALLED,
    ),
    "absence.step_in": Kind(
        "the word that you stand in for somebody",
        ITSELF,
        "Once, when somebody says they will be away and you act for them.",
        switches=PERSONAL,
    ),
    "absence.told_of": Kind(
        "the word that somebody said you are away", ITSELF, "Once, when somebody else says it.", switches=PERSONAL
    ),
    "person.wrong_side": Kind(
        "the word that an owner is of the other company",
        ITSELF,
        "Once, when the platform says which company somebody is of. It goes to managers.",
        switches=PERSONAL,
        beyond=Beyond.NEVER,
    ),
    "channel.frozen": Kind(
        "the word that nothing is posted in a channel any more",
        ITSELF,
        "At once when the wrong people could read a channel. It goes to managers.",
        switches=PERSONAL,
        beyond=Beyond.NEVER,
    ),
    # --- what people do
    "answer": ANSWER,
    "action.answer": ANSWER,
    "digest.whose": ANSWER,
    "metrics.asked": ANSWER,
    "metrics.challenge": ANSWER,
    "metrics.elsewhere": ANSWER,
    "metrics.read": ANSWER,
    "metrics.target": Kind("a target that a manager entered"),
    "metrics.undone": ANSWER,
    "metrics.volume": ANSWER,
    "metrics.which": ANSWER,
    "manager.first": Kind("an answer", beyond=Beyond.NEVER),
    "issue.card": CARD,
    "action.card": CARD,
    "plan.card": CARD,
    "plan.draft": CARD,
    "series.card": CARD,
    "escalation.card": CARD,
    "target.card": CARD,
    "review.minutes": Kind("the minutes of a review", rule="They stand under the agenda once the review is over."),
    "programme.welcome": Kind("the introduction", rule="Once, when a provider was set up."),
    "channel.internal": Kind("the first line in an internal channel", rule="Once, when it was chosen."),
    "person.left": Kind("who takes over from somebody who left", rule="Once, when somebody said that they left."),
    "digest.changed": LINE,
    "digest.detail": Kind("the detail under the digest", ITSELF, "With each digest, in its thread.", switches=DIGEST),
    "issue.line": Kind(
        "a line about an issue",
        rule="What changes about an issue stands in its thread, and once that it is late.",
        turned=frozenset({"issue overdue", "issue escalated", "acknowledgement lapsed"}),
    ),
    "action.line": LINE,
    "plan.line": Kind("a line about a plan", rule="What changes about a plan stands in its thread."),
    "review.line": LINE,
    "series.line": LINE,
    "escalation.line": LINE,
    "target.line": LINE,
    "account.told": Kind(
        "the word that your accounts belong together",
        ITSELF,
        "Once, when two accounts turned out to be yours.",
        switches=PERSONAL,
    ),
    "account.proposed": Kind(
        "the question whether two people are one",
        ITSELF,
        "Once, when two of a provider's people tell the same address. It goes to managers.",
        switches=PERSONAL,
    ),
    "relay": Kind("what somebody said on the other platform", rule="The record's thread stands on both platforms."),
    # --- emoji
    "issue.reaction": ANSWER,
    "action.reaction": ANSWER,
    "plan.reaction": ANSWER,
    "review.reaction": ANSWER,
    "metrics.reaction": ANSWER,
    "target.reaction": ANSWER,
    "escalation.reaction": ANSWER,
    "win.noted": ANSWER,
}
"""Kind of an outbox row -> what it is."""
OF_THEIR_OWN = frozenset(
    {
        "digest.weekly",
        "digest.internal",
        "digest.portfolio",
        "metrics.request",
        "review.agenda",
        "contract.farewell",
        "downtime.gap",
    }
)
"""Kinds that hang in another message's thread only because a channel has one message a day."""

UNKNOWN = Kind("a message", rule="It belongs to what was done before.")
"""What a row of an earlier release may be."""


def kind_of(name: str) -> Kind:
    """The kind with this name; one that nobody knows any more counts as caused by a person."""
    return KINDS.get(name, UNKNOWN)
