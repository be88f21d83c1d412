"""What Home asks of the database: the same few questions for two providers and for two hundred, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import SQLModel, col

from handlers.router import Router
from handlers.routes import table
from handlers.vocabulary.address import Account
from handlers.vocabulary.incoming import HomeOpened, Pressed
from handlers.vocabulary.outgoing import Heading, Item, PrivateCard
from storage.database import Database
from storage.models import AuditEntry, Owner
from storage.overview import Seen
from storage.unit_of_work import UnitOfWork
from tests.crowd import MANAGER, NOW, crowd, lead_of
from tests.databases import outbox_row

MOST = 12
SLACK_MESSAGE = 50


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Every statement that is executed meanwhile, transactions' own words left out."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: Any) -> None:
        if statement.split()[0] not in {"BEGIN", "COMMIT", "ROLLBACK"}:
            asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def opened(database: Database, who: Account) -> PrivateCard:
    """Their Home, as the router answers it."""
    router = Router(table(), lambda: UnitOfWork(database))
    card = router.handle(HomeOpened(f"home:{who}", who, None), NOW).card
    assert isinstance(card, PrivateCard)
    return card


def bare(tmp_path: Path, providers: int) -> Database:
    """A SQLite file with so many providers."""
    database = Database(f"sqlite:///{tmp_path / f'{providers}.sqlite'}", durable=False)
    SQLModel.metadata.create_all(database.engine)
    crowd(database, providers, weeks=3)
    return database


def test_two_hundred_providers_take_twelve_statements(database: Database) -> None:
    """A manager of two hundred providers asks at most twelve questions, who they are and the inbox included."""
    crowd(database, 200, weeks=3)
    with counted(database) as asked:
        card = opened(database, MANAGER)
    assert len(asked) <= MOST, "\n".join(asked)
    assert "providers need a look" in card.text


def test_the_number_of_questions_does_not_grow_with_the_providers(tmp_path: Path) -> None:
    """Exactly as many statements for two providers as for fifteen, and for sixteen, of whom not all are shown, as for forty: for
    the manager, a lead, and every list behind a button."""
    two, fifteen, sixteen, large = (bare(tmp_path, providers) for providers in (2, 15, 16, 40))
    for who in (MANAGER, lead_of(2)):
        for small, big in ((two, fifteen), (sixteen, large)):
            with counted(small) as few:
                opened(small, who)
            with counted(big) as many:
                opened(big, who)
            assert len(few) == len(many) <= MOST
    for action, value in (("home.needs", "0"), ("home.providers", "15"), ("home.provider", "2")):
        with counted(large) as asked:
            pressed = Pressed(f"press:{action}", MANAGER, None, action=action, value=value)
            assert Router(table(), lambda: UnitOfWork(large)).handle(pressed, NOW).card is not None
        assert len(asked) <= MOST, action


def test_every_provider_can_be_reached_from_home(tmp_path: Path) -> None:
    """Home shows the first fifteen; its button and those of the pages behind it lead to each of the forty, once each."""
    database = bare(tmp_path, 40)
    router, seen, start = Router(table(), lambda: UnitOfWork(database)), list[str](), "0"
    home = opened(database, MANAGER)
    assert _programmes(home) and any("more" in _words(each) for each in home.elements if isinstance(each, Item))
    while start:
        pressed = Pressed(f"page:{start}", MANAGER, None, action="home.providers", value=start)
        card = router.handle(pressed, NOW).card
        assert card is not None
        seen += _programmes(card)
        start = next((each.value for each in card.buttons if each.label == "Next"), "")
    assert sorted(seen, key=int) == [str(number) for number in range(1, 41)]


def test_a_full_home_fits_into_a_slack_message(tmp_path: Path) -> None:
    """Most needs, most providers, most reviews: counted as Slack draws them, fewer than fifty blocks."""
    card = opened(bare(tmp_path, 40), MANAGER)
    blocks = sum(2 if isinstance(each, Item) and len(each.buttons) > 1 else 1 for each in card.elements)
    assert blocks + len(("title", "buttons")) < SLACK_MESSAGE
    assert sum(isinstance(each, Heading) for each in card.elements) == len(
        ("needs", "providers", "reviews", "settings")
    )


def test_a_lead_reads_nothing_of_other_providers(tmp_path: Path) -> None:
    """Asked through a lead's eyes, every question answers with rows of their own provider, and shared ones, only."""
    database = bare(tmp_path, 12)
    lead = Seen(1, 3, "provider", 2, internal=False)
    with UnitOfWork(database, reading=True) as uow:
        rows: list[Any] = [
            *uow.overview.programmes(lead, NOW.date()),
            *uow.overview.issues(lead),
            *uow.overview.actions(lead),
            *uow.overview.figures(lead, NOW.date() - timedelta(days=30), NOW.date()),
            *uow.overview.reviews(lead, NOW),
            *uow.overview.waiting(lead, NOW),
        ]
        client = Seen(1, 1, "client", None, internal=True)
        inside = len(uow.overview.issues(client)) - len(uow.overview.issues(Seen(1, 1, "client", None, internal=False)))
    assert rows and {row.programme_id for row in rows} == {2}
    assert inside == 12  # one of each provider is the client's alone


