"""The room's gateway: what is posted once, edited in order, found again, and refused."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from bot.ports import Delivery, Found, FoundMessage, Later, Missing, Refused, Sent, Unsure
from bot.room.gateway import RoomGateway
from bot.room.parts import RoomUnit
from handlers.vocabulary.address import Account, Place, Platform, Thread, Visibility
from handlers.vocabulary.outgoing import AnyCard, InternalCard, PrivateCard, Reaction, SharedCard
from tests.bot.room.harness import Stage, delivery

MANILA = Place(Platform.ROOM, "room", "manila")


def _direct(card: AnyCard, user: str) -> Delivery:
    account = Account(Platform.ROOM, "room", user)
    return Delivery("direct", 1, Visibility(card.kind), card, account=account)


def _text(made: Stage, ref: str) -> str:
    with made.shelf.units() as unit:
        row = unit.room.message(ref)
        assert row is not None and row.card is not None
        return made.shelf.codec.decode(row.card).text


async def test_the_same_key_posts_once(made: Stage) -> None:
    """A delivery posted twice stands in the room once, under the first reference."""
    first = await made.gateway.post(delivery(SharedCard("one")))
    second = await made.gateway.post(delivery(SharedCard("one")))
    assert isinstance(first, Sent) and first == second
    with made.shelf.units() as unit:
        assert len(unit.room.page("manila", "maria")) == 1


async def test_messages_keep_their_order_while_the_clock_stands(made: Stage) -> None:
    """References sort in the order of posting though every message has the same moment, or an earlier one."""
    refs = [await made.put(SharedCard("x"), key=f"k{n}") for n in range(4)]
    made.clock.moment -= timedelta(hours=1)
    refs.append(await made.put(SharedCard("x"), key="earlier"))
    assert refs == sorted(refs) and len(set(refs)) == 5


async def test_a_newer_revision_replaces_the_card_in_place(made: Stage) -> None:
    """An update shows the new card under the old reference, and says that it was edited."""
    ref = await made.put(SharedCard("old"))
    sent = await made.gateway.update(delivery(SharedCard("new"), revision=2, ref=ref))
    assert sent == Sent(ref, MANILA, 2) and _text(made, ref) == "new"


async def test_an_older_revision_never_overwrites_a_newer(made: Stage) -> None:
    """An update that comes late changes nothing, and is still answered as sent."""
    ref = await made.put(SharedCard("third"), revision=3)
    sent = await made.gateway.update(delivery(SharedCard("second"), revision=2, ref=ref))
    assert isinstance(sent, Sent) and _text(made, ref) == "third"


async def test_updating_what_is_not_there_is_refused(made: Stage) -> None:
    """An edit of an unknown message is refused with its reference."""
    sent = await made.gateway.update(delivery(SharedCard("new"), revision=2, ref="nothing"))
    assert isinstance(sent, Refused) and "nothing" in sent.why


async def test_a_posted_card_is_found_by_its_key(made: Stage) -> None:
    """Reconciliation finds what was posted, and says so when it was not."""
    wanted = delivery(SharedCard("one"))
    assert isinstance(await made.gateway.find(wanted, 0), Missing)
    ref = await made.put(SharedCard("one"))
    assert await made.gateway.find(wanted, 0) == Sent(ref, MANILA, 1)


async def test_a_direct_message_opens_the_persons_own_channel(made: Stage) -> None:
    """A post to a person stands in a channel that only this person has."""
    sent = await made.gateway.post(_direct(PrivateCard("yours"), "thandi"))
    assert isinstance(sent, Sent) and sent.place.channel == "direct-thandi"
    with made.shelf.units() as unit:
        maria = unit.room.user("maria")
        assert maria is not None
        assert "direct-thandi" not in {channel.id for channel in unit.room.channels_of(maria)}


async def test_internal_content_is_refused_where_the_provider_reads(made: Stage) -> None:
    """The last guard holds even when a delivery is wrong: nothing internal reaches a shared channel or the provider."""
    shared = await made.gateway.post(delivery(InternalCard("secret"), "manila"))
    person = await made.gateway.post(_direct(InternalCard("secret"), "jose"))
    private = await made.gateway.post(delivery(PrivateCard("hers"), "office"))
    assert all(isinstance(each, Refused) for each in (shared, person, private))
    assert isinstance(await made.gateway.post(delivery(InternalCard("fine"), "office")), Sent)


async def test_an_edit_cannot_turn_a_shared_message_internal(made: Stage) -> None:
    """An update with internal content to a message in a shared channel is refused too."""
    ref = await made.put(SharedCard("old"))
    sent = await made.gateway.update(delivery(InternalCard("secret"), revision=2, ref=ref))
    assert isinstance(sent, Refused) and _text(made, ref) == "old"


async def test_a_reaction_is_put_once_and_found(made: Stage) -> None:
    """The bot's emoji stands on the person's message once, however often it is sent."""
    ref = made.said("SL 82%", "jose")
    card = Reaction(Thread(ref=ref), "eyes")
    wanted = Delivery("r1", 1, Visibility.SHARED, card, place=MANILA, thread=ref)
    assert isinstance(await made.gateway.find(wanted, 0), Missing)
    await made.gateway.post(wanted)
    assert await made.gateway.post(wanted) == await made.gateway.find(wanted, 0) == Sent(ref, MANILA, 1)
    with made.shelf.units() as unit:
        row = unit.room.message(ref)
        assert row is not None and row.reactions == {"eyes": ["parley"]}


async def test_a_database_that_does_not_answer_leaves_doubt(made: Stage) -> None:
    """A post that the database did not answer is Unsure, and looking for it is put off; nothing is raised."""

    def failing() -> AbstractContextManager[RoomUnit]:
        raise OperationalError("BEGIN IMMEDIATE", {}, TimeoutError("locked"))

    gateway = RoomGateway(replace(made.shelf, units=failing))
    assert isinstance(await gateway.post(delivery(SharedCard("x"))), Unsure)
    assert isinstance(await gateway.find(delivery(SharedCard("x")), 0), Later)


async def test_unknown_places_and_people_are_refused_by_name(made: Stage) -> None:
    """A delivery to nowhere or nobody is refused and names what was looked for."""
    nowhere = await made.gateway.post(delivery(SharedCard("x"), "atlantis"))
    nobody = await made.gateway.post(_direct(SharedCard("x"), "nemo"))
    assert isinstance(nowhere, Refused) and "atlantis" in nowhere.why
    assert isinstance(nobody, Refused) and "nemo" in nobody.why


async def test_whether_a_channel_is_shared(made: Stage) -> None:
    """The guard's question is answered from the channel itself, and an unknown one is not guessed."""
    places = [Place(Platform.ROOM, "room", name) for name in ("manila", "office", "atlantis")]
    assert [await made.gateway.is_shared(place) for place in places] == [True, False, None]


