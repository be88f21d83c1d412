"""What the SDK lets through and the door does not: each line of the list with a test of its own."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry import trace
from sqlmodel import select
from starlette.applications import Starlette

from bot.teams import members, pressing
from bot.teams.guard import KEYS_LAST, KEYS_REST, Guard, Keys, KeysAway, NotLetIn
from bot.teams.routes import LARGEST_BODY, Reply, teams_routes
from handlers.vocabulary.incoming import AnyIncoming, HomeOpened
from handlers.vocabulary.outgoing import Answer, Button, Field, Form, PrivateCard, SharedCard
from storage.models.absence import Absence
from tests.bot.slack.doors import FakeDispatch, served
from tests.bot.teams.doors import Entry, opened, routed, settings_for, status
from tests.bot.teams.test_door import stands
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import SHARED
from tests.standins.teams.world import HOST_TENANT, RIVAL_TENANT, VENDOR_TENANT

OTHER = "d1000000-0000-4000-8000-000000000009"


async def a_message(teams: StandInTeams, **changes: Any) -> dict[str, Any]:
    """A message of Maya's in her personal chat, as Teams would send it, not sent yet."""
    maya = teams.person("maya")
    chat = teams.world.personal(maya.user)
    stored = teams.world.store(chat, maya.id, teams.scribe.typed("help"), None)
    return {**teams.scribe.message(chat, stored, maya.user), **changes}


# --- who is let in


FORGERIES: tuple[dict[str, Any], ...] = (
    {"header": ""},
    {"header": "Bearer "},
    {"header": "Bearer not.a.token"},
    {"header": "Basic dXNlcjpwYXNz"},
    {"header": f"Bearer {'x' * 20_000}"},
    {"key": "none"},
    {"key": "other"},
    {"key": "unknown"},
    {"audience": OTHER},
    {"issuer": "https://sts.windows.net/somebody/"},
    {"age": 3600.0},
    {"not_before": 4e9},
    {"no_expiry": True},
    {"entra": HOST_TENANT},
    {"service_url": ""},
    {"service_url": "https://smba.trafficmanager.net/teams/"},
)


