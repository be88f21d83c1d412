"""The room's door: what people do becomes vocabulary once, and a seat's page holds only what it may see."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import Session

from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import Asked, Pressed, Reacted, Said, Shortcut, Submitted
from handlers.vocabulary.outgoing import InternalCard, PrivateCard, SharedCard
from storage.models import Installation, Person, PersonAccount
from tests.bot.room.conftest import Visitor
from tests.bot.room.harness import Stage, digest_card, menu_card

MARIA = Account(Platform.ROOM, "room", "maria")
JOSE = Account(Platform.ROOM, "bayanihan", "jose")
MANILA = Place(Platform.ROOM, "room", "manila")


def _sealed(form_html: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', form_html)
    assert found is not None
    return found.group(1)


# --- what is said -----------------------------------------------------------------------------------------------------


async def test_the_command_is_asked_and_answered_privately(made: Stage, visitor: Visitor) -> None:
    """A command reaches the house with its words; its card is seen by this person only, and no message is posted."""
    answer = await visitor.send("/as/maria/say", channel="manila", words="/vendor  actions mine")
    asked = made.house.heard[0]
    assert isinstance(asked, Asked) and (asked.words, asked.actor, asked.place) == ("actions mine", MARIA, MANILA)
    assert not asked.mention and "Only visible to you" in answer.json()["messages"][0]["html"]
    assert "Bayanihan Contact · Manila voice" in await visitor.open("/as/maria/c/manila")
    assert "Bayanihan Contact · Manila voice" not in await visitor.open("/as/jose/c/manila")


async def test_a_mention_is_a_message_and_a_question(made: Stage, visitor: Visitor) -> None:
    """A mention stands in the channel for all and asks what comes after it, in its thread."""
    root = made.said("hello", "maria")
    await visitor.send("/as/jose/say", channel="manila", thread=root, words="thanks @parley, actions mine")
    asked = made.house.heard[0]
    assert isinstance(asked, Asked) and asked.mention and asked.words == "actions mine" and asked.thread == root
    assert asked.actor == JOSE and asked.message is not None
    assert "thanks @parley, actions mine" in await visitor.open(f"/as/maria/c/manila/t/{root}")


async def test_plain_words_are_said_and_get_a_reaction(made: Stage, visitor: Visitor) -> None:
    """A plain reply reaches the house with its thread, and the answer's emoji stands on the message at once."""
    root = await made.put(digest_card())
    answer = await visitor.send("/as/jose/say", channel="manila", thread=root, words="SL 82% AHT 6:52")
    said = made.house.heard[0]
    assert isinstance(said, Said) and (said.words, said.thread, said.direct) == ("SL 82% AHT 6:52", root, False)
    html = "".join(part["html"] for part in answer.json()["messages"])
    assert "sign--white_check_mark" in html and "done: Parley" in html


async def test_words_to_the_bot_alone_are_direct(made: Stage, visitor: Visitor) -> None:
    """What is written in one's own conversation with the bot says so."""
    await visitor.send("/as/jose/say", channel="direct-jose", words="done 12")
    said = made.house.heard[0]
    assert isinstance(said, Said) and said.direct


@pytest.mark.parametrize("words", ["/vendors", "/remind me", "/"])
async def test_another_command_is_refused_with_the_right_one(made: Stage, visitor: Visitor, words: str) -> None:
    """A slash word that is not ours is neither posted nor handed on; the answer names the command."""
    answer = await visitor.send("/as/maria/say", channel="manila", words=words)
    assert answer.status_code == 422 and "/vendor" in answer.json()["toast"] and not made.house.heard


async def test_a_double_submit_is_done_once(made: Stage, visitor: Visitor) -> None:
    """The same submission sent twice is one message and one event, with and without script."""
    for script in (True, False):
        for _ in range(2):
            await visitor.send("/as/jose/say", script=script, channel="manila", words="ack", nonce=f"same-{script}")
    assert len(made.house.heard) == 2
    assert (await visitor.open("/as/maria/c/manila")).count('class="words said">ack<') == 2


# --- what is pressed --------------------------------------------------------------------------------------------------


async def test_a_button_opens_a_form_and_a_problem_comes_back_to_its_field(made: Stage, visitor: Visitor) -> None:
    """Press, fill, be told what is wrong with the words kept, mend it, and be confirmed."""
    ref = await made.put(menu_card(), "direct-maria")
    pressed = await visitor.send("/as/maria/press", message=ref, action="issue.open", value="1")
    state = _sealed(pressed.json()["form"])
    fields = {"channel": "direct-maria", "state": state, "field.severity": "1", "field.kinds": ["complaint", "system"]}
    wrong = await visitor.send("/as/maria/submit", **fields, **{"field.title": "bad"})
    assert wrong.status_code == 422 and 'value="bad"' in wrong.json()["form"]
    assert "field-title-problem" in wrong.json()["form"]
    right = await visitor.send("/as/maria/submit", **fields, **{"field.title": "Refunds refused"})
    assert right.json()["toast"].startswith("Issue reported") and right.json()["form"] == ""
    press, _, submit = made.house.heard
    assert isinstance(press, Pressed) and (press.action, press.value, press.message) == ("issue.open", "1", ref)
    assert isinstance(submit, Submitted) and submit.hidden == "provider=1" and submit.action == "issue.report"
    assert submit.values["title"] == "Refunds refused" and submit.values["kinds"] == "complaint,system"


