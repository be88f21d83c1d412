"""One record on two platforms: cards, edits, lines and people's words stand in both channels, each once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import storage.models as models
from handlers.saying import About, decode_card, say, show
from handlers.vocabulary.address import Platform, SharedChannel, Thread
from handlers.vocabulary.outgoing import Mention, SharedCard, SharedPost, Words
from tests.two_platforms import TEAMS_CHANNEL, TwoTown, family, two_towns_at

SLACK, TEAMS = Platform.SLACK, Platform.TEAMS
CARD = "issue.card:1"
FORM = {
    "title": "Refund calls wait 20 minutes",
    "detail": "A customer complained on the phone.",
    "severity": "2",
    "kind": "service",
    "visibility": "SH",
}


@pytest.fixture
def town(tmp_path: Path) -> TwoTown:
    return two_towns_at(tmp_path)


def reported(town: TwoTown) -> None:
    town.maya.submits("issue.report", FORM, "1")


def test_a_card_stands_on_both_and_is_edited_on_both(town: TwoTown) -> None:
    """Reported on Slack, the issue's card stands on Teams too; an ack there edits both."""
    reported(town)
    original, twin = family(town, CARD)
    assert (original.platform, twin.platform) == (SLACK, TEAMS) and twin.mirror_of == original.key
    town.jo.answers("ack", under=CARD)
    after = family(town, CARD)
    assert [row.revision > 1 and row.sent_revision == row.revision for row in after] == [True, True]
    assert decode_card(after[0].content).text == decode_card(after[1].content).text


def test_a_person_is_mentioned_by_their_account_there_or_by_name(town: TwoTown) -> None:
    """The owner, whose account is on Teams alone, is mentioned there and named on Slack."""
    reported(town)
    found = {}
    for row in family(town, CARD):
        found[row.platform] = [
            (part["name"], part["account"]["user"] if isinstance(part["account"], dict) else None)
            for part in mentions(row.content)
            if part["name"] == "Jo Santos"
        ]
    assert set(found[TEAMS]) == {("Jo Santos", town.jo.user)}
    assert set(found[SLACK]) == {("Jo Santos", None)}


def mentions(content: str) -> list[dict[str, object]]:
    def parts(node: object) -> list[dict[str, object]]:
        if isinstance(node, list):
            return [part for each in node for part in parts(each)]
        if not isinstance(node, dict):
            return []
        return [node, *(part for each in node.values() for part in parts(each))]

    return [part for part in parts(json.loads(content)) if part.get("kind") == "mention"]


def test_lines_stand_in_both_threads(town: TwoTown) -> None:
    """What the bot says in the record's thread stands under each card."""
    reported(town)
    town.jo.answers("blocked: need the refund policy from you", under=CARD)
    roots = [row.key for row in family(town, CARD)]
    for platform, root in ((SLACK, roots[0]), (TEAMS, roots[1])):
        under = [row for row in town.on(platform, "issue.line") if row.thread_card == root]
        assert len(under) == 1


def test_words_are_relayed_once_and_never_back(town: TwoTown) -> None:
    """Talk in the thread is told on the other side under its speaker's name; nothing of it comes back."""
    reported(town)
    town.jo.answers("We are looking into the <b>queue</b>, <@U0MAYA>", under=CARD)
    told = [decode_card(row.content).text for row in town.on(SLACK, "relay")]
    assert told == ["Jo Santos, on Teams: We are looking into the <b>queue</b>, @somebody"]
    assert town.on(TEAMS, "relay") == []
    town.maya.replies("Thanks, <@U0REY> knows more", under=CARD)
    assert town.texts(TEAMS, "relay") == ["Maya Brooks, on Slack: Thanks, @Rey Cruz knows more"]
    assert len(town.on(SLACK, "relay")) == 1


