"""Recorded payloads of Slack, each as the word of the vocabulary it must become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import events, payloads
from bot.slack.identity import Identity
from bot.slack.words import escape, plain, without_mention
from handlers.vocabulary.address import Account, Place, Platform
from handlers.vocabulary.incoming import AnyIncoming, Asked, ChannelChanged, Pressed, Reacted, Said, Shortcut, Submitted

RECORDED = Path(__file__).parents[2] / "payloads" / "slack"
US = Identity("T0HOST", "U0BOT", "B0BOT")


def read(name: str) -> dict[str, Any]:
    """One recorded payload."""
    body: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return body


def parsed(name: str) -> AnyIncoming | None:
    """As the door parses it."""
    body = read(name)
    if body.get("type") == "event_callback":
        return events.event(body, US)
    if "command" in body:
        return payloads.asked(body, US)
    if body["type"] == "block_actions":
        return payloads.pressed(body, US)
    return payloads.submitted(body, US) if body["type"] == "view_submission" else payloads.shortcut(body, US)


def who(user: str, team: str = "T0HOST") -> Account:
    return Account(Platform.SLACK, team, user)


def where(channel: str) -> Place:
    return Place(Platform.SLACK, "T0HOST", channel)


MANAGER, LEAD, BOT = who("U0MANAGER"), who("U0LEAD", "T0VENDOR"), who("U0BOT")
SHARED, ROOT = where("C0SHARED"), "1789000000.000100"


def said(number: int, actor: Account, words: str, ts: str = ROOT, place: Place = SHARED, **more: Any) -> Said:
    return Said(f"slack:event:Ev00000{number:02}", actor, place, words, ts, **more)


def changed(number: int, change: str, place: Place | None, actor: Account = BOT, new: str = "") -> ChannelChanged:
    return ChannelChanged(f"slack:event:Ev00000{number:02}", actor, place, change, new)


MARKUP = (
    "owner <@U0LEAD> see refund policy (https://wiki.example/refunds) & #northwind-manila: SL < 80 @here "
    "a@b.example https://plain.example"
)
MENTION = Asked(
    "slack:mention:C0SHARED:1789000400.000100",
    LEAD,
    SHARED,
    "actions <@U0LEAD>",
    mention=True,
    thread=ROOT,
    message="1789000400.000100",
)
FORM = {
    "what": "Refund <policy> missing & late",
    "detail": "",
    "severity": "2",
    "kinds": "a,b",
    "due": "2026-11-30",
    "at": "08:30",
    "owner": "",
}
MEANT: dict[str, AnyIncoming | None] = {
    "message_in_channel": said(1, MANAGER, "Morning all"),
    "message_by_outsider_in_thread": said(2, LEAD, "SL 82% AHT 6:52 QA 91", "1789000100.000200", thread=ROOT),
    "message_markup": said(3, MANAGER, MARKUP),
    "message_thread_broadcast": said(4, MANAGER, "done sent to all leads", "1789000300.000100", thread=ROOT),
    "message_file_share": said(5, MANAGER, "the weekly export", "1789000310.000100", files=("week.csv",)),
    "message_me": said(6, MANAGER, "thanks the team", "1789000320.000100"),
    "message_direct": said(7, MANAGER, "tomorrow", "1789000330.000100", where("D0MANAGER"), direct=True),
    "message_changed": None,
    "message_deleted": None,
    "message_by_ourselves": None,
    "message_by_other_bot": None,
    "message_channel_join": None,
    "mention_as_message": MENTION,
    "mention_as_app_mention": MENTION,
    "message_by_nobody_known": said(15, who("U0WHO", ""), "ok", "1789000410.000100"),
    "reaction_added": Reacted("slack:event:Ev0000016", MANAGER, where("C0INTERNAL"), "white_check_mark", ROOT),
    "reaction_removed_in_shared_channel": Reacted(
        "slack:event:Ev0000017", who("U0LEAD", ""), SHARED, "eyes", ROOT, removed=True
    ),
    "channel_shared": changed(18, "shared", SHARED),
    "channel_unshared": changed(19, "unshared", SHARED),
    "channel_id_changed": changed(20, "renamed", where("G0OLD"), new="C0NEW"),
    "bot_joined_channel": changed(21, "joined", where("C0INTERNAL"), MANAGER),
    "person_joined_channel": None,
    "bot_left_channel": changed(23, "left", where("C0INTERNAL")),
    "channel_left": changed(24, "left", SHARED),
    "app_uninstalled": changed(25, "left", None),
    "tokens_revoked_of_bot": changed(26, "left", None),
    "tokens_revoked_of_person": None,
    "command": Asked("*", MANAGER, SHARED, "report refunds & holds <@U0LEAD>"),
    "press_by_outsider": Pressed("*", LEAD, SHARED, "issue.ack", "42", ROOT),
    "press_select": Pressed("*", MANAGER, SHARED, "setup.provider", "7", ROOT),
    "press_in_form": Pressed("*", MANAGER, None, "issue.more", "9", None),
    "form_by_outsider": Submitted("*", LEAD, SHARED, "issue.report", FORM, "provider=7"),
    "shortcut_on_message": Shortcut(
        "*", MANAGER, SHARED, "report_issue", "1789000100.000200", "calls drop > 5 min", LEAD
    ),
    "shortcut_global": Shortcut("*", MANAGER, None, "report_issue"),
}


def told(incoming: AnyIncoming | None) -> dict[str, Any] | None:
    """What counts: everything but the log's request id and the shown name, the digested ids as a star."""
    if incoming is None:
        return None
    fields: dict[str, Any] = {name: getattr(incoming, name) for name in type(incoming).__match_args__}
    if fields["id"].startswith(("slack:command:", "slack:press:", "slack:form:", "slack:shortcut:")):
        fields["id"] = "*"
    return fields | {"kind": type(incoming).__name__}


