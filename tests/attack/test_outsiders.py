"""A provider's person with a tampered button, form or line reads nothing of others, and breaks nothing."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path

import pytest

from handlers.vocabulary.address import Place, Platform
from handlers.vocabulary.outgoing import Answer
from tests.attack.streets import SECRETS, crowded, filled, keep_secrets, pressed, rival_of, seen_by
from tests.town import CLIENT, Resident, Town

WORDS = (
    "",
    "report list",
    "report 1",
    "report issue 2",
    "actions all",
    "actions 1",
    "actions done 2",
    "metrics why SL",
    "digest",
    "setup internal",
    "setup owner @Maya Brooks",
    "setup owner <@U-RIVAL> provider",
    "setup deputy <@U-RIVAL>",
    "help",
    "done 1",
    "done action 2",
    "ack issue 1",
    "ok action 2",
    "undo issue 1",
    "owner 2 me",
    "due 1 friday",
    "+3d 1",
    "kudos to all of them",
    "undo",
    "history 1",
    "history issue 2",
    "history action 2",
    "history plan 1",
    "away @Maya Brooks until friday",
    "away <@U-RIVAL> until friday",
    "back @Maya Brooks",
    "setup left @Maya Brooks",
    "setup left <@U-RIVAL>",
    "setup returned @Maya Brooks",
    "setup people",
    "setup contract 31 march",
)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Northwind and its rival, with secrets; nobody's attack may change what the next one could see."""
    town = crowded(tmp_path_factory.mktemp("crowded"))
    keep_secrets(town)
    return town


def nothing_told(answer: Answer, sent: str) -> None:
    """No secret word but those the outsider wrote themselves."""
    told = seen_by(answer)
    assert [word for word in SECRETS if word in told and word not in sent] == []


def test_no_button_tells_a_secret(town: Town) -> None:
    """Every action with every id, week and name in its value, pressed where they belong or in the rival's channel."""
    places = cycle((town.shared_place, rival_of(town).here, town.shared_place))
    for action, value in pressed():
        nothing_told(town.jo.presses(action, value, at=next(places)), value)


def test_no_form_tells_a_secret(town: Town) -> None:
    """Every action as a form whose hidden part and fields name what is not theirs."""
    for action, values, hidden in filled():
        nothing_told(town.jo.submits(action, values, hidden), f"{values} {hidden}")


@pytest.mark.parametrize("channel", ["C-SHARED", "C-RIVAL", "C-FREE", "C-INTERNAL", "D-U-JO"])
def test_no_words_tell_a_secret(town: Town, channel: str) -> None:
    """By command, by mention, plainly and directly, in their own channel, the rival's, an unbound one and a direct one."""
    at = Place(Platform.ROOM, CLIENT, channel)
    for words in WORDS:
        nothing_told(town.jo.types(words, at=at), words)
        nothing_told(town.jo.mentions(words, at=at), words)
        nothing_told(town.jo.says(words, at=at), words)
        nothing_told(town.jo.says(words, at=at, direct=True), words)
    assert_nothing_sent(town)


def assert_nothing_sent(town: Town) -> None:
    """Nothing that stands where Northwind reads holds a secret they did not write, and the other way round."""
    for row in town.rows():
        if row.channel == "C-SHARED" or row.account_workspace == "T-NORTHWIND":
            assert not any(word in row.content for word in ("Cypress", "Juniper", "Magnolia q", "Magnolia plan")), (
                row.once
            )
        if row.channel == "C-RIVAL" or row.account_workspace == "T-WILLOWBANK":
            assert not any(word in row.content for word in ("Cypress", "Juniper", "Northwind", "Shared ")), row.once


def test_weeks_of_calendar_tell_no_secret(tmp_path: Path) -> None:
    """Digests, reminders, late lines and silence keep internal and foreign records where they belong."""
    town = crowded(tmp_path)
    keep_secrets(town)
    town.later(weeks=3)
    assert_nothing_sent(town)


def test_praise_in_the_rivals_channel_is_not_kept(tmp_path: Path) -> None:
    """A person of one provider who speaks in another's channel adds nothing to that one's digest."""
    town = crowded(tmp_path)
    town.jo.says("kudos to nobody in particular", at=rival_of(town).here)
    rival_of(town).says("kudos to Ana for the queue")
    assert town.reactions() == ["tada"]


def test_nobody_we_know_hears_nothing(tmp_path: Path) -> None:
    """People of a workspace without the bot, and those whose workspace is not said, are told of no record."""
    town = crowded(tmp_path)
    keep_secrets(town)
    stranger = Resident(town, "X", "T-ELSEWHERE", "U-X", Place(Platform.ROOM, "T-ELSEWHERE", "C-1"))
    nameless = Resident(town, "X", "", "U-MAYA", town.shared_place)
    for person in (stranger, nameless):
        for answer in (person.types("report list"), person.presses("issue.show", "3"), person.types("")):
            told = seen_by(answer)
            assert "Shared trouble" not in told and "Cypress" not in told and "Northwind" not in told


@pytest.mark.parametrize("action", ["digest.preview", "digest.pause", "digest.resume", "providers.internal"])
def test_a_member_who_is_no_manager_is_shown_another_way(tmp_path: Path, action: str) -> None:
    """What is for managers is refused to a member with a next step, by button and by form."""
    town = crowded(tmp_path)
    for answer in (town.ben.presses(action, "1"), town.ben.submits(action, {}, "1")):
        assert answer.card is not None and "managers" in answer.card.text and answer.card.buttons
    with town.units() as uow:
        assert uow.settings.get("digest.paused:1") is None