def test_an_ack_is_told_with_who_said_it_once(town: TwoTown) -> None:
    """The other side sees who took it: by the bot's own line where that names them, else by their word."""
    reported(town)
    town.jo.answers("ack", under=CARD)
    assert town.texts(SLACK, "relay") == ["Jo Santos, on Teams: ack"]
    town.jo.answers("blocked: need the refund policy from you", under=CARD)
    assert len(town.on(SLACK, "relay")) == 1  # the line names Jo and says it
    assert len(town.on(SLACK, "issue.line")) == 1


def test_what_is_said_by_itself_stands_once_a_day_in_each(town: TwoTown) -> None:
    """Each channel has its own day: both hold one unprompted message, whatever the other one holds."""
    with town.units() as uow:
        for number in (1, 2):
            about = About(1, "review.agenda", "schedule", subject="review", subject_id=number, programme_id=1)
            post = SharedPost(SharedChannel(town.shared_place), SharedCard(text=f"Agenda {number}", why="why"))
            say(uow, post, about, f"agenda:{number}", town.now)
        uow.commit()
    rows = [family(town, f"agenda:{number}") for number in (1, 2)]
    assert [each.platform for each in rows[0]] == [SLACK, TEAMS]
    assert rows[0][0].not_before == rows[0][1].not_before == town.now
    assert rows[1][0].not_before > town.now and rows[1][1].not_before == rows[1][0].not_before


def test_a_frozen_channel_is_passed_over(town: TwoTown) -> None:
    """Where the first channel is frozen the second one takes what is said; where the second is, nothing is mirrored."""
    with town.units() as uow:
        first, second = uow.providers.channels(1, "shared")
        second.frozen = True
        uow.session.add(second)
        uow.commit()
    reported(town)
    assert len(family(town, CARD)) == 1
    with town.units() as uow:
        first, second = uow.providers.channels(1, "shared")
        first.frozen, second.frozen = True, False
        uow.session.add(first)
        uow.session.add(second)
        uow.commit()
    town.maya.submits("issue.report", FORM, "1")
    (row,) = family(town, "issue.card:2")
    assert (row.platform, row.channel) == (TEAMS, TEAMS_CHANNEL.channel)


def test_what_had_begun_before_comes_with_its_next_word(town: TwoTown) -> None:
    """A record from before the second channel stands there as soon as something is said in its thread, its card first."""
    with town.units() as uow:
        second = uow.providers.channels(1, "shared")[1]
        uow.providers.unbind(second)
        uow.commit()
    reported(town)
    assert len(family(town, CARD)) == 1
    with town.units() as uow:
        uow.providers.add(type(second)(**{**second.model_dump(), "id": None}))
        uow.commit()
    town.rey.replies("blocked: need the refund policy from you", under=CARD)
    original, twin = family(town, CARD)
    assert decode_card(twin.content).text == decode_card(original.content).text
    assert [row.thread_card for row in town.on(TEAMS, "issue.line")] == [twin.key]


def test_a_card_said_before_can_be_shown_anew(town: TwoTown) -> None:
    """An edit by its name reaches both, each with people as its platform knows them."""
    card = SharedCard(text="Ben", elements=(Words((Mention(town.ben.account, "Ben Carter"),)),))
    with town.units() as uow:
        about = About(1, "issue.card", "somebody said so", programme_id=1)
        say(uow, SharedPost(SharedChannel(town.shared_place), SharedCard(text="Nobody")), about, "x", town.now)
        show(uow, "x", card, town.now)
        uow.commit()
    slack, teams = family(town, "x")
    assert decode_card(teams.content) == card
    assert decode_card(slack.content).elements == (Words((Mention(None, "Ben Carter"),)),)


def test_a_channel_that_was_left_gets_no_more_lines(town: TwoTown) -> None:
    """Once the channel on Slack is unbound, what is said about a record that stands on both goes to Teams alone."""
    reported(town)
    with town.units() as uow:
        uow.providers.unbind(uow.providers.channels(1, "shared")[0])
        uow.commit()
    before = len(town.on(SLACK))
    town.jo.answers("blocked: need the refund policy from you", under=CARD)
    twin = next(row for row in family(town, CARD) if row.platform == TEAMS)
    assert [row.thread_card for row in town.on(TEAMS, "issue.line")] == [twin.key]
    assert len(town.on(SLACK)) == before


