"""Home in the room: the seat's own page, what is pressed in it, and the files that hang on cards."""

from __future__ import annotations

import re

import pytest

from handlers.vocabulary.address import Account, Platform
from handlers.vocabulary.incoming import HomeOpened, Pressed, Submitted
from handlers.vocabulary.outgoing import File, InternalCard, SharedCard
from tests.bot.room.conftest import Visitor
from tests.bot.room.harness import Stage

MARIA = Account(Platform.ROOM, "room", "maria")
INVITE = File(
    "weekly réview.ics", "text/calendar; method=REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "Invitation"
)


async def test_home_is_the_seats_own_page(made: Stage, visitor: Visitor) -> None:
    """The house is asked who looks, without a place; its card stands there, its own title said once, linked in the rail."""
    html = await visitor.open("/as/maria/home")
    (opened,) = made.house.heard
    assert isinstance(opened, HomeOpened) and (opened.actor, opened.place, opened.actor_name) == (
        MARIA, None, "Maria Okafor"
    )  # fmt: skip
    assert "Send the refund policy" in html and 'href="/as/maria/home" aria-current="page"' in html
    assert "<h3>" not in html and "<h1>Home</h1>" in html
    assert 'href="/as/maria/home"' in await visitor.open("/as/maria/c/manila")
    await visitor.open("/as/maria/home")
    assert len(made.house.heard) == 2, "each look is an event of its own"


async def test_a_press_in_the_rooms_home(made: Stage, visitor: Visitor) -> None:
    """A line's button arrives without a place or message; the answer brings a fresh Home and a short line."""
    answer = (await visitor.send("/as/maria/press", home="1", action="action.ack", value="3")).json()
    pressed = next(event for event in made.house.heard if isinstance(event, Pressed))
    assert (pressed.place, pressed.message, pressed.value) == (None, None, "3")
    assert "Send the refund policy" in answer["home"] and "ten minutes" in answer["toast"]
    assert answer["messages"] == [] and answer["form"] == ""


async def test_a_private_card_opens_over_home(made: Stage, visitor: Visitor) -> None:
    """A card that answers stands in the dialog, not in any channel, and its own buttons stay in Home."""
    answer = (await visitor.send("/as/maria/press", home="1", action="action.show", value="7")).json()
    assert "Only visible to you" in answer["form"] and "1 issue open" in answer["form"]
    assert answer["form"].count('name="home" value="1"') >= 3 and 'href="/as/maria/home"' in answer["form"]
    with made.shelf.units() as unit:
        assert unit.room.page("direct-maria", "maria") == []


async def test_a_form_of_home_is_sent_from_nowhere(made: Stage, visitor: Visitor) -> None:
    """It names the people of all the seat's channels, is sent without a place, and problems come back in it."""
    answer = (await visitor.send("/as/maria/press", home="1", action="people.form")).json()
    assert all(name in answer["form"] for name in ("Jose Santos", "Ellen Price", "Thandi Nkosi"))
    opened = (await visitor.send("/as/maria/press", home="1", action="issue.open")).json()["form"]
    state = re.search(r'name="state" value="([^"]+)"', opened)
    assert state is not None
    fields = {"home": "1", "state": state[1], "field.title": "bad"}
    wrong = await visitor.send("/as/maria/submit", **fields)
    assert wrong.status_code == 422 and "is too short" in wrong.json()["form"]
    assert 'name="home" value="1"' in wrong.json()["form"]
    sent = await visitor.send("/as/maria/submit", **{**fields, "field.title": "Refunds are late"})
    submitted = [event for event in made.house.heard if isinstance(event, Submitted)]
    assert submitted[-1].place is None and sent.json()["home"] and "Issue reported" in sent.json()["toast"]


