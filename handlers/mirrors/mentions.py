"""People in a card, as the platform it goes to knows them: by their account there, else by name."""

from __future__ import annotations

from typing import TypeVar

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import Mention
from handlers.vocabulary.parts import changed
from storage.unit_of_work import UnitOfWork

Content = TypeVar("Content")


def localised(content: Content, platform: str, installation_id: int, uow: UnitOfWork) -> Content:
    """The same content with every mention of an account elsewhere replaced; content without any comes back as it is."""

    def here(mention: Mention) -> Mention:
        account = mention.account
        if account is None or account.platform == platform:
            return mention
        return Mention(_on(account, platform, installation_id, uow), mention.name)

    return changed(content, Mention, here)


def _on(account: Account, platform: str, installation_id: int, uow: UnitOfWork) -> Account | None:
    """The same person's account on this platform; None where they have none."""
    person = uow.people.by_account(installation_id, account.platform, account.workspace, account.user)
    found = None if person is None or person.id is None else uow.people.account(person.id, platform)
    return None if found is None else Account(Platform(found.platform), found.workspace, found.user)