async def test_a_form_works_without_script(made: Stage, visitor: Visitor) -> None:
    """Without script the form comes as an open dialog of a whole page, problems included."""
    ref = await made.put(digest_card())
    page = await visitor.send("/as/maria/press", script=False, message=ref, action="issue.open", value="")
    assert "<dialog" in page.text and " open>" in page.text and "What happened" in page.text
    sealed = {"channel": "manila", "state": _sealed(page.text), "field.title": "bad"}
    page = await visitor.send("/as/maria/submit", script=False, **sealed)
    assert page.status_code == 422 and "is too short" in page.text and "manila-voice" in page.text


async def test_a_form_that_was_tampered_with_is_refused(made: Stage, visitor: Visitor) -> None:
    """What a form carries is sealed: changed ids reach nobody."""
    ref = await made.put(digest_card())
    state = _sealed((await visitor.send("/as/maria/press", message=ref, action="issue.open")).json()["form"])
    body, _, signature = state.partition(".")
    heard = len(made.house.heard)
    answer = await visitor.send("/as/maria/submit", channel="manila", state=f"{body[:-4]}AAAA.{signature}")
    assert answer.status_code == 403 and len(made.house.heard) == heard


async def test_a_message_menu_reports_an_issue(made: Stage, visitor: Visitor) -> None:
    """The shortcut carries the message, its words and its author's own account."""
    ref = made.said("They refused my refund.", "jose")
    answer = await visitor.send("/as/maria/shortcut", message=ref, name="report_issue")
    event = made.house.heard[0]
    assert isinstance(event, Shortcut) and event.name == "report_issue" and event.message == ref
    assert event.words == "They refused my refund." and event.author == JOSE
    assert "Report an issue" in answer.json()["form"]


async def test_a_reaction_is_put_and_taken_off(made: Stage, visitor: Visitor) -> None:
    """An emoji stands under the message and both turns reach the house; an unknown one does not."""
    ref = made.said("good news", "jose")
    await visitor.send("/as/maria/react", message=ref, emoji="tada")
    assert "well done: Maria Okafor" in await visitor.open("/as/jose/c/manila")
    await visitor.send("/as/maria/react", message=ref, emoji="tada", removed="1")
    assert "well done: Maria Okafor" not in await visitor.open("/as/jose/c/manila")
    assert (await visitor.send("/as/maria/react", message=ref, emoji="bomb")).status_code == 422
    assert [(event.emoji, event.removed) for event in made.house.heard if isinstance(event, Reacted)] == [
        ("tada", False), ("tada", True)
    ]  # fmt: skip


async def test_the_clock_moves_once_a_click(made: Stage, visitor: Visitor) -> None:
    """Next Monday moves the room's clock, a double click no further, and the page shows each seat's own time."""
    for _ in range(2):
        await visitor.send("/as/maria/clock", to="monday", nonce="once")
    assert made.clock.leaps == ["monday"]
    page = await visitor.open("/as/jose/c/manila")
    assert "Mon 30 Nov, </span>17:00" in page and "London · Mon 30 Nov 09:00" in page


async def test_a_private_answer_can_be_dismissed_and_nothing_else(made: Stage, visitor: Visitor) -> None:
    """Its reader takes a private answer away; a message of the channel stays."""
    answer = await visitor.send("/as/maria/say", channel="manila", words="/vendor")
    ref = answer.json()["messages"][0]["ref"]
    assert (await visitor.send("/as/jose/dismiss", message=ref)).status_code == 404
    assert (await visitor.send("/as/maria/dismiss", message=ref)).status_code == 200
    assert "Manila voice" not in await visitor.open("/as/maria/c/manila")
    assert (await visitor.send("/as/maria/dismiss", message=made.said("x", "maria"))).status_code == 404


async def test_what_could_not_be_saved_is_said(made: Stage, visitor: Visitor) -> None:
    """When the house cannot save, the page is told to try again and keeps the same submission."""
    made.house.unavailable = True
    answer = await visitor.send("/as/maria/say", channel="manila", words="/vendor")
    assert answer.status_code == 503 and answer.json()["keep"] and "try again" in answer.json()["toast"]


# --- who sees what ----------------------------------------------------------------------------------------------------


