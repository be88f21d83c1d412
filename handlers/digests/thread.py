"""Replies under the portfolio: it tells of many providers, so a figure said there is nobody's yet."""

from __future__ import annotations

from datetime import datetime

from handlers.calendar import wall_of, zone
from handlers.metrics.keeping import catalogue
from handlers.metrics.said import short_names
from handlers.replies import parse
from handlers.replies.words import ChallengeFigure, Figures, Kudos
from handlers.saying import About, react, say
from handlers.vocabulary.address import Direct, InternalChannel, Place, Thread, Visibility
from handlers.vocabulary.incoming import Said
from handlers.vocabulary.outgoing import Answer, DirectPost, InternalCard, InternalPost, Words
from handlers.vocabulary.route import Asker
from storage.models.delivery import OutboxRow
from storage.unit_of_work import UnitOfWork

WHOSE = (
    "This thread is about several providers, so I cannot tell whom you mean. Say it in that provider's own channel, or "
    "mention me with metrics, the provider and the figure."
)


def reply(event: Said, row: OutboxRow, asker: Asker, uow: UnitOfWork, now: datetime) -> Answer | None:
    """Ask whose it is where a figure, a challenge or kudos is said; everything else is talk between people."""
    metrics = catalogue()
    today = wall_of(now, zone(asker.zone)).date()
    reading = parse(event.words, today=today, short_names=short_names(metrics, list(metrics.metrics)))
    meant = isinstance(reading, tuple) and any(isinstance(each, Figures | ChallengeFigure | Kudos) for each in reading)
    if not meant or event.place is None or row.visibility != Visibility.INTERNAL:
        return None
    about = About(row.installation_id, "digest.whose", "a reply", row.subject, row.subject_id)
    if event.message:
        react(uow, event.place, event.message, "question", about, f"digest.reaction:{event.id}", now)
    say(uow, _post(event.place, row, asker), about, f"digest.whose:{event.id}", now)
    return Answer()


def _post(place: Place, row: OutboxRow, asker: Asker) -> InternalPost | DirectPost:
    card = InternalCard(WHOSE, elements=(Words((WHOSE,)),))
    if row.account_user:
        return DirectPost(Direct(asker.account, asker.side), card)
    return InternalPost(InternalChannel(place, Thread(card=row.key)), card)
