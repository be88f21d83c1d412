"""The zone somebody's own client tells, kept with their account and told to the house when it is another one."""

from __future__ import annotations

from handlers.saying import assumed_of
from handlers.vocabulary.address import Account
from handlers.vocabulary.incoming import PersonFound
from handlers.vocabulary.outgoing import Errand
from storage.models.person import PersonAccount
from storage.unit_of_work import UnitOfWork, Units


def _account(uow: UnitOfWork, account: Account, host: str) -> tuple[int, PersonAccount] | None:
    """Their account in the installation of the workspace ``host``, and that one's id."""
    installation = uow.providers.installation(account.platform, host)
    if installation is None or installation.id is None:
        return None
    kept = uow.people.account_of_user(installation.id, account.platform, account.user, account.workspace)
    return None if kept is None else (installation.id, kept)


def news(units: Units, account: Account, host: str, zone: str, by: str) -> PersonFound | None:
    """What somebody's client tells otherwise than is kept, as the house is to hear it: the zone that may be replaced is the
    one told before, or what was assumed. None where nothing is new, or they are not known yet. ``by`` is the event that told."""
    with units() as uow:
        found = _account(uow, account, host)
        if found is None or found[1].zone == zone:
            return None
        installation_id, kept = found
        before = kept.zone or assumed_of(uow, account, installation_id)
        errand = Errand("person", account, assumed_zone=before)
        unique = f"{account.platform}:zone:{host}:{account.user}:{by}"
        return PersonFound(
            unique, account, None, installation_id=installation_id, errand=errand, zone=zone, request=unique
        )


def keep(units: Units, account: Account, host: str, zone: str) -> bool:
    """Keep what was told with their account; whether they are known."""
    with units() as uow:
        found = _account(uow, account, host)
        if found is not None and found[1].zone != zone:
            found[1].zone = zone
            uow.session.add(found[1])
            uow.commit()
        return found is not None


def stored(units: Units, account: Account) -> str:
    """The zone that was told last; "" for whom none was."""
    with units() as uow:
        found = uow.people.account_at(account.platform, account.workspace, account.user)
        return "" if found is None else found.zone
