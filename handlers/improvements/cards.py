"""What is said about an improvement plan: the tracker that both companies read, the draft, the preview, the confirmation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.improvements import lists, samples, terms, tracker
from handlers.improvements.gone_by import past_actions, past_milestones
from handlers.improvements.standing import Standing
from handlers.records.cards import for_one
from handlers.records.lines import line_card
from handlers.vocabulary.address import Side, Visibility
from handlers.vocabulary.outgoing import (
    AnyCard,
    Button,
    Code,
    InternalCard,
    Note,
    PrivateCard,
    SharedCard,
    Words,
)
from storage.models.plan import ImprovementPlan


def plan_card(standing: Standing, now: datetime) -> SharedCard | InternalCard:
    """The card of a plan, edited in place at each change: shared, or for the client only while it is a draft."""
    return tracker.card(standing, InternalCard if standing.internal else SharedCard)


def private_card(standing: Standing, now: datetime, said: str = "") -> PrivateCard:
    """The same for one person's eyes, after a word to them, with the way to its history."""
    kind = InternalCard if standing.internal else SharedCard
    card = for_one(tracker.card(standing, kind, in_thread=False), said)
    return replace(card, buttons=(*card.buttons, Button("history.show", "History", f"plan:{standing.id}")))


def drafted_card(standing: Standing, said: str) -> PrivateCard:
    """A word about a draft whose card stands elsewhere, with what can be done with it now."""
    buttons = (*terms.buttons(standing), Button("history.show", "History", f"plan:{standing.id}"))
    return PrivateCard(text=said, title=terms.heading(standing), elements=(Words((said,)),), buttons=buttons)


def preview_card(standing: Standing, by: int | None, now: datetime) -> PrivateCard:
    """What both companies would see, before it is proposed; ``by`` is whose word it would carry."""
    said = "Nothing is posted yet. This is what both companies will see, and your side's yes with it."
    proposed = {
        "state": "proposed",
        "visibility": Visibility.SHARED,
        "client_agreed_by": by,
        "client_agreed_at": now,
    }
    gone = [*past_milestones(standing), *past_actions(standing)]
    said = f"{said} First give later days where one is past." if gone else said
    plan = ImprovementPlan(**{**standing.plan.model_dump(), **proposed})
    card = for_one(tracker.card(replace(standing, plan=plan), SharedCard), said)
    propose = Button("plan.propose", "Propose to both companies", standing.value, "primary")
    late = (Button("plan.milestones", "Milestones", standing.value, "primary"),) if past_milestones(standing) else ()
    first = late if gone else (propose,)
    return replace(card, buttons=(*first, Button("plan.change", "Change it first", standing.value)))


def moved_card(standing: Standing) -> InternalCard:
    """What is left of a draft's card once the plan is proposed."""
    said = f"Plan {standing.plan.number} is proposed: both companies see it in the shared channel and change it there."
    return InternalCard(text=said, title=terms.heading(standing), elements=(Words((said,)),))


def confirmation(standing: Standing, said: str, *offered: Button, undo: bool = True) -> PrivateCard:
    """What the one who pressed is told: it is done, and for ten minutes it can be undone."""
    taken_back = (Button("plan.undo", "Undo", standing.value),) if undo else ()
    return PrivateCard(text=said, elements=(Words((said,)),), buttons=(*offered, *taken_back))


def change_card(standing: Standing) -> PrivateCard:
    """What can be changed about a plan, each behind a form of its own."""
    value, agreed = standing.value, standing.plan.state == "agreed"
    said = f"What should change about plan {standing.plan.number}?"
    once_agreed = "Both sides have agreed: a change needs a yes from both again, and both see what changed."
    note = (Note((once_agreed,)),) if agreed else ()
    end = "Drop the draft" if standing.plan.state == "draft" else "Withdraw"
    close = (Button("plan.close", "Call it done", value),) if agreed else ()
    intended = (Button("plan.intended", "Actions", value),) if standing.intended else ()
    return PrivateCard(
        text=said,
        elements=(Words((said,)), *note),
        buttons=(
            Button("plan.words", "Words", value),
            Button("plan.goal", "Figure and target", value),
            Button("plan.milestones", "Milestones", value),
            *intended,
            *close,
            Button("plan.withdraw", end, value),
        ),
    )


# --- for the contract test ------------------------------------------------------------------------------------------


def examples() -> list[AnyCard]:
    """What people see, state by state."""
    now = samples.NOW
    shown = [samples.standing(state) for state in samples.STATES]
    bare = samples.standing("agreed", metric=False)
    line = (shown[1].mention(samples.person(2, "Jo Santos", Side.PROVIDER)), ", plan 3 waits for your yes.")
    return [
        *(plan_card(each, now) for each in shown),
        plan_card(bare, now),
        private_card(shown[2], now, "Plan 3 changed in the meantime."),
        preview_card(shown[0], 1, now),
        moved_card(shown[1]),
        drafted_card(shown[0], "Plan 3 is drafted. It waits in your conversation with me."),
        change_card(shown[2]),
        confirmation(shown[1], "Plan 3 is proposed to both companies."),
        lists.list_card(shown[:4], 6, samples.NOW),
        lists.list_card([], 0, samples.NOW, drafts=True),
        line_card(line, SharedCard, terms.agree_button(shown[1]), quote="the trainer is away"),
    ]


def worst_cases() -> list[AnyCard]:
    """Words beyond every limit, with markup in them, and from right to left."""
    now = samples.NOW
    cards: list[AnyCard] = []
    for words in samples.WORST_WORDS:
        standings = [samples.standing(state, words=words) for state in samples.STATES]
        cards += [plan_card(each, now) for each in standings]
        cards += [
            preview_card(standings[0], 1, now),
            private_card(standings[2], now, words),
            lists.list_card(standings * 4, 1_000_000, now),
            line_card((words, Code(words)), SharedCard, *terms.buttons(standings[1]), quote=words, why=words),
        ]
    return cards