@pytest.mark.parametrize("name", sorted(MEANT))
def test_a_recorded_payload_is_understood(name: str) -> None:
    """Each recorded payload becomes exactly its word of the vocabulary, or nothing when it is not for the bot."""
    assert told(parsed(name)) == told(MEANT[name])


def test_every_recorded_payload_is_expected() -> None:
    """No recorded payload lies there without an expectation."""
    assert {path.stem for path in RECORDED.glob("*.json")} == set(MEANT)


def test_the_shown_name_is_passed_on() -> None:
    """The name Slack shows arrives beside the account, and is never part of it."""
    lead, manager = parsed("message_by_outsider_in_thread"), parsed("press_select")
    assert lead is not None and manager is not None
    assert (lead.actor_name, manager.actor_name) == ("liza", "maya")


@pytest.mark.parametrize("name", ["command", "press_by_outsider", "form_by_outsider", "shortcut_on_message"])
def test_a_gesture_has_one_id_however_often_it_arrives(name: str) -> None:
    """The same gesture twice has one id, another trigger another id, and the trigger itself is not readable in it."""
    body = read(name)
    kind = "press"
    first, again = payloads.unique_id(kind, body), payloads.unique_id(kind, json.loads(json.dumps(body)))
    assert first == again != payloads.unique_id(kind, {**body, "trigger_id": "other"})
    assert body["trigger_id"] not in first


def test_an_outsiders_form_and_click_name_their_own_workspace() -> None:
    """For clicks `team` is the host's and for forms the other company's: the person's own is taken in both."""
    assert payloads.person(read("press_by_outsider")) == payloads.person(read("form_by_outsider")) == LEAD


def test_a_person_without_a_team_is_nobody() -> None:
    """When Slack does not say whose member somebody is, they are not taken for one of the host's."""
    body = read("press_by_outsider")
    del body["user"]["team_id"]
    assert payloads.pressed(body, US).actor == who("U0LEAD", "")


def test_the_host_is_the_one_that_authorized() -> None:
    """The outer team of an event may be the outsider's: places belong to the workspace that installed the app."""
    body = read("message_by_outsider_in_thread")
    assert (body["team_id"], events.host_of(body, US)) == ("T0VENDOR", "T0HOST")


@given(st.text())
def test_what_is_typed_comes_back(typed: str) -> None:
    """Whatever a person types arrives as typed once Slack's escapes are undone (spaces around it do not count)."""
    assert plain(escape(typed)) == typed.strip()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> help", "help"),
        ("<@U0BOT>: help", "help"),
        ("<@U0BOT|parley>", ""),
        ("please <@U0BOT> ack", "please ack"),
        ("ack <@U0BOT>", "ack"),
        ("<@U0BOT> owner <@U0LEAD>", "owner <@U0LEAD>"),
        ("<@U0BOTTLE> hi", "<@U0BOTTLE> hi"),
    ],
)
def test_the_bots_own_mention_is_taken_out(text: str, words: str) -> None:
    """Only the bot's mention goes, wherever it stands; other people's stay."""
    assert without_mention(text, "U0BOT") == words
