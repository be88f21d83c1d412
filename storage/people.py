"""People and their accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from storage.columns import MOST_ID
from storage.fetching import by_id
from storage.models.person import Person, PersonAccount
from storage.remembering import remembered

_ACCOUNT = (
    select(PersonAccount)
    .where(PersonAccount.person_id == bindparam("person_id"), PersonAccount.platform == bindparam("platform"))
    .order_by(col(PersonAccount.id))
)
_ACCOUNTS = (
    select(PersonAccount).where(PersonAccount.person_id == bindparam("person_id")).order_by(col(PersonAccount.id))
)
"""Asked for every mention; a statement costs more to make than to ask."""

_BY_ACCOUNT = (
    select(Person)
    .join(PersonAccount, col(PersonAccount.person_id) == col(Person.id))
    .where(
        Person.installation_id == bindparam("installation_id"),
        PersonAccount.platform == bindparam("platform"),
        PersonAccount.workspace == bindparam("workspace"),
        PersonAccount.user == bindparam("user"),
    )
)


class PersonRepository:
    """Who takes part."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person: Person) -> Person:
        """Keep a new person."""
        self._session.add(person)
        self._session.flush()
        return person

    def connect(self, person: Person, platform: str, workspace: str, user: str) -> PersonAccount:
        """Give a person an account on a platform."""
        assert person.id is not None
        account = PersonAccount(person_id=person.id, platform=platform, workspace=workspace, user=user)
        self._session.add(account)
        self._session.flush()
        return account

    def by_account(self, installation_id: int, platform: str, workspace: str, user: str) -> Person | None:
        """Whose account this is."""
        wanted = {"installation_id": installation_id, "platform": platform, "workspace": workspace, "user": user}
        return self._session.exec(_BY_ACCOUNT, params=wanted).first()

    def of_account(self, platform: str, workspace: str, user: str) -> Person | None:
        """Whose account this is, in whichever installation: an account belongs to one person."""
        return self._session.exec(
            select(Person)
            .join(PersonAccount, col(PersonAccount.person_id) == col(Person.id))
            .where(PersonAccount.platform == platform, PersonAccount.workspace == workspace, PersonAccount.user == user)
        ).first()

    def account_at(self, platform: str, workspace: str, user: str) -> PersonAccount | None:
        """The account with this user id in this workspace: there is one at most."""
        return self._session.exec(
            select(PersonAccount).where(
                PersonAccount.platform == platform, PersonAccount.workspace == workspace, PersonAccount.user == user
            )
        ).first()

    def by_user(self, installation_id: int, platform: str, user: str) -> Person | None:
        """Whose user id this is, in whichever workspace: a mention carries no workspace."""
        return self._session.exec(
            select(Person)
            .join(PersonAccount, col(PersonAccount.person_id) == col(Person.id))
            .where(
                Person.installation_id == installation_id,
                PersonAccount.platform == platform,
                PersonAccount.user == user,
            )
        ).first()

    def claim(self, installation_id: int, platform: str, workspace: str, user: str) -> Person | None:
        """The person of a provider who was named by user id before they spoke; from now on the workspace is known."""
        found = self._session.exec(
            select(Person, PersonAccount)
            .join(PersonAccount, col(PersonAccount.person_id) == col(Person.id))
            .where(
                Person.installation_id == installation_id,
                Person.side == "provider",
                PersonAccount.platform == platform,
                PersonAccount.workspace == "",
                PersonAccount.user == user,
            )
        ).first()
        if found is None:
            return None
        person, account = found
        account.workspace = workspace
        self._session.add(account)
        self._session.flush()
        return person

    def get(self, person_id: int) -> Person | None:
        """The person with this id."""
        return None if person_id > MOST_ID else by_id(self._session, Person, person_id)

    def turned_out(self, person_ids: Iterable[int]) -> bool:
        """Whether one of these turned out to be somebody else, and holds nothing any more."""
        found = (self.get(each) for each in person_ids)
        return any(person is not None and person.same_as is not None for person in found)

    def account(self, person_id: int, platform: str) -> PersonAccount | None:
        """A person's account on a platform."""
        return self._session.exec(_ACCOUNT, params={"person_id": person_id, "platform": platform}).first()

    def accounts(self, person_id: int) -> Sequence[PersonAccount]:
        """All of a person's accounts, the one known first in front."""
        return remembered(self._session, (PersonAccount,), _ACCOUNTS, person_id=person_id)

    def any_account(self, person_id: int) -> PersonAccount | None:
        """A person's first account, on whichever platform."""
        return self._session.exec(
            select(PersonAccount).where(PersonAccount.person_id == person_id).order_by(col(PersonAccount.id))
        ).first()

    def of_provider(self, provider_id: int) -> Sequence[Person]:
        """The provider's people who have not left."""
        return self._session.exec(
            select(Person)
            .where(Person.provider_id == provider_id, col(Person.left_at).is_(None))
            .order_by(col(Person.id))
        ).all()

    def of_client(self, installation_id: int) -> Sequence[Person]:
        """The client's people who have not left."""
        return self._session.exec(
            select(Person)
            .where(Person.installation_id == installation_id, Person.side == "client", col(Person.left_at).is_(None))
            .order_by(col(Person.id))
        ).all()

    def departed(self, installation_id: int) -> Sequence[Person]:
        """Everybody who has left, of whichever company, the latest first."""
        return self._session.exec(
            select(Person)
            .where(
                Person.installation_id == installation_id,
                col(Person.left_at).is_not(None),
                col(Person.same_as).is_(None),
            )
            .order_by(col(Person.left_at).desc(), col(Person.id))
        ).all()

    def has_manager(self, installation_id: int) -> bool:
        """Whether anybody of the client can steer."""
        query = select(Person.id).where(
            Person.installation_id == installation_id,
            Person.side == "client",
            col(Person.role).in_(("manager", "executive")),
            col(Person.left_at).is_(None),
        )
        return self._session.exec(query.limit(1)).first() is not None

    def account_of_user(
        self, installation_id: int, platform: str, user: str, workspace: str = ""
    ) -> PersonAccount | None:
        """The account with this user id: the one in this workspace if there is one, else in whichever."""
        return self._session.exec(
            select(PersonAccount)
            .join(Person, col(PersonAccount.person_id) == col(Person.id))
            .where(
                Person.installation_id == installation_id,
                PersonAccount.platform == platform,
                PersonAccount.user == user,
            )
            .order_by((col(PersonAccount.workspace) != workspace).asc(), col(PersonAccount.id))
        ).first()

    def account_by_id(self, account_id: int) -> PersonAccount | None:
        """The account with this id."""
        return self._session.get(PersonAccount, account_id)

    def with_address(self, installation_id: int, email: str) -> Sequence[tuple[Person, PersonAccount]]:
        """Who has not left and has an account whose own directory tells this address, the first one known in front."""
        query = (
            select(Person, PersonAccount)
            .join(PersonAccount, col(PersonAccount.person_id) == col(Person.id))
            .where(
                Person.installation_id == installation_id,
                PersonAccount.email == email,
                col(Person.left_at).is_(None),
            )
        )
        return self._session.exec(query.order_by(col(PersonAccount.id))).all()

    def keep_address(self, account: PersonAccount, email: str) -> None:
        """The account's own directory tells this address."""
        account.email = email
        self._session.add(account)
        self._session.flush()

    def move(self, account: PersonAccount, workspace: str) -> None:
        """The account turned out to be of this workspace."""
        account.workspace = workspace
        self._session.add(account)
        self._session.flush()

    def strangers(self, installation_id: int) -> Sequence[Person]:
        """People of some provider who spoke before anybody said which; oldest first."""
        return self._session.exec(
            select(Person)
            .where(
                Person.installation_id == installation_id,
                Person.side == "provider",
                col(Person.provider_id).is_(None),
                col(Person.left_at).is_(None),
            )
            .order_by(col(Person.id))
        ).all()