async def test_home_without_script(made: Stage, visitor: Visitor) -> None:
    """A press shows its answer on the page of Home; one with nothing to say leads back to it; so does the clock."""
    said = await visitor.send("/as/maria/press", script=False, home="1", action="action.show")
    assert said.status_code == 200 and "1 issue open" in said.text and "<h1>Home</h1>" in said.text
    moved = await visitor.send("/as/maria/clock", script=False, home="1", to="hour")
    assert moved.status_code == 303 and moved.headers["location"] == "/as/maria/home"


async def test_a_guest_has_no_home(made: Stage, visitor: Visitor) -> None:
    """As on Slack: no page, no link, no press; and nothing reaches the house."""
    page = await visitor.client.get("/as/jose~guest/home")
    assert page.status_code == 404 and "no Home" in page.text
    assert "/home" not in await visitor.open("/as/jose~guest/c/manila")
    refused = await visitor.send("/as/jose~guest/press", home="1", action="action.ack")
    assert refused.status_code == 404 and made.house.heard == []


async def test_home_that_cannot_be_asked_says_so(made: Stage, visitor: Visitor) -> None:
    """When the database is away the page says to try again."""
    await visitor.open("/as/maria/home")
    made.house.unavailable = True
    page = await visitor.client.get("/as/maria/home")
    assert page.status_code == 503 and "Please try again" in page.text
    pressed = await visitor.send("/as/maria/press", home="1", action="action.ack")
    assert pressed.status_code == 503 and "Please try again" in pressed.json()["trouble"]


async def test_switching_the_seat_stays_at_home(made: Stage, visitor: Visitor) -> None:
    """From Home one comes to the other person's Home."""
    assert 'href="/as/jose/home"' in await visitor.open("/as/maria/home")


# --- files


async def test_a_file_is_kept_not_shown(made: Stage, visitor: Visitor) -> None:
    """It comes byte for byte under its name and kind, to be saved; a browser may run nothing of it."""
    ref = await made.put(SharedCard("Review", elements=(INVITE,)))
    html = await visitor.open("/as/jose/c/manila")
    assert f'href="/as/jose/files/{ref}/0"' in html and "Invitation" in html
    file = await visitor.client.get(f"/as/jose/files/{ref}/0")
    assert file.content == INVITE.content.encode() and file.headers["content-type"] == INVITE.media_type
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''weekly%20r%C3%A9view.ics"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("media_type", ["text/html\r\nSet-Cookie: a=b", "", "x" * 20])
async def test_a_file_of_no_known_kind_is_just_bytes(made: Stage, visitor: Visitor, media_type: str) -> None:
    """What is no media type never reaches a header."""
    ref = await made.put(SharedCard("Review", elements=(File("a", media_type, "a", "A"),)))
    await visitor.open("/")
    file = await visitor.client.get(f"/as/maria/files/{ref}/0")
    assert file.headers["content-type"] == "application/octet-stream" and "set-cookie" not in file.headers


async def test_a_file_is_for_those_who_may_read_its_card(made: Stage, visitor: Visitor) -> None:
    """Another company, another element and another place get nothing."""
    inside = await made.put(InternalCard("Review", elements=(INVITE,)), "office", "k9")
    shared = await made.put(SharedCard("Review", elements=(INVITE,)))
    await visitor.open("/")
    for path in (f"/as/jose/files/{inside}/0", f"/as/jose/files/{shared}/1", f"/as/jose/pictures/{shared}/0.svg"):
        assert (await visitor.client.get(path)).status_code == 404
    assert (await visitor.client.get(f"/as/maria/files/{inside}/0")).status_code == 200


async def test_emoji_that_speak_in_a_review(made: Stage, visitor: Visitor) -> None:
    """Every message offers the decision, the action, the risk and the hand, each drawn and named."""
    ref = made.said("We hire two leads", "jose")
    html = await visitor.open("/as/maria/c/manila")
    for name, words in (
        ("pushpin", "decision"),
        ("hammer", "action"),
        ("warning", "risk"),
        ("raised_hand", "I am here"),
    ):
        assert f'aria-label="React: {words}"' in html and f"sign--{name}" in html
        assert (await visitor.send("/as/maria/react", message=ref, emoji=name)).status_code == 200
