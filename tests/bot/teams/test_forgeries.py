"""What strangers and broken senders put into a request: whatever it is, it is answered with a refusal, never with a failure."""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.bot.slack.doors import FakeDispatch
from tests.bot.teams.doors import Entry, status
from tests.bot.teams.test_door import stands
from tests.bot.teams.test_hardening import a_message, posted
from tests.standins.teams.login import BOT_ISSUER
from tests.standins.teams.server import StandInTeams
from tests.standins.teams.town import SHARED


def packed(value: object) -> str:
    """A part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def true_claims(teams: StandInTeams) -> dict[str, Any]:
    """What Teams' own token claims."""
    now = int(time.time())
    address = {"serviceurl": teams.service_url, "iss": BOT_ISSUER, "aud": teams.client_id}
    return {**address, "nbf": now - 300, "exp": now + 3600}


def signed(teams: StandInTeams, header: dict[str, Any], secret: bytes) -> str:
    """A token signed with a secret that everybody can have, such as Teams' public key."""
    kept = {"kid": teams.login.kid, "typ": "JWT", **header}
    body = f"{packed(kept)}.{packed(true_claims(teams))}"
    hashed = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return f"{body}.{packed(hashed.sign(body.encode(), secret))}"


def strangers_tokens(teams: StandInTeams) -> Iterator[str]:
    """Tokens that nobody at Teams signed."""
    public = teams.login._key.public_key()
    true = teams.login.sign(teams.service_url).removeprefix("Bearer ")
    head, body, signature = true.split(".")
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(teams.login.keys()["keys"][0]).encode(),
        b"",
    ):
        yield signed(teams, {"alg": "HS256"}, secret)
    kid = teams.login.kid
    headers: tuple[Any, ...] = (
        {"alg": "none", "kid": kid},
        {"alg": "NONE", "kid": kid},
        {"alg": None, "kid": kid},
        {"alg": ["RS256"], "kid": kid},
        {"alg": "RS256", "kid": ["a"]},
        {"alg": "RS256", "kid": {"a": 1}},
        {"alg": "RS256", "kid": 7},
        {"alg": "RS256", "kid": "../../dev/null\x00' OR 1=1 --"},
        {"alg": "RS256", "kid": "x", "jku": "https://evil.example/keys", "x5u": "https://evil.example/c"},
        {"alg": "RS256", "kid": kid, "b64": False, "crit": ["b64"]},
        {"alg": "RS256", "kid": kid, "jwk": teams.login.keys()["keys"][0]},
        {"alg": "PS256", "kid": kid},
        [],
        None,
        7,
        b"[" * 10_000,
        b'{"a":' * 2_000,
        b'{"kid": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
        b"{",
        b'{"alg": "RS256", "kid": NaN}',
    )
    for header in headers:
        yield f"{packed(header)}.{body}.{signature}"
    for other in (b"[" * 10_000, b"{}", b"[]", b"null", b'{"exp": 1e999}'):
        yield f"{head}.{packed(other)}.{signature}"
    yield f"{head}.{body}."
    yield f"{head}.{body}.{signature}."
    yield f"{head}.{body}.{signature}="
    yield f"{head}..{signature}"
    yield "..."


async def test_no_token_of_a_strangers_making_is_let_in(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """Signed with what everybody knows, with keys it brings along, without any, or in a shape that breaks who reads it: 401, and
    nothing of it is an error of ours or asks anybody for keys."""
    activity, asked = await a_message(teams), len(teams.calls)
    with structlog.testing.capture_logs() as lines:
        for token in strangers_tokens(teams):
            assert status(await teams.sends(activity, header=f"Bearer {token}")) == 401, token[:80]
    assert dispatch.calls == 0
    assert len(teams.calls) - asked <= 1, "one look for a key nobody knows"
    assert {line["event"] for line in lines} == {"teams.not_let_in"}


async def test_no_stranger_keeps_us_reading(teams: StandInTeams, entry: Entry) -> None:
    """Who has no token is refused before the body is there, however large it is said to be and however slowly it comes."""
    host, _, port = str(teams.request_url).removeprefix("http://").partition("/")[0].partition(":")
    for length in ("content-length: 1000", "content-length: 99999999999", "transfer-encoding: chunked"):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST /api/messages HTTP/1.1\r\nhost: us\r\n{length}\r\n\r\n".encode())
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 401 ")
        writer.close()


async def test_odd_claims_under_a_good_signature_are_refused(
    teams: StandInTeams, entry: Entry, dispatch: FakeDispatch
) -> None:
    """An end that is no number of seconds, a list of audiences without ours, an address that is no text."""
    activity = await a_message(teams)
    odd: tuple[dict[str, Any], ...] = (
        {"exp": str(int(time.time()) + 3600)},
        {"exp": True},
        {"exp": None},
        {"exp": [1]},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"exp": -1},
        {"nbf": "soon"},
        {"nbf": float("inf")},
        {"iat": float("inf")},
        {"iat": "then"},
        {"aud": []},
        {"aud": ["another", "https://api.botframework.com"]},
        {"aud": {"a": 1}},
        {"aud": 7},
        {"iss": [BOT_ISSUER]},
        {"iss": None},
        {"serviceurl": [teams.service_url]},
        {"serviceurl": None},
        {"serviceurl": {"a": 1}},
    )
    for claims in odd:
        head, body = {"alg": "RS256", "kid": teams.login.kid}, {**true_claims(teams), **claims}
        made = f"{packed(head)}.{packed(body)}"
        token = f"{made}.{packed(teams.login._key.sign(made.encode(), PKCS1v15(), SHA256()))}"
        assert status(await teams.sends(activity, header=f"Bearer {token}")) == 401, claims
    assert dispatch.calls == 0