async def test_who_somebody_is(made: Stage) -> None:
    """The room's own list of people tells name, zone and company; of anybody else it refuses to tell."""
    jose = await made.gateway.look_up(Account(Platform.ROOM, "", "jose"))
    assert isinstance(jose, Found) and not jose.is_admin
    with made.shelf.units() as unit:
        user = unit.room.user("jose")
        assert user is not None
        assert (jose.name, jose.zone, jose.workspace) == (user.name, user.zone, user.workspace)
    assert isinstance(await made.gateway.look_up(Account(Platform.ROOM, "", "nemo")), Refused)


async def test_the_room_reads_what_a_person_wrote(made: Stage) -> None:
    """A person's words come with their author and thread; another channel's and a private answer are refused."""
    root = await made.put(SharedCard("root"))
    said = made.said("We hire two leads", "maria", thread=root)
    private = made.said("only for me", "maria")
    with made.shelf.units() as unit:
        row = unit.room.message(private)
        assert row is not None
        row.only_for = "maria"
        unit.room.add(row)
        unit.commit()
    found = await made.gateway.look_at(MANILA, said)
    with made.shelf.units() as unit:
        maria = unit.room.user("maria")
    assert maria is not None
    account = Account(Platform.ROOM, maria.workspace, "maria")
    assert found == FoundMessage("We hire two leads", root, account, maria.name)
    for place, ref in ((replace(MANILA, channel="office"), said), (MANILA, private)):
        assert isinstance(await made.gateway.look_at(place, ref), Refused)
