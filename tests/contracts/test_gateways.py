"""One contract, every gateway: the fake, the room, and Slack and Teams against their stand-ins answer alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.ports import Delivery, FoundMessage, Gateway, Missing, Refused, Sent, Uploaded
from bot.slack.gateway import SlackGateway
from handlers.vocabulary.address import Account, Place, Platform, Thread, Visibility
from handlers.vocabulary.outgoing import File, Reaction, SharedCard
from storage.database import Database
from tests.bot.room.harness import stage
from tests.bot.slack.doors import settings_for
from tests.bot.teams.lines import account_of, gateway_to, place_of
from tests.fakes import FakeGateway
from tests.standins.slack.faults import Rates
from tests.standins.slack.server import StandInSlack
from tests.standins.teams.faults import Rates as TeamsRates
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import INTERNAL, SHARED


@dataclass
class Case:
    """A gateway with a shared channel, one of the client alone, one nobody knows, and a person."""

    gateway: Gateway
    shared: Place
    internal: Place
    nowhere: Place
    person: Account
    reads_chats: bool = True
    """Whether what was said to a person can be read back: on Teams no bot may."""

    def delivery(self, key: str = "p1", words: str = "hello") -> Delivery:
        """A card to the shared channel."""
        return Delivery(key, 1, Visibility.SHARED, SharedCard(words), self.shared)

    async def sent(self, delivery: Delivery) -> Sent:
        """Posts what must succeed."""
        outcome = await self.gateway.post(delivery)
        assert isinstance(outcome, Sent), outcome
        return outcome


@pytest.fixture(params=["fake", "room", "slack", "teams"])
async def case(request: pytest.FixtureRequest, tmp_path: Path, sqlite_url: str) -> AsyncIterator[Case]:
    """Every gateway there is."""
    if request.param == "fake":
        places = [Place(Platform.ROOM, "room", name) for name in ("shared", "internal", "nowhere")]
        fake = FakeGateway(shared={"shared"}, unknown={"nowhere"}, files_apart=True)
        yield Case(fake, places[0], places[1], places[2], Account(Platform.ROOM, "room", "maria"))
    elif request.param == "room":
        made = stage(tmp_path)
        places = [Place(Platform.ROOM, "room", name) for name in ("manila", "internal", "nowhere")]
        with made.shelf.units() as unit:
            known = {channel.id: channel.kind for user in unit.room.users() for channel in unit.room.channels_of(user)}
        internal = next(name for name, kind in known.items() if kind == "internal")
        places[1] = replace(places[1], channel=internal)
        yield Case(made.gateway, places[0], places[1], places[2], Account(Platform.ROOM, "room", "maria"))
        made.database.dispose()
    elif request.param == "teams":
        database = Database(sqlite_url, durable=False)
        async with StandInTeams(rates=TeamsRates.unlimited()) as teams, gateway_to(teams, database) as to_teams:
            teams.graph_allowed = True
            places = [place_of(channel) for channel in (SHARED, INTERNAL, "19:nowhere@thread.tacv2")]
            yield Case(to_teams, places[0], places[1], places[2], account_of(teams, "maya"), reads_chats=False)
        database.dispose()
    else:
        async with StandInSlack(rates=Rates.unlimited()) as slack:
            places = [Place(Platform.SLACK, "T0HOST", name) for name in ("C0SHARED", "C0INTERNAL", "C0NOWHERE")]
            gateway = SlackGateway(settings_for(slack))
            yield Case(gateway, places[0], places[1], places[2], Account(Platform.SLACK, "T0VENDOR", "U0LEAD"))


async def test_a_post_is_found_by_its_key(case: Case) -> None:
    """What was posted is found under its reference and in its place; another key is missing."""
    sent = await case.sent(case.delivery())
    found = await case.gateway.find(case.delivery(), 0)
    assert isinstance(found, Sent) and (found.ref, found.place) == (sent.ref, case.shared)
    assert await case.gateway.find(case.delivery("other"), 0) == Missing()


async def test_a_reply_is_found_in_its_thread(case: Case) -> None:
    """A reply has a reference of its own and is found where it stands."""
    root = await case.sent(case.delivery())
    reply = replace(case.delivery("reply"), thread=root.ref)
    sent = await case.sent(reply)
    found = await case.gateway.find(reply, 0)
    assert sent.ref != root.ref and isinstance(found, Sent) and found.ref == sent.ref


async def test_a_person_is_written_to(case: Case) -> None:
    """Without a place the conversation is opened; the place comes back, and the message is found in it where
    bots may read there."""
    direct = replace(case.delivery(), place=None, account=case.person)
    sent = await case.sent(direct)
    assert sent.place.channel not in ("", case.shared.channel)
    found = await case.gateway.find(replace(direct, place=sent.place), 0)
    if not case.reads_chats:
        assert found == Missing()
        return
    assert isinstance(found, Sent) and found.ref == sent.ref


async def test_an_edit_keeps_the_reference(case: Case) -> None:
    """An edit, also twice, stands under the old reference, and the message is still found by its key."""
    sent = await case.sent(case.delivery())
    edit = replace(case.delivery(words="newer"), revision=2, ref=sent.ref)
    for _ in range(2):
        outcome = await case.gateway.update(edit)
        assert isinstance(outcome, Sent) and outcome.ref == sent.ref
    found = await case.gateway.find(edit, 0)
    assert isinstance(found, Sent) and found.ref == sent.ref and found.revision in (None, 2)


async def test_an_edit_of_nothing_is_refused(case: Case) -> None:
    """An unknown reference is refused with a reason."""
    outcome = await case.gateway.update(replace(case.delivery(), revision=2, ref="1.000001"))
    assert isinstance(outcome, Refused) and outcome.why


async def test_a_reaction_twice_is_sent(case: Case) -> None:
    """Putting a reaction that is there already is as good as putting it."""
    message = await case.sent(case.delivery())
    reaction = replace(case.delivery("r1"), card=Reaction(Thread(ref=message.ref), "eyes"), thread=message.ref)
    assert await case.gateway.post(reaction) == await case.gateway.post(reaction)
    assert isinstance(await case.gateway.post(reaction), Sent)


async def test_who_reads_a_channel(case: Case) -> None:
    """Shared, the client's own, and a channel of which nothing is known are told apart."""
    asked = [await case.gateway.is_shared(place) for place in (case.shared, case.internal, case.nowhere)]
    assert asked == [True, False, None]


