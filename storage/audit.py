"""The audit log: written in the transaction of the change, sealed into a hash chain afterwards."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from storage.fetching import by_id
from storage.models.audit import AuditEntry, PersonKey
from storage.models.person import Person
from storage.models.question import Question

NONCE_BYTES = 12
"""AES-GCM's recommended nonce length (NIST SP 800-38D, section 8.2)."""


class AuditRepository:
    """Who did what to which record."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def note(self, entry: AuditEntry, words: str = "") -> None:
        """Add an entry; ``words`` are what the person said, and are encrypted under their own key."""
        if words and entry.person_id is not None:
            entry.words = self._encrypt(entry.person_id, words)
        self._session.add(entry)
        self._session.flush()

    def of(self, subject: str, subject_id: int) -> Sequence[AuditEntry]:
        """A record's history, oldest first."""
        return self._session.exec(
            select(AuditEntry)
            .where(AuditEntry.subject == subject, AuditEntry.subject_id == subject_id)
            .order_by(col(AuditEntry.id))
        ).all()

    def newest_by(self, person_id: int, since: datetime, limit: int = 100) -> Sequence[AuditEntry]:
        """What a person changed since a moment (inclusive), newest first."""
        return self._session.exec(
            select(AuditEntry)
            .where(AuditEntry.person_id == person_id, col(AuditEntry.at) >= since)
            .order_by(col(AuditEntry.at).desc(), col(AuditEntry.id).desc())
            .limit(limit)
        ).all()

    def words(self, entry: AuditEntry) -> str | None:
        """What was said, or None: nothing was, or the person was erased."""
        key = None if entry.person_id is None else by_id(self._session, PersonKey, entry.person_id)
        if entry.words is None or key is None or key.secret is None:
            return None
        nonce, sealed = entry.words[:NONCE_BYTES], entry.words[NONCE_BYTES:]
        try:
            return AESGCM(key.secret).decrypt(nonce, sealed, None).decode()
        except InvalidTag:
            return None

    def erase(self, person_id: int) -> None:
        """Destroy a person's key, and those of whoever turned out to be the same person: their words are gone, the chain
        still verifies."""
        rows: list[int] = [person_id]
        for each in rows:
            self._session.merge(PersonKey(person_id=each, secret=None))
            rows += [row for row in self._session.exec(select(Person.id).where(Person.same_as == each)) if row]
        self._session.exec(delete(Question).where(col(Question.person_id).in_(rows)))
        self._session.flush()

    def seal(self, limit: int = 500) -> int:
        """Chain entries that are not chained yet; answers how many.

        PostgreSQL hands out ids before the commit, so an entry could appear below one that is sealed already and break the
        order. So sealing lets nobody write entries meanwhile: every id below the newest is then settled.
        """
        if self._session.get_bind().dialect.name == "postgresql" and self._unsealed():
            self._session.execute(text("LOCK TABLE parley_audit IN SHARE ROW EXCLUSIVE MODE"))
        fresh = self._session.exec(
            select(AuditEntry).where(AuditEntry.chain == "").order_by(col(AuditEntry.id)).limit(limit)
        ).all()
        if not fresh:
            return 0
        before = self._last_chain()
        for entry in fresh:
            before = entry.chain = link(before, entry)
            self._session.add(entry)
        self._session.flush()
        return len(fresh)

    def broken_at(self) -> int | None:
        """The first sealed entry that does not verify, or None when the whole chain holds."""
        before = ""
        for entry in self._session.exec(select(AuditEntry).where(AuditEntry.chain != "").order_by(col(AuditEntry.id))):
            before = link(before, entry)
            if entry.chain != before:
                return entry.id
        return None

    def _unsealed(self) -> bool:
        query = select(AuditEntry.id).where(AuditEntry.chain == "").limit(1)
        return self._session.exec(query).first() is not None

    def _last_chain(self) -> str:
        last = self._session.exec(
            select(AuditEntry).where(AuditEntry.chain != "").order_by(col(AuditEntry.id).desc()).limit(1)
        ).first()
        return "" if last is None else last.chain

    def _encrypt(self, person_id: int, words: str) -> bytes | None:
        key = by_id(self._session, PersonKey, person_id)
        if key is None:
            key = PersonKey(person_id=person_id, secret=AESGCM.generate_key(bit_length=256))
            self._session.add(key)
            self._session.flush()
        if key.secret is None:
            return None
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(key.secret).encrypt(nonce, words.encode(), None)


def link(before: str, entry: AuditEntry) -> str:
    """The chain value of an entry: SHA-256 over the previous value and the entry's fields (the words as encrypted)."""
    fields: Sequence[object] = (
        before,
        entry.id,
        entry.installation_id,
        entry.programme_id,
        moment(entry.at),
        entry.person_id,
        entry.what,
        entry.subject,
        entry.subject_id,
        entry.visibility,
        entry.facts,
        "" if entry.words is None else entry.words.hex(),
    )
    return hashlib.sha256("\x1f".join(map(str, fields)).encode()).hexdigest()


def moment(at: datetime) -> str:
    """A moment as the chain writes it: in UTC, whatever zone it was given in."""
    return at.astimezone(UTC).isoformat()