def test_only_recent_failures_of_a_programme_are_read(database: Database) -> None:
    """Failed messages of the last two weeks, without reactions, older ones and those nobody could mend."""
    crowd(database, 2, weeks=1)
    failures: tuple[dict[str, Any], ...] = (
        {"programme_id": 1},
        {"programme_id": 1, "kind": "reaction"},
        {"programme_id": 1, "created_at": NOW - timedelta(days=60)},
        {"programme_id": None},
        {"programme_id": 2, "state": "sent"},
    )
    with UnitOfWork(database) as uow:
        for number, given in enumerate(failures):
            fields = {"state": "failed", "trouble": "not_in_channel", "created_at": NOW, **given}
            uow.session.add(outbox_row(f"failed:{number}", **fields))
        uow.commit()
        found = uow.overview.waiting(Seen(1, 1, "client", None, internal=True), NOW - timedelta(days=14))
    assert [(each.kind, each.programme_id, each.state) for each in found] == [("delivery", 1, "not_in_channel")]


def test_heard_is_the_newest_of_all_the_providers_people(database: Database) -> None:
    """The newest entry of anybody there counts, none of the client's does, and who left no longer answers for a side."""
    crowd(database, 2, weeks=1)
    with UnitOfWork(database) as uow:
        for person, at in ((1, NOW), (2, NOW - timedelta(hours=5))):
            entry = AuditEntry(
                installation_id=1, at=at, person_id=person, what="x", subject="x", subject_id=1, visibility="SH"
            )
            uow.audit.note(entry)
        uow.session.execute(
            update(Owner).where(col(Owner.programme_id) == 1, col(Owner.side) == "provider").values(until=NOW)
        )
        uow.commit()
        one, other = uow.overview.programmes(Seen(1, 1, "client", None, internal=True), NOW.date())
    assert (one.heard_at, other.heard_at) == (NOW - timedelta(hours=5), NOW - timedelta(days=1))
    assert (one.my_role, one.client_owner, one.provider_owner) == ("owner", True, False)


@pytest.mark.parametrize("action", ["home.providers", "home.provider"])
def test_a_lead_may_not_ask_for_the_list_of_providers(tmp_path: Path, action: str) -> None:
    """The buttons of a manager's Home, pressed by somebody of a provider, say whom they are for and nothing else."""
    database = bare(tmp_path, 2)
    pressed = Pressed("attack", lead_of(1), None, action=action, value="2")
    card = Router(table(), lambda: UnitOfWork(database)).handle(pressed, NOW).card
    assert card is not None and "managers" in card.text and "Provider" not in card.text


def _programmes(card: object) -> list[str]:
    elements = getattr(card, "elements", ())
    buttons = [button for each in elements if isinstance(each, Item) for button in each.buttons]
    return [button.value for button in buttons if button.action == "home.provider"]


def _words(item: Item) -> str:
    return "".join(span if isinstance(span, str) else getattr(span, "text", "") for span in item.text)
