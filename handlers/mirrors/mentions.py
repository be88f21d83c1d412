"""People in a card, as the platform it goes to knows them: by their account there, else by name."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.outgoing import Mention
from storage.unit_of_work import UnitOfWork

Part = TypeVar("Part")


def localised(content: Part, platform: str, installation_id: int, uow: UnitOfWork) -> Part:
    """The same content with every mention of an account elsewhere replaced; content without any comes back as it is."""

    def here(mention: Mention) -> Mention:
        account = mention.account
        if account is None or account.platform == platform:
            return mention
        return Mention(_on(account, platform, installation_id, uow), mention.name)

    found: Part = _walked(content, here)
    return found


def _on(account: Account, platform: str, installation_id: int, uow: UnitOfWork) -> Account | None:
    """The same person's account on this platform; None where they have none."""
    person = uow.people.by_account(installation_id, account.platform, account.workspace, account.user)
    found = None if person is None or person.id is None else uow.people.account(person.id, platform)
    return None if found is None else Account(Platform(found.platform), found.workspace, found.user)


def _walked(part: Any, here: Any) -> Any:
    """The part with its mentions replaced; whatever holds none is the same object as before."""
    if isinstance(part, Mention):
        return here(part)
    if isinstance(part, tuple):
        turned = tuple(_walked(each, here) for each in part)
        return part if all(new is old for new, old in zip(turned, part, strict=True)) else turned
    if not is_dataclass(part) or isinstance(part, type):
        return part
    turned_fields = {each.name: _walked(getattr(part, each.name), here) for each in fields(part)}
    changed = {name: new for name, new in turned_fields.items() if new is not getattr(part, name)}
    return replace(part, **changed) if changed else part