async def test_a_provider_sees_no_internal_channel_and_nobody_elses_conversation(made: Stage, visitor: Visitor) -> None:
    """What a seat may not see is not in its HTML, nor at its address, nor in its answers."""
    plan = await made.put(InternalCard("A plan is ready"), "office", "plan")
    hers = await made.put(PrivateCard("Only Maria"), "direct-maria", "hers")
    page = await visitor.open("/as/jose/")
    for hidden in ("vendor-office", "A plan is ready", "Only Maria", "krakow-mail", "direct-maria"):
        assert hidden not in page, hidden
    for path in ("c/office", "c/direct-maria", f"c/manila/t/{plan}", f"pictures/{plan}/0.svg"):
        assert (await visitor.client.get(f"/as/jose/{path}")).status_code == 404, path
    for ref in (plan, hers):
        assert (await visitor.send("/as/jose/press", message=ref, action="plan.open")).status_code == 404
    assert (await visitor.send("/as/jose/say", channel="office", words="hi")).status_code == 404
    assert not made.house.heard


async def test_even_a_member_of_the_provider_does_not_read_an_internal_channel(made: Stage, visitor: Visitor) -> None:
    """Membership written by mistake does not open an internal channel to the other company."""
    with made.shelf.units() as unit:
        unit.room.join("office", "jose")
        unit.commit()
    assert (await visitor.client.get("/as/jose/c/office")).status_code == 404


async def test_a_guest_has_plain_replies_and_nothing_more(made: Stage, visitor: Visitor) -> None:
    """Under a Slack guest's limits: no command, no button, no shortcut, no private answer; plain words work."""
    ref = await made.put(digest_card())
    for path, fields in {
        "say": {"channel": "manila", "words": "/vendor report"},
        "press": {"message": ref, "action": "issue.open"},
        "shortcut": {"message": ref, "name": "report_issue"},
    }.items():
        assert (await visitor.send(f"/as/jose~guest/{path}", **fields)).status_code == 403
    assert not made.house.heard
    await visitor.send("/as/jose~guest/say", channel="manila", words="@Parley what is open?")
    assert [type(event) for event in made.house.heard] == [Asked]
    page = await visitor.open("/as/jose~guest/c/manila")
    assert "Only visible to you" not in page and ">Report an issue<" not in page
    assert "@Parley what is open?" in page


async def test_the_client_has_no_guest_view(visitor: Visitor) -> None:
    """The limits are the provider's; the client's own people keep their commands."""
    answer = await visitor.send("/as/maria~guest/say", channel="manila", words="/vendor")
    assert answer.status_code == 200


async def test_nobody_acts_as_somebody_without_a_seat(visitor: Visitor) -> None:
    """A person who has no seat, or does not exist, has no pages."""
    for name in ("thandi", "nobody"):
        assert (await visitor.client.get(f"/as/{name}/c/cape")).status_code == 404


async def test_unread_channels_are_marked_until_they_are_opened(made: Stage, visitor: Visitor) -> None:
    """A dot stands beside a channel with something new by somebody else, and goes when it is read."""
    await made.put(SharedCard("new"), "krakow")
    assert await _unread(visitor, "manila") == ["krakow"]
    assert await _unread(visitor, "krakow") == []
    await visitor.send("/as/maria/say", channel="krakow", words="my own")
    assert await _unread(visitor, "manila") == []


async def _unread(visitor: Visitor, channel: str) -> list[str]:
    page = await visitor.open(f"/as/maria/c/{channel}")
    return re.findall(r'data-channel="([^"]+)"(?: aria-current="page")? class="unread"', page)


async def test_a_long_channel_opens_at_its_end(made: Stage, visitor: Visitor) -> None:
    """A page shows the newest sixty messages and leads to the earlier ones."""
    for number in range(70):
        made.clock.moment += timedelta(minutes=1)
        made.said(f"message number {number}.", "jose")
    page = await visitor.open("/as/maria/c/manila")
    assert "number 69." in page and "number 10." in page and "number 9." not in page
    earlier = re.search(r'href="(/as/maria/c/manila\?before=[^"]+)"', page)
    assert earlier is not None
    older = await visitor.open(earlier.group(1))
    assert "number 9." in older and "number 10." not in older and "before=" not in older


# --- who is kept out --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
     {"origin": "null"}],
)  # fmt: skip
async def test_another_site_cannot_send_our_forms(made: Stage, visitor: Visitor, headers: dict[str, str]) -> None:
    """Even with a right token, a request that another site sent is refused."""
    await visitor.open("/")
    data = {"token": visitor.token, "nonce": "n", "channel": "manila", "words": "/vendor"}
    answer = await visitor.client.post("/as/maria/say", data=data, headers=headers)
    assert answer.status_code == 403 and not made.house.heard


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_a_wrong_page_token_is_refused(made: Stage, visitor: Visitor, token: str) -> None:
    """Without the page's own token nothing is written, and the page is told to reload."""
    await visitor.open("/")
    answer = await visitor.send("/as/maria/say", channel="manila", words="/vendor", token=token)
    assert answer.status_code == 403 and "Reload" in answer.json()["trouble"] and not made.house.heard


