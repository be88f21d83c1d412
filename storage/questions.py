"""What people asked while the bot asked back, for a day at most."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.models.question import Question


class QuestionRepository:
    """Questions that wait for "this one"."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, person_id: int, event: str, now: datetime) -> int:
        """Keep what a person asked; its id is what the buttons carry."""
        row = Question(person_id=person_id, asked_at=now, event=event)
        self._session.add(row)
        self._session.flush()
        assert row.id is not None
        return row.id

    def of(self, question_id: int, person_id: int) -> Question | None:
        """What this person asked, locked until the transaction ends; None if it was somebody else, or is gone."""
        if not 0 < question_id <= MOST_ID:
            return None
        mine = (Question.id == question_id, Question.person_id == person_id)
        return self._session.exec(select(Question).where(*mine).with_for_update()).first()

    def forget(self, question: Question) -> None:
        """It is answered."""
        self._session.delete(question)

    def forget_before(self, moment: datetime) -> None:
        """Nobody answered these."""
        self._session.exec(delete(Question).where(col(Question.asked_at) < moment))
