"""What each of Teams' answers means for each thing that is asked of it."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from bot.ports import Later, Refused, Unsure
from bot.teams.outcomes import LONGEST_REST, Operation, outcome, retry_after, surely_not_done
from bot.teams.tokens import NoToken

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPERATIONS: tuple[Operation, ...] = ("post", "update", "react", "open", "read")
REQUEST = httpx.Request("POST", "https://smba.trafficmanager.net/teams/v3/conversations/19:c/activities")


def answered(status: int, code: str = "", asked: str = "") -> httpx.HTTPStatusError:
    """Teams' answer as the client raises it."""
    body = {"error": {"code": code, "message": "the message was “ours”"}} if code else None
    headers = {"Retry-After": asked} if asked else {}
    return httpx.HTTPStatusError("", request=REQUEST, response=httpx.Response(status, headers=headers, json=body))


LATER: dict[int, Later] = {
    302: Later(30.0, "workspace"),
    401: Later(30.0, "workspace"),
    412: Later(2.0, "message"),
    429: Later(10.0, "channel"),
}
UNSURE = (408, 500, 502, 503, 504)
REFUSED = (400, 403, 404, 405, 409, 410, 413, 415, 422, 501)
GONE: dict[Operation, tuple[int, ...]] = {
    "post": (),
    "open": (),
    "update": (404, 410),
    "read": (404, 410),
    "react": REFUSED,
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_status_means_something(operation: Operation) -> None:
    """Later is what surely was not done and may be tried again, unsure what may have been done, refused the rest; gone is what
    nobody misses, and every refusal has a reason."""
    for status, later in LATER.items():
        assert outcome(answered(status), operation, NOW) == later, status
    for status in UNSURE:
        assert isinstance(outcome(answered(status), operation, NOW), Unsure), status
    for status in REFUSED:
        refused = outcome(answered(status), operation, NOW)
        assert isinstance(refused, Refused) and str(status) in refused.why, status
        assert refused.gone is (status in GONE[operation]), (status, operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_retry_after_is_honoured(operation: Operation) -> None:
    """Where Teams says when to try again, a throttled, a conflicting and an overloaded request wait so long; a broken gateway's
    answer stays uncertain, whatever it says."""
    for status, scope in ((429, "channel"), (412, "message"), (503, "workspace")):
        assert outcome(answered(status, asked="7"), operation, NOW) == Later(7.0, scope)  # type: ignore[arg-type]
    for status in (502, 504):
        assert isinstance(outcome(answered(status, asked="7"), operation, NOW), Unsure)


def test_retry_after_is_seconds_or_a_date() -> None:
    """At least one second, at most an hour; what is neither a number nor a date says nothing."""
    cases = {
        "7": 7.0,
        "0": 1.0,
        "1.5": 1.5,
        "999999": LONGEST_REST,
        "Mon, 02 Mar 2026 09:00:30 GMT": 30.0,
        "Mon, 02 Mar 2026 08:00:00 GMT": 1.0,
        "Fri, 02 Mar 2096 09:00:30 GMT": LONGEST_REST,
        "soon": None,
        "": None,
        "-5": None,
        "1e400": LONGEST_REST,
        "7 or so": None,
    }
    assert {said: retry_after(answered(429, asked=said), NOW) for said in cases} == cases


@pytest.mark.parametrize("operation", OPERATIONS)
def test_silence_is_uncertain_unless_nothing_left(operation: Operation) -> None:
    """A request that never left is made later; one that left without an answer may have been done; without a token none left."""
    for never in (httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.PoolTimeout("no")):
        assert outcome(never, operation, NOW) == Later(5.0, "workspace")
    for silent in (
        httpx.ReadTimeout("no"),
        httpx.RemoteProtocolError("no"),
        httpx.WriteError("no"),
        TimeoutError(),
        ValueError("no shape"),
        KeyError("id"),
    ):
        assert isinstance(outcome(silent, operation, NOW), Unsure)
    assert outcome(NoToken("invalid_client"), operation, NOW) == Later(30.0, "workspace")


def test_what_posts_nothing_is_only_ever_later() -> None:
    """Not being sure of a question that changes nothing means asking again."""
    assert surely_not_done(answered(500)) == Later(5.0, "workspace")
    assert surely_not_done(httpx.ReadTimeout("no")) == Later(5.0, "workspace")
    assert isinstance(surely_not_done(answered(403)), Refused)


def test_a_refusal_names_the_way_out_and_nobodys_words() -> None:
    """Teams' own word and what to do about it; its sentences, which may quote the message, are left out."""
    for status, code in (
        (403, "BotNotInConversationRoster"),
        (403, "MessageWritesBlocked"),
        (404, "ConversationNotFound"),
    ):
        refused = outcome(answered(status, code), "post", NOW)
        assert isinstance(refused, Refused) and refused.why.startswith(f"{code}: ") and "ours" not in refused.why
    odd = answered(403, "a word “of theirs”")
    assert "theirs" not in str(outcome(odd, "post", NOW))