async def test_a_token_does_not_work_in_another_browser(made: Stage, visitor: Visitor) -> None:
    """The token belongs to one browser's cookie."""
    await visitor.open("/")
    visitor.client.cookies.clear()
    assert (await visitor.send("/as/maria/say", channel="manila", words="x")).status_code == 403


async def test_another_name_of_the_host_is_refused(made: Stage) -> None:
    """A page that points its own name at this machine cannot read the room."""
    transport = httpx.ASGITransport(app=made.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://evil.example:8080") as client:
        assert (await client.get("/as/maria/c/manila")).status_code == 421


async def test_pages_allow_no_foreign_and_no_inline_script(visitor: Visitor) -> None:
    """The policy is strict, and the page itself lives within it: no inline script, style or handler."""
    page = await visitor.client.get("/", follow_redirects=True)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?! src)|https?://(?!www\.w3\.org)", page.text)
    assert "HttpOnly" in page.headers["set-cookie"] and "SameSite=strict" in page.headers["set-cookie"]


async def test_a_body_too_long_is_refused_unread(made: Stage, visitor: Visitor) -> None:
    """A form far beyond what a page can send is refused."""
    answer = await visitor.send("/as/maria/say", channel="manila", words="x" * 300_000)
    assert answer.status_code == 413 and not made.house.heard


async def test_a_picture_is_served_to_whom_may_read_its_card(made: Stage, visitor: Visitor) -> None:
    """A card's chart comes as SVG under a policy of its own; what is not a picture is not found."""
    ref = await made.put(digest_card())
    picture = await visitor.client.get(f"/as/jose/pictures/{ref}/2.svg")
    assert picture.headers["content-type"].startswith("image/svg") and "Service level" in picture.text
    assert "script" not in picture.headers["content-security-policy"]
    for index in (0, 99):
        assert (await visitor.client.get(f"/as/jose/pictures/{ref}/{index}.svg")).status_code == 404


async def test_fitting_people_are_offered_first_and_leavers_never(made: Stage, visitor: Visitor) -> None:
    """Whom the field itself offers stands before everybody else, once; who is noted as having left stands nowhere, though the
    room still has their seat."""
    with made.shelf.units() as unit:
        leaver = next(user for user in unit.room.members("manila") if user.id not in ("jose", "maria"))
    with Session(made.database.engine) as session:
        now = datetime(2026, 3, 2, tzinfo=UTC)
        session.add(Installation(id=1, platform="room", workspace="room", name="N", bot_user="", installed_at=now))
        session.flush()
        session.add(Person(id=1, installation_id=1, name=leaver.name, side=leaver.side, created_at=now, left_at=now))
        session.flush()
        session.add(PersonAccount(person_id=1, platform="room", workspace=leaver.workspace, user=leaver.id))
        session.commit()
    html = (await visitor.send("/as/maria/say", channel="manila", words="/vendor setup")).json()["form"]
    owner = html[html.index('name="field.owner"') : html.index("</select>")]
    offered = [each for each in re.findall(r'<option value="([^"]*)"', owner) if each]
    assert offered[0] == "29:teams" and len(offered) == len(set(offered)) > 1
    assert leaver.id not in offered and f'value="{leaver.id}"' not in html


async def test_a_person_is_chosen_among_those_who_may_be_named(made: Stage, visitor: Visitor) -> None:
    """The client names the channel's members and all of their own company, by company; the provider the members only."""
    with made.shelf.units() as unit:
        members = {user.id for user in unit.room.members("manila")}
        clients = {user.id for user in unit.room.users() if user.side == "client"}
    for seat, may in (("maria", members | clients), ("jose", members)):
        html = (await visitor.send(f"/as/{seat}/say", channel="manila", words="/vendor setup")).json()["form"]
        owner = html[html.index('name="field.owner"') : html.index("</select>")]
        offered = set(re.findall(r'<option value="([^"]+)"', owner))
        assert offered == may | {"29:teams"}
        assert '<option value="jose" selected>' in owner and "<optgroup label=" in owner
        deputy = html[html.index('name="field.deputy"') :]
        assert '<option value="">Nobody</option>' in deputy
    fields = {"channel": "manila", "state": _sealed(html), "field.owner": "jose", "field.deputy": ""}
    await visitor.send("/as/jose/submit", **fields)
    submit = made.house.heard[-1]
    assert isinstance(submit, Submitted) and submit.values == {"owner": "jose", "deputy": ""}