async def test_addresses_that_only_look_like_teams(teams: StandInTeams, entry: Entry) -> None:
    """A host in capitals, with a dot, a port, a user, in another script or behind a path is not the one our token goes to."""
    for address in (
        "https://SMBA.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net./teams/",
        "https://smba.trafficmanager.net:443/teams/",
        "https://a:b@smba.trafficmanager.net/teams/",
        "https://smba.trafficmanager.net\\@evil.example/",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://smba.trafficmanager.net\n.evil.example/",
        "https://smba.traffic\tmanager.net/",
        "https://smba.trafficmanager.net%2eevil.example/",
        "https://ѕmba.trafficmanager.net/",
        "//smba.trafficmanager.net/",
        "https:///smba.trafficmanager.net/",
        "https://smba.trafficmanager.net@evil.example/",
        teams.service_url.replace("127.0.0.1", "localhost"),
        "https://smba.trafficmanager.net/\x00",
    ):
        sent = await teams.sends(await a_message(teams, serviceUrl=address), service_url=address)
        assert status(sent) == 401, address


WRONG: tuple[Any, ...] = (
    None,
    7,
    -1.5,
    1e308,
    True,
    "",
    "\x00",
    "\ud800",
    "a" * 70_000,
    [],
    {},
    [None],
    [[[]]],
    {"id": {"id": []}},
    [{"type": 7, "id": [], "mentioned": 7, "text": {}, "contentType": 7, "content": 7}],
    float("nan"),
)


def mutations(activity: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The activity with each of its values taken out or replaced by what it should not be."""
    for path in paths(activity):
        for wrong in (Ellipsis, *WRONG):
            changed = copy.deepcopy(activity)
            inside: Any = changed
            for step in path[:-1]:
                inside = inside[step]
            if wrong is Ellipsis:
                del inside[path[-1]]
            else:
                inside[path[-1]] = wrong
            yield f"{path} = {str(wrong)[:40]!r}", changed


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values stand, one inside the other."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inside in steps:
        if (*before, step) != ("serviceUrl",):
            yield (*before, step)
        yield from paths(inside, (*before, step))


async def every_kind(teams: StandInTeams, entry: Entry) -> list[dict[str, Any]]:
    """One activity of each kind Teams sends."""
    scribe, world = teams.scribe, teams.world
    card, liza, maya = await stands(teams, entry), teams.person("liza").user, teams.person("maya").user
    shared, chat = world.channels[SHARED], world.personal(maya)
    typed = scribe.typed("report <at>arnel</at> <at>Parley</at>")
    stored = world.store(shared, liza.teams_id, typed, card.id)
    action = {
        "type": "Action.Execute",
        "verb": "issue.ack",
        "data": {"action": "issue.ack", "value": "12", "card": "k"},
    }
    form = {
        "type": "Action.Execute",
        "verb": "issue.report",
        "data": {"hidden": "p", "title": "x", "form": "eJw", "at": "c"},
    }
    added = [{"id": world.bot_id}, scribe.account(maya)]
    return [
        scribe.message(shared, stored, liza),
        await a_message(teams),
        scribe.invoke("adaptiveCard/action", shared, liza, card, {"action": action, "trigger": "manual"}),
        scribe.invoke("adaptiveCard/action", chat, maya, card, {"action": form, "trigger": "manual"}),
        scribe.invoke("adaptiveCard/action", chat, maya, None, {"action": {**action, "verb": "home.refresh"}}),
        scribe.reaction(shared, card, liza, "like", True),
        scribe.update(shared, maya, "channelMemberAdded", membersAdded=added),
        scribe.update(shared, maya, "channelShared", sharedWithTeams=[{"tenantId": "t"}]),
        scribe.update(shared, maya, "channelDeleted"),
        scribe.update(chat, maya, None, membersAdded=added),
        scribe.installation(shared, maya, "add"),
        scribe.installation(chat, maya, "remove"),
    ]


ANSWERS = frozenset({200, 400, 401, 403, 413, 501})
OFTEN = 449
"""One of so many mutations is sent; a prime, so that each kind and each wrong value has its turn."""


async def test_no_shape_of_an_activity_is_too_odd(teams: StandInTeams, house: Entry) -> None:
    """Each value of each kind of activity is missing, of another type, too long, or not even a character: a refusal or a 200,
    never a 500."""
    kinds = await every_kind(teams, house)
    every = [(f"{kind['type']} {what}", odd) for kind in kinds for what, odd in mutations(kind)]
    half = scribed(kinds[0], "conversation", "id"), scribed(kinds[0], "from", "name")
    for what, odd in (*every[::OFTEN], *half):
        answered = await posted(teams, json.dumps(odd).encode())
        assert answered in ANSWERS, (answered, what)
    await house.settled()
    teams.switches.complaints.clear()


def scribed(activity: dict[str, Any], *path: str) -> tuple[str, dict[str, Any]]:
    """The activity with half of an emoji in it, as a cut in its middle leaves it."""
    changed = copy.deepcopy(activity)
    changed[path[0]][path[1]] += "\ud83d\x00"
    return f"{path} cut", changed
