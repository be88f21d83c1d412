"""How an answer reaches whoever asked: what was not done and why, and where somebody finds it who wrote a message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.noise.alone_cards import form_card
from handlers.outsiders import Instead
from handlers.records.cards import spoken
from handlers.saying import About, say
from handlers.vocabulary.address import Direct, SharedChannel, Side, Thread
from handlers.vocabulary.incoming import AnyIncoming, Asked, Said, Submitted
from handlers.vocabulary.outgoing import (
    Answer,
    Button,
    DirectPost,
    Form,
    Mention,
    PrivateCard,
    SharedPost,
    Tone,
    Words,
)
from handlers.vocabulary.route import Asker, Declined, Invalid
from storage.unit_of_work import UnitOfWork

MOST_WORDS = 1900
"""Characters of somebody's words that a button carries, to do again what they mean."""


def by_message(event: Asked | Said, answer: Answer, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer:
    """The answer to somebody who wrote a message instead of a command.

    A form cannot open from a message: a button opens it. What only they may read goes to a provider's person as a direct
    message, since whether they see a private answer in a channel they joined from outside is not certain. Who cannot be
    written to directly is told in the thread of what they wrote that there is an answer.
    """
    card = answer.card if answer.form is None else _open_by_button(event, answer.form)
    direct = isinstance(event, Said) and event.direct
    if asker.side is Side.CLIENT and not direct:
        return replace(answer, card=card, form=None)
    if card is None:  # a bare "done" has its reaction, and no place where an outsider surely sees it
        return replace(answer, form=None, done=answer.done if direct else "")
    about = About(asker.installation_id, "answer", "asked by a message")
    to, instead = Direct(asker.account, asker.side), _in_their_thread(event, answer, asker, uow)
    say(uow, DirectPost(to, card), about, f"answer:{event.id}", now, instead=instead)
    understood = "question" if card.tone in (Tone.WARN, Tone.BAD) else "white_check_mark"
    return Answer(reaction=answer.reaction or understood)


def _in_their_thread(event: Asked | Said, answer: Answer, asker: Asker, uow: UnitOfWork) -> Instead:
    """Where somebody whom the bot cannot write to finds the answer to what they wrote: there, or where nothing may be
    posted there in another channel of theirs."""
    ref = event.thread or event.message
    if event.place is None or ref is None:
        return None
    place = event.place
    if any(each.frozen for each in uow.providers.channels_at(place.platform, place.workspace, place.channel)):
        return None
    there = SharedChannel(place, Thread(ref=ref))
    if answer.form is None:
        return there
    return (SharedPost(there, form_card(Mention(asker.account, asker.name), event.words[:MOST_WORDS])),)


def _open_by_button(event: Asked | Said, form: Form) -> PrivateCard:
    again = Button("help.meant", f"Open: {form.title}"[:75], event.words[:MOST_WORDS], style="primary")
    return PrivateCard(text=f"{form.title}: press the button to open the form.", buttons=(again,))


def problems(event: AnyIncoming, invalid: Invalid) -> Answer:
    """What cannot be read: beside the fields of a form, else as a card."""
    if isinstance(event, Submitted):
        return Answer(problems=invalid.problems)
    lines = tuple(Words((problem,)) for problem in invalid.problems.values())
    return Answer(card=PrivateCard(text=next(iter(invalid.problems.values())), tone=Tone.WARN, elements=lines))


def refusal(declined: Declined) -> PrivateCard:
    """Why something is not done, and what can be done instead."""
    said = (Words(spoken(declined.why)),)
    return PrivateCard(text=declined.why.replace("`", ""), tone=Tone.WARN, elements=said, buttons=declined.buttons)