def test_strangers_and_inner_threads_are_not_relayed(town: TwoTown) -> None:
    """Talk of another company's people, and talk under what only the client reads, stays where it was said."""
    reported(town)
    with town.units() as uow:
        other = uow.providers.add(models.Provider(installation_id=1, name="Rival", zone="UTC", created_at=town.now))
        person = models.Person(
            installation_id=1, provider_id=other.id, name="Ria Rival", side="provider", created_at=town.now
        )
        uow.people.connect(uow.people.add(person), TEAMS, "rival", "aad-ria")
        uow.commit()
    ria = town.on_teams("Ria Rival", "rival", "RIA")
    ria.user = "aad-ria"
    ria.answers("we do that cheaper", under=CARD)
    town.maya.submits("issue.report", {**FORM, "visibility": "INT"}, "1")
    town.eva.replies("they are slow", under="issue.card:2")
    assert town.rows(kind="relay") == [] and len(family(town, "issue.card:2")) == 1


def test_words_under_a_persons_own_message_stay_there(town: TwoTown) -> None:
    """A thread under somebody's own message stands on one platform: nothing of it is told on the other."""
    town.maya.says("Anybody seen the queue?", thread=None)
    town.rey.says("yes, it is long", thread="1772442000.500099")
    assert town.on(TEAMS) == []


def test_several_digests_share_a_thread_where_they_share_a_channel(town: TwoTown) -> None:
    """Two programmes in one channel on Slack, each with its own on Teams: the second digest hangs under the first there and
    stands for itself here, its detail under it."""
    with town.units() as uow:
        second = uow.providers.add(
            models.Programme(
                installation_id=1, provider_id=1, name="Chat", anchor_zone="Europe/London", digest_wall="mon 08:30",
                figures_wall="tue 10:00", created_at=town.now,
            )
        )  # fmt: skip
        for platform, workspace, channel in (
            (SLACK, town.client, town.shared_place.channel),
            (TEAMS, TEAMS_CHANNEL.workspace, "19:chat@thread.tacv2"),
        ):
            uow.providers.add(
                models.Channel(
                    installation_id=1, programme_id=second.id or 0, platform=platform, workspace=workspace,
                    channel=channel, kind="shared",
                )
            )  # fmt: skip
        root = ""
        for programme in (1, second.id or 0):
            about = About(
                1, "digest.weekly", "schedule", subject="digest", subject_id=programme, programme_id=programme
            )
            to = SharedChannel(town.shared_place, Thread(card=root) if root else None)
            key = say(uow, SharedPost(to, SharedCard(text=f"Digest {programme}")), about, f"d:{programme}", town.now)
            root = root or key
            detail = replace(about, kind="digest.detail")
            under = SharedChannel(town.shared_place, Thread(card=root))
            say(uow, SharedPost(under, SharedCard(text="Detail")), detail, f"detail:{programme}", town.now)
        uow.commit()
    first, own = family(town, "d:1"), family(town, f"d:{second.id}")
    assert own[0].thread_card == first[0].key and own[1].thread_card is None
    assert [row.thread_card for row in family(town, f"detail:{second.id}")] == [first[0].key, own[1].key]
    assert [row.thread_card for row in family(town, "detail:1")] == [first[0].key, first[1].key]


def test_words_too_long_for_the_other_side_say_so(town: TwoTown) -> None:
    """What does not fit into one message ends with how much is missing and where it stands."""
    reported(town)
    town.jo.answers("We found it. " + "Because of this " * 400, under=CARD)
    (told,) = town.texts(SLACK, "relay")
    assert told.startswith("Jo Santos, on Teams: We found it. Because") and len(told) < 3000
    assert re.search(r" … \(3,\d{3} more characters stand on Teams\)$", told)