async def test_an_unknown_channel_is_refused(case: Case) -> None:
    """A post to a channel that is not there is refused with a reason, and nothing is found afterwards."""
    nowhere = replace(case.delivery(), place=case.nowhere)
    outcome = await case.gateway.post(nowhere)
    assert isinstance(outcome, Refused) and outcome.why
    assert await case.gateway.find(nowhere, 0) == Missing()


async def test_a_message_is_looked_at(case: Case) -> None:
    """A card of ours is read by its reference, with the thread it stands in and nobody as its author; an unknown one is
    refused."""
    root = await case.sent(case.delivery(words="root"))
    reply = await case.sent(replace(case.delivery("reply", words="reply"), thread=root.ref))
    for sent, words, thread in ((root, "root", None), (reply, "reply", root.ref)):
        if isinstance(case.gateway, FakeGateway):
            case.gateway.messages[sent.ref] = FoundMessage(words, thread)
        found = await case.gateway.look_at(case.shared, sent.ref)
        assert isinstance(found, FoundMessage)
        assert (found.words, found.thread, found.author) == (words, thread, None)
    unknown = await case.gateway.look_at(case.shared, "1.000001")
    assert isinstance(unknown, Refused) and unknown.why


async def test_a_file_is_shared_once_it_was_uploaded(case: Case) -> None:
    """Where files stand apart: uploaded, it is not found; shared, it is; elsewhere an upload is refused."""
    file = File("a.ics", "text/calendar", "BEGIN:VCALENDAR", "Invitation")
    card = SharedCard("Review", elements=(file,))
    sent = await case.sent(replace(case.delivery(), card=card))
    part = replace(case.delivery("part"), card=card, thread=sent.ref, attachment=file)
    uploaded = await case.gateway.upload(part)
    if not case.gateway.files_apart:
        assert isinstance(uploaded, Refused)
        return
    assert isinstance(uploaded, Uploaded)
    part = replace(part, upload=uploaded.file)
    assert await case.gateway.find(part, 0) == Missing()
    shared = await case.sent(part)
    found = await case.gateway.find(part, 0)
    assert isinstance(found, Sent) and (found.ref, found.place) == (shared.ref, case.shared)
