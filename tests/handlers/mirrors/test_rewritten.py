"""Words told on the other platform stay in step with what their author makes of them; pictures and files are named."""

from __future__ import annotations

from pathlib import Path

import pytest

import storage.models as models
from handlers.mirrors.cards import relay_card, sent_in_words
from handlers.saying import decode_card
from handlers.vocabulary.address import Place, Platform
from handlers.vocabulary.incoming import Rewritten, Said
from tests.handlers.mirrors.test_twins import CARD, FORM
from tests.two_platforms import TEAMS_CHANNEL, TwoTown, family, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    """An issue stands in both channels."""
    town = two_towns_at(tmp_path)
    town.maya.submits("issue.report", FORM, "1")
    return town


def root(town: TwoTown, platform: Platform) -> str:
    """The reference of the issue's card on a platform."""
    ref = next(row.ref for row in family(town, CARD) if row.platform == platform)
    assert ref is not None
    return ref


def jo_says(town: TwoTown, words: str, *, pictures: int = 0, files: tuple[str, ...] = ()) -> Said:
    """Jo writes under the card on Teams."""
    event, message = town.event_and_message()
    thread = root(town, TEAMS)
    said = Said(
        event, town.jo.account, TEAMS_CHANNEL, words, message, thread, pictures=pictures, files=files, actor_name="Jo"
    )
    town.handle(said)
    return said


def jo_changes(town: TwoTown, said: Said, words: str = "", *, deleted: bool = False, at: Place = TEAMS_CHANNEL) -> None:
    """Jo changes or deletes what she wrote."""
    event = Rewritten(town.event(), town.jo.account, at, words, said.message, said.thread, deleted)
    town.handle(event)


def told(town: TwoTown) -> models.OutboxRow:
    """What stands on Slack for Jo's words."""
    (row,) = town.on(SLACK, "relay")
    return row


def test_an_edit_edits_what_was_told(town: TwoTown) -> None:
    """Changed twice on Teams, the words change on Slack in the same message, which says so."""
    said = jo_says(town, "we found it at nine")
    first = told(town)
    jo_changes(town, said, "we found it at ten")
    jo_changes(town, said, f"we found it at ten, <@{town.ben.user}> knows")
    row = told(town)
    assert (row.key, row.ref) == (first.key, first.ref) and row.sent_revision > first.sent_revision
    assert decode_card(row.content).text == "Jo Santos, on Teams (edited): we found it at ten, @Ben Carter knows"


def test_what_was_deleted_is_read_nowhere(town: TwoTown) -> None:
    """Deleted on Teams, the words are gone on Slack too; who had written stands there, and an edit after that brings them back."""
    said = jo_says(town, "the password is hunter2")
    jo_changes(town, said, deleted=True)
    assert decode_card(told(town).content).text == "Jo Santos, on Teams deleted what they had written."
    assert "hunter2" not in told(town).content
    jo_changes(town, said, "it is fixed")
    assert decode_card(told(town).content).text == "Jo Santos, on Teams (edited): it is fixed"


def test_a_late_edit_brings_nothing_back_that_slack_deleted(town: TwoTown) -> None:
    """On Slack nothing that was deleted returns: an edit that reaches us after the deletion, as it was sent again, is an older
    one, and its words stay unread on Teams."""
    event, message = town.event_and_message()
    place, thread = town.shared_place, root(town, SLACK)
    town.handle(Said(event, town.maya.account, place, "the password is hunter2", message, thread))
    for number, (words, deleted) in enumerate((("", True), ("hunter2, mind", False))):
        town.handle(Rewritten(f"late {number}", town.maya.account, place, words, message, thread, deleted))
    (row,) = town.on(TEAMS, "relay")
    assert decode_card(row.content).text == "Maya Brooks, on Slack deleted what they had written."
    assert "hunter2" not in row.content


@pytest.mark.parametrize("platform", [SLACK, TEAMS])
def test_words_that_come_after_their_deletion_are_told_nowhere(town: TwoTown, platform: Platform) -> None:
    """A platform sends again what we could not take at once, and meanwhile its author thought better of it."""
    who, place = (town.maya, town.shared_place) if platform is SLACK else (town.jo, TEAMS_CHANNEL)
    event, message = town.event_and_message()
    thread = root(town, platform)
    town.handle(Rewritten("deleted", who.account, place, "", message, thread, True))
    town.handle(Said(event, who.account, place, "the password is hunter2", message, thread))
    assert all("hunter2" not in row.content for row in town.rows())
    assert town.on(SLACK, "relay") + town.on(TEAMS, "relay") == []


def test_an_edit_of_what_the_bot_said_itself_says_nothing(town: TwoTown) -> None:
    """A word the bot told in a line of its own has no copy: changing it means nothing, and is no new word."""
    said = jo_says(town, "blocked: need the refund policy from you")
    before = [row.revision for row in town.rows()]
    jo_changes(town, said, "done")
    assert [row.revision for row in town.rows()] == before
    assert town.on(SLACK, "relay") == []
    with town.units() as uow:
        issue = uow.issues.get(1)
    assert issue is not None and issue.state == "waiting"


def test_edits_in_other_threads_and_places_are_left_alone(town: TwoTown) -> None:
    """A message nobody told, a thread that is none of ours, a channel of somebody else: nothing happens."""
    said = jo_says(town, "we found it at nine")
    before = told(town).revision
    jo_changes(town, said, "elsewhere", at=Place(TEAMS, "another-tenant", TEAMS_CHANNEL.channel))
    thread = root(town, TEAMS)
    for other in (
        Rewritten("e1", said.actor, TEAMS_CHANNEL, "x", "m9", thread),
        Rewritten("e2", said.actor, None, "x"),
    ):
        town.handle(other)
    assert told(town).revision == before


def test_a_picture_alone_is_told_with_who_and_where(town: TwoTown) -> None:
    """What cannot be carried over is named: who sent it, on which platform, and files by their names."""
    jo_says(town, "", pictures=1)
    assert decode_card(told(town).content).text == "Jo Santos, on Teams, sent a picture."


def test_files_stand_beside_the_words_they_came_with(town: TwoTown) -> None:
    """Words are quoted, what came with them is named under them."""
    jo_says(town, "see the sheet", pictures=2, files=("refund.xlsx", ""))
    card = decode_card(told(town).content)
    assert card == relay_card("Jo Santos", "Teams", "see the sheet", sent="2 pictures, refund.xlsx and a file")


def test_a_picture_that_comes_with_a_word_for_the_bot_is_told(town: TwoTown) -> None:
    """The bot says that it is acknowledged; the picture only its sender can have sent."""
    jo_says(town, "blocked: need the refund policy from you", pictures=1)
    assert "a picture" in told(town).content


@pytest.mark.parametrize(
    ("pictures", "files", "said"),
    [
        (0, [], ""),
        (1, [], "a picture"),
        (3, ["a.pdf"], "3 pictures and a.pdf"),
        (0, ["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more files"),
        (0, [" "], "a file"),
    ],
)
def test_what_came_with_a_message_in_words(pictures: int, files: list[str], said: str) -> None:
    """One thing, several, too many, and one without a name."""
    assert sent_in_words(pictures, files) == said