async def test_a_wrong_token_is_not_let_in(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """No token, a forged one, one for another bot, of another issuer, run out, not begun, without an end, without the service
    address or with another: 401, and nothing is done or kept."""
    for forgery in FORGERIES:
        sent = await teams.sends(await a_message(teams), **forgery)
        assert status(sent) == 401, forgery
    assert dispatch.calls == 0
    assert teams.calls_of("member") == []


async def test_the_service_address_is_the_tokens(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A body without a service address, or with another than its token's, is refused: our own token would be sent there."""
    others = (None, "", 7, "https://evil.example/", "https://smba.trafficmanager.net/teams/", "http://[", "file:///x")
    for address in others:
        activity = await a_message(teams, serviceUrl=address)
        if address is None:
            del activity["serviceUrl"]
        assert status(await teams.sends(activity)) == 401, address
    assert dispatch.calls == 0


async def test_an_address_that_is_not_teams_gets_no_token(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Even when token and body agree: our own token goes to Teams' hosts over https, and to the one that is set."""
    evil = "https://evil.example/teams/"
    sent = await teams.sends(await a_message(teams, serviceUrl=evil), service_url=evil)
    assert status(sent) == 401
    guard = Guard(settings_for(teams, service_url="https://smba.trafficmanager.net/teams/"))
    for address in ("https://smba.trafficmanager.net/emea/", "https://smba.infra.gcc.teams.microsoft.com/teams/"):
        guard.address({"serviceurl": address.rstrip("/")}, address)
    for address in (
        "http://smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example/#smba.trafficmanager.net",
        "https://smba.trafficmanager.net:8443/",
        teams.service_url,
    ):
        with pytest.raises(NotLetIn):
            guard.address({"serviceurl": address}, address)


async def test_other_tenants_are_refused(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A personal chat of another tenant, and a channel nobody knows, are answered with 403; a tenant that cannot be told is
    another one."""
    of_theirs = {"channelData": {"tenant": {"id": RIVAL_TENANT}}}
    chat = {"id": "a:1their", "conversationType": "personal", "tenantId": RIVAL_TENANT}
    channel = {"id": "19:theirs@thread.tacv2", "conversationType": "channel", "tenantId": RIVAL_TENANT}
    for changed in (
        {**of_theirs, "conversation": chat},
        {**of_theirs, "conversation": channel},
        {"channelData": {}, "conversation": {"id": "a:1", "conversationType": "personal"}},
        {"channelData": None, "conversation": None},
    ):
        assert status(await teams.sends(await a_message(teams, **changed))) == 403, changed
    assert dispatch.calls == 0
    assert teams.calls_of("member") == []


async def test_outsiders_in_a_channel_of_ours_are_let_in(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Should Teams name the author's tenant in a shared channel, a channel that is known as ours lets them in; the place stays
    ours, the person theirs."""
    teams.scribe.authors_tenant = True
    await teams.person("liza").mention(SHARED, "help")
    assert (status(teams.deliveries[-1]), dispatch.calls) == (403, 0)
    await teams.person("maya").mention(SHARED, "help")
    await teams.person("liza").mention(SHARED, "help")
    theirs = dispatch.done[-1]
    assert theirs.place is not None
    assert (theirs.place.workspace, theirs.actor.workspace) == (HOST_TENANT, VENDOR_TENANT)


async def test_a_second_tenant_of_ours_is_let_in_and_joins(
    teams: StandInTeams, dispatch: FakeDispatch, sqlite_url: str, tmp_path: Path
) -> None:
    """A tenant named in TEAMS_TENANTS is let in, whatever the case of its letters, and belongs to the same company."""
    async with opened(teams, sqlite_url, tmp_path, lambda _: dispatch, tenants=(RIVAL_TENANT.upper(),)) as entry:
        chat = {"id": "a:1their", "conversationType": "personal", "tenantId": RIVAL_TENANT}
        told = {"channelData": {"tenant": {"id": RIVAL_TENANT}}, "conversation": chat}
        await teams.sends(await a_message(teams, **told))
        with entry.units() as uow:
            first, second = (uow.providers.installation("teams", each) for each in (HOST_TENANT, RIVAL_TENANT))
    assert first is not None and second is not None and first.id == second.id


# --- what is read


async def posted(teams: StandInTeams, body: bytes) -> int:
    """The status for a body with a good token."""
    assert teams.request_url is not None
    signed = teams.login.sign(teams.service_url)
    async with httpx.AsyncClient() as client:
        headers = {"authorization": signed, "content-type": "application/json"}
        return (await client.post(teams.request_url, content=body, headers=headers)).status_code


async def test_what_is_no_activity_is_refused(teams: StandInTeams, entry: Entry) -> None:
    """Bad JSON and JSON that is no object get a 400, however deep it is nested."""
    for body in (b"", b"{", b"\xff\xfe", b"null", b"[]", b'"text"', b"7", b"[" * 100_000):
        assert await posted(teams, body) == 400, body[:10]


async def test_a_large_body_is_refused(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A body beyond 256 KiB gets a 413; one just below it is read."""
    assert await posted(teams, b" " * (LARGEST_BODY + 1)) == 413
    assert await posted(teams, json.dumps(await a_message(teams)).encode().ljust(LARGEST_BODY)) == 200
    assert len(dispatch.done) == 1


async def test_unknown_requests_are_said_to_be_unknown(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """An invoke that is none of ours gets a 501, and is not sent again; signing in is waved through; an activity of an unknown
    kind is taken and nothing comes of it."""
    maya = teams.person("maya")
    for name in ("task/fetch", "composeExtension/query", "fileConsent/invoke", "", "no such\r\nthing"):
        attempt = await maya.invokes(name, {}, SHARED)
        assert attempt.status == 501, name
    for name in ("signin/verifyState", "signin/tokenExchange", "signin/failure"):
        attempt = await maya.invokes(name, {"state": "1"}, SHARED)
        assert (attempt.status, attempt.answer) == (200, {})
    assert status(await teams.sends(await a_message(teams, type="somethingNew"))) == 200
    assert dispatch.calls == 0


# --- cards that refresh


async def test_an_automatic_refresh_gets_that_persons_view(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Whoever opens their chat gets their Home as it is now, without an error and as often as Teams asks."""
    dispatch.answer = lambda event: Answer(card=PrivateCard(f"Home of {event.actor_name}, {len(dispatch.done)}"))
    maya = teams.person("maya")
    await maya.dms("home")
    await entry.settled()
    home = maya.direct_messages[-1]
    first = await maya.opens()
    teams.switches.refresh_every = 0.0
    second = await maya.opens()
    assert [each.status for each in (*first, *second)] == [200, 200]
    assert "Home of maya, 3" in str(maya.card(home)) or "Home of , 3" in str(maya.card(home))
    assert all(isinstance(each, HomeOpened) for each in dispatch.done)


async def test_a_refresh_never_acts(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """Teams refreshing by itself shows the card, whatever action it names: nobody pressed anything."""
    card, liza = await stands(teams, entry), teams.person("liza")
    data = {"action": "issue.ack", "value": "12", "card": "k"}
    attempt = await liza.sends_action(card, "issue.ack", data, trigger="automatic")
    assert attempt.answer["type"].endswith("card.adaptive")
    assert dispatch.calls == 0


async def test_a_claimed_card_is_shown_to_its_readers_only(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """The key of another channel's card, brought by a client, shows nothing of it; neither does a made-up one."""
    secret = SharedCard("Issue #99: theirs", title="Secret", buttons=(Button("issue.ack", "Acknowledge", "99"),))
    card, other = (
        await stands(teams, entry),
        await stands(teams, entry, secret, "19:rival000000000000000000000000000@thread.tacv2"),
    )
    liza = teams.person("liza")
    with entry.units() as uow:
        row = uow.outbox.by_reference("teams", HOST_TENANT, other.conversation, other.id)
    assert row is not None
    for key in (row.key, "made up", ""):
        attempt = await liza.sends_action(card, "card.show", {"action": "card.show", "card": key})
        assert "Secret" not in str(attempt.answer) and "theirs" not in str(attempt.answer)
        assert attempt.answer["value"]["body"], "never an empty card"
    assert dispatch.calls == 0


async def test_a_claimed_channel_counts_for_our_people_in_their_chat(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Which channel is meant is believed in the personal chat only: in a channel it is the channel, whoever claims another."""
    card, liza = await stands(teams, entry), teams.person("liza")
    forged = {"action": "issue.ack", "value": "12", "at": "19:rival000000000000000000000000000@thread.tacv2"}
    await liza.sends_action(card, "issue.ack", forged)
    assert dispatch.done[0].place is not None and dispatch.done[0].place.channel == SHARED


# --- keys


@asynccontextmanager
async def guarded(teams: StandInTeams, guard: Guard) -> AsyncIterator[list[float]]:
    """A door of guard alone; the moments at which something was let in."""
    heard: list[float] = []

    async def hear(_: object) -> Reply:
        heard.append(time.monotonic())
        return Reply(200)

    async with served(Starlette(routes=teams_routes(guard, hear))) as address:
        teams.request_url = f"{address}/api/messages"
        yield heard
    guard.keys.close()


async def test_a_key_server_that_hangs_stops_nobody(teams: StandInTeams) -> None:
    """While keys hang, the loop goes on and whoever waits is told to come again, in time; once they can be had, all is well."""
    teams.faults.order("keys", "hang", seconds=0.6, times=1)
    guard = Guard(settings_for(teams), within=0.25)
    activity = await a_message(teams)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    async with guarded(teams, guard) as heard:
        ticking = asyncio.create_task(tick())
        tried = await asyncio.gather(*(teams.sends(activity) for _ in range(5)))
        ticking.cancel()
        assert [status(each) for each in tried] == [503] * 5
        assert ticks >= 5, "the loop stood still"
        assert len(teams.calls_of("keys")) == 1, "everybody waits for one request"
        await asyncio.sleep(0.5)
        assert status(await teams.sends(activity)) == 200
    assert len(heard) == 1


async def test_keys_are_had_before_the_first_request(teams: StandInTeams, entry: Entry) -> None:
    """The door fetches them while it opens, and not again for what comes in."""
    assert len(teams.calls_of("keys")) == 1
    for _ in range(3):
        await teams.sends(await a_message(teams))
    assert len(teams.calls_of("keys")) == 1


async def test_old_keys_are_good_while_new_ones_cannot_be_had(teams: StandInTeams) -> None:
    """After a day keys are asked for anew; a key server that is away then is asked again at intervals and keeps nobody out.
    Unknown ids in strangers' tokens ask no more often."""
    now = 0.0
    keys = Keys(teams.metadata_url.replace("openidconfiguration", "keys"), 1.0, lambda: now)
    await keys.warm()
    known = next(iter(keys._ids))
    teams.faults.order("keys", "error_before", times=99)
    for _ in range(20):
        await keys.ready("unknown")
    assert len(teams.calls_of("keys")) == 1
    now = KEYS_LAST + 1
    for _ in range(3):
        await keys.ready(known)
    assert len(teams.calls_of("keys")) == 2
    now += KEYS_REST
    await keys.ready(known)
    assert len(teams.calls_of("keys")) == 3
    keys.close()
    with pytest.raises(KeysAway):
        await Keys("http://127.0.0.1:9/keys", 0.3).ready("any")


# --- once


async def test_what_comes_twice_is_done_once(teams: StandInTeams, entry: Entry, dispatch: FakeDispatch) -> None:
    """A message and a press that Teams sends twice are done once, and the second press gets the first one's answer."""
    card, liza = await stands(teams, entry), teams.person("liza")
    dispatch.answer = lambda event: Answer(card=PrivateCard(f"Done {len(dispatch.done)}"))
    teams.postman.doubles = True
    await teams.person("maya").mention(SHARED, "help")
    await liza.presses("Acknowledge", card)
    await teams.until(lambda: len(teams.deliveries[-1].attempts) == 2)
    assert len(dispatch.done) == 2
    first, second = teams.deliveries[-1].attempts
    assert first.answer == second.answer and "Done 2" in str(first.answer)


async def test_a_late_answer_that_is_asked_for_again_is_done_once(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Teams asks again while the first is under way: it is done once, and the second asking gets the answer."""
    card, liza = await stands(teams, entry), teams.person("liza")
    teams.answer_seconds, dispatch.linger = 0.15, 0.4
    dispatch.answer = lambda event: Answer(done="Acknowledged.")
    await liza.presses("Acknowledge", card)
    teams.answer_seconds = 5.0
    await teams.until(lambda: teams.deliveries[-1].acked)
    assert dispatch.calls == 1
    assert "Acknowledged." in str(teams.deliveries[-1].attempts[-1].answer)


async def test_a_press_that_comes_under_another_id_meanwhile_is_the_same(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """The same press under another id, while the first is being answered, is not done twice; pressed again later, it is."""
    card, liza = await stands(teams, entry), teams.person("liza")
    dispatch.linger, dispatch.answer = 0.2, lambda event: Answer(done=f"Done {len(dispatch.done)}.")
    await asyncio.gather(*(liza.presses("Acknowledge", card) for _ in range(3)))
    assert dispatch.calls == 1
    await liza.presses("Acknowledge", card)
    assert dispatch.calls == 2
    assert "Done 2." in str(liza.own_card(card))


async def test_two_processes_do_what_comes_twice_once(
    teams: StandInTeams, house: Entry, sqlite_url: str, tmp_path: Path
) -> None:
    """A form that Teams sends to two replicas is done once; each of them answers with a card, none is empty."""
    first = teams.request_url
    async with opened(teams, sqlite_url, tmp_path, routed):
        teams.request_url, teams.other_urls = first, [str(teams.request_url)]
        maya = teams.person("maya")
        await maya.dms("home")
        await house.settled()
        home = await teams.until(lambda: maya.direct_messages[-1] if maya.direct_messages[-1].card else None)
        await maya.presses("I am away", home)
        teams.postman.doubles = True
        await maya.submits({"First day away": "2027-12-23", "Last day away": "2027-12-24"}, message=home)
        await teams.until(lambda: len(teams.deliveries[-1].attempts) == 2)
        attempts = teams.deliveries[-1].attempts
    assert len({each.url for each in attempts}) == 2
    assert all(each.answer["value"]["body"] for each in attempts)
    with house.units() as uow:
        assert len(uow.session.exec(select(Absence)).all()) == 1


async def test_a_roster_that_hangs_keeps_nobody_waiting(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whose people somebody is of is asked for a short while only; a press is answered, and done when pressed again."""
    monkeypatch.setattr(members, "WITHIN", 0.1)
    card, liza = await stands(teams, entry), teams.person("liza")
    teams.faults.order("member", "hang", seconds=1.0, times=1)
    attempt = await liza.presses("Acknowledge", card)
    assert attempt is not None and attempt.seconds < 1
    assert "Not saved" in str(liza.own_card(card)) and dispatch.calls == 0
    await liza.presses("Back", card)
    await liza.presses("Acknowledge", card)
    assert dispatch.done[0].actor.workspace == VENDOR_TENANT


async def test_what_is_not_saved_says_so_and_keeps_what_was_typed(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """A press is answered within Teams' five seconds whatever the database does: not saved, with everything typed still there,
    and pressing again does it. A message that is not saved is sent again by Teams."""
    form = Form("issue.report", "Report an issue", "Report issue", (Field("title", "Title"),), "both companies")
    card, liza = await stands(teams, entry), teams.person("liza")
    dispatch.answer = lambda event: Answer(form=form)
    await liza.presses("Acknowledge", card)
    dispatch.answer, dispatch.refuse = lambda event: Answer(done="Reported."), 1
    await liza.submits({"Title": "Late calls"}, message=card)
    shown = str(liza.own_card(card))
    assert "Not saved" in shown and "'value': 'Late calls'" in shown
    await liza.presses("Report issue", card)
    assert "Reported." in str(liza.own_card(card))
    dispatch.refuse = 1
    await teams.person("maya").mention(SHARED, "help")
    await teams.until(lambda: teams.deliveries[-1].acked)
    assert [each.status for each in teams.deliveries[-1].attempts] == [500, 200]


async def test_an_answer_never_takes_longer_than_teams_waits(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever hangs, the press is answered in time and what hung is given up."""
    card, liza = await stands(teams, entry), teams.person("liza")
    monkeypatch.setattr(entry.door._pressing, "_save_within", 0.2)
    dispatch.linger = 30.0
    attempt = await liza.presses("Acknowledge", card)
    assert attempt is not None and attempt.seconds < 4
    assert "Not saved" in str(liza.own_card(card))
    assert dispatch.cancelled == 1


async def test_what_was_saved_never_says_otherwise(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database goes away just after the commit: what was done is said to be done, though the card cannot be read."""
    card, liza = await stands(teams, entry), teams.person("liza")

    def done_and_away(event: AnyIncoming) -> Answer:
        monkeypatch.setattr(pressing, "_standing", lambda *_: time.sleep(0.4))
        return Answer(done="Acknowledged.")

    monkeypatch.setattr(pressing, "SHOW_WITHIN", 0.1)
    dispatch.answer = done_and_away
    await liza.presses("Acknowledge", card)
    assert "Acknowledged." in str(liza.own_card(card)) and "Not saved" not in str(liza.own_card(card))


# --- what is told


async def test_no_word_and_no_token_is_logged(
    teams: StandInTeams,
    entry: Entry,
    dispatch: FakeDispatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With every logger at DEBUG, what people write and type, tokens and secrets stay out of the log; what a stranger puts into
    a token's header or an activity cannot begin a line of its own."""
    caplog.set_level(logging.DEBUG)
    card, liza = await stands(teams, entry), teams.person("liza")
    with structlog.testing.capture_logs() as lines:
        teams.reads_all = True
        await liza.says(SHARED, "the-secret-words of a person")
        await liza.mention(SHARED, "the-secret-words report")
        await liza.sends_action(card, "x", {"action": "x", "hidden": "", "title": "the-secret-words"})
        dispatch.refuse = 1
        await liza.says(SHARED, "the-secret-words again")
        await teams.sends(await a_message(teams, type="x\nERROR forged line", id="y\r\nforged line"), key="unknown")
        await teams.sends(await a_message(teams, text="the-secret-words"), audience="forged\r\nline")
        await posted(teams, b'{"type": "the-secret-words')
    out = "".join(capfd.readouterr()) + caplog.text + json.dumps(lines, default=str)
    signed = teams.login.sign(teams.service_url).removeprefix("Bearer ").split(".")[0]
    for secret in ("the-secret-words", teams.client_secret, signed, "forged"):
        assert secret not in out, secret
    assert {line["event"] for line in lines} >= {"teams.not_let_in", "teams.not_saved"}


async def test_what_nobody_expected_is_told_by_its_kind(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """An error nobody foresaw is a 500, so that Teams sends it again, and a line with its kind and place, without its words."""

    def fails(event: AnyIncoming) -> Answer:
        dispatch.answer = lambda event: Answer()
        dispatch.done.clear()
        raise LookupError("the-secret-words")

    dispatch.answer = fails
    with structlog.testing.capture_logs() as lines:
        await teams.person("maya").mention(SHARED, "help")
        await teams.until(lambda: teams.deliveries[-1].acked)
    assert [each.status for each in teams.deliveries[-1].attempts] == [500, 200]
    failed = [line for line in lines if line["event"] == "teams.request_failed"]
    assert [line["trouble"] for line in failed] == ["LookupError"]
    assert "test_hardening" in failed[0]["where"] and "secret" not in str(lines)


async def test_a_stray_environment_changes_nothing(
    teams: StandInTeams,
    dispatch: FakeDispatch,
    sqlite_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The SDK reads names such as CLIENT_ID and CLOUD from the environment; the door is told everything and reads none."""
    for name, value in {
        "CLIENT_ID": OTHER,
        "CLIENT_SECRET": "another",
        "TENANT_ID": OTHER,
        "MANAGED_IDENTITY_CLIENT_ID": "system",
        "CLOUD": "China",
        "SERVICE_URL": "https://evil.example/",
        "PORT": "1",
    }.items():
        monkeypatch.setenv(name, value)
    async with opened(teams, sqlite_url, tmp_path, lambda _: dispatch):
        await teams.person("liza").mention(SHARED, "help")
        assert status(await teams.sends(await a_message(teams), audience=OTHER)) == 401
    assert [each.actor.workspace for each in dispatch.done] == [VENDOR_TENANT]
    assert {call.status for call in teams.calls} == {200}


def test_nothing_is_traced() -> None:
    """The SDK marks its steps for OpenTelemetry; nobody collects them here, so nothing leaves."""
    with trace.get_tracer("microsoft_teams").start_as_current_span("turn") as span:
        assert not span.is_recording()


async def test_close_lets_nobody_wait_in_vain(
    teams: StandInTeams, dispatch: FakeDispatch, sqlite_url: str, tmp_path: Path
) -> None:
    """A press that is being answered while the bot stops is finished first; then the door is not busy any more."""
    async with opened(teams, sqlite_url, tmp_path, lambda _: dispatch) as entry:
        card = await stands(teams, entry)
        dispatch.linger = 0.3
        pressing = asyncio.create_task(teams.person("liza").presses("Acknowledge", card))
        await teams.until(lambda: dispatch.calls == 1)
        assert entry.door.busy
        await entry.door.close()
        assert not entry.door.busy and len(dispatch.done) == 1
        attempt = await pressing
        assert attempt is not None and attempt.status == 200
