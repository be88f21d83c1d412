"""What somebody waits for that the platform did not answer: they are told, and what they can do instead."""

from __future__ import annotations

from datetime import datetime

from handlers.deliveries import cards
from handlers.places import direct_to
from handlers.saying import About, say
from handlers.vocabulary.outgoing import DirectPost, Errand
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

KIND = "errand.unanswered"
INSTEAD = {
    "message": "I could not read the message you put :{emoji}: on, so nothing came of it. Write it in the thread instead.",
    "administrator": "I could not find out whether you administer this workspace, so nobody manages Parley here yet. "
    "Type setup code and the one-time code from the console instead, or try again in a while.",
}
"""Errands that somebody waits for. Nobody waits to be looked up: what was assumed of them stays."""


def unanswered(row: OutboxRow, errand: Errand, uow: UnitOfWork, now: datetime) -> None:
    """Tell whoever waits for this errand that it came to nothing. Why is for those who manage, and told to them."""
    account = errand.account
    person = uow.people.by_account(row.installation_id, account.platform, account.workspace, account.user)
    to = None if person is None or errand.what not in INSTEAD else direct_to(uow, person)
    if to is None:
        return
    text = INSTEAD[errand.what].format(emoji=errand.emoji)
    about = About(row.installation_id, KIND, "what they asked for was not answered")
    say(uow, DirectPost(to, cards.not_found_card(text)), about, f"{KIND}:{row.key}", now)
