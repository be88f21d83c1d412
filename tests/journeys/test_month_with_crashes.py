"""A month of running with crashes equals the month of rehearse, message for message."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from bot.rehearsal.stage import Stage
from bot.slack import render
from storage.models.delivery import OutboxRow
from tests.month import CHANNELS, NAMES, Life, live, rehearsed
from tests.standins.slack.faults import Rates
from tests.standins.slack.server import StandInSlack
from tests.standins.slack.surfaces import Message

pytestmark = pytest.mark.slow

KILLS = 24
ANSWERED_AFTER = 0.02
"""Seconds between a message standing in its channel and the answer that says so: where a kill hurts most."""
Said = dict[tuple[str, str], list[str]]
"""By channel and key of the thread's root ("" outside threads): every message there, as it is shown, in order."""


def on_paper(stage: Stage) -> Said:
    """What the rehearsal said, drawn as Slack would show it."""
    said: Said = defaultdict(list)
    with stage.units() as uow:
        rows: list[OutboxRow] = list(uow.outbox.everything())
    for row in rows:
        if row.key in stage.paper.standing:
            drawn = render.message(stage.paper.standing[row.key].card, key=row.key)  # type: ignore[arg-type]  # a card
            said[row.channel, row.thread_card or ""].append(_shown(row.key, drawn.text, drawn.blocks))
    return said


def in_slack(slack: StandInSlack) -> Said:
    """What stands in the stand-in's channels."""
    said: Said = defaultdict(list)
    names = {there: here for here, there in CHANNELS.items()}
    for channel in slack.world.channels.values():
        address = names.get(channel.id) or "@" + next((one for one in channel.members if one != slack.bot_user_id), "")
        keys = {message.ts: _key(message) for message in channel.everything()}
        for message in channel.everything():
            root = keys[message.thread_ts] if message.is_reply and message.thread_ts else ""
            said[address, root].append(_shown(_key(message), message.text, message.blocks))
    return said


def _key(message: Message) -> str:
    return str((message.metadata or {})["event_payload"]["key"])


def _shown(key: str, text: str, blocks: object) -> str:
    return json.dumps([key, text, blocks], sort_keys=True)


def doubled(said: Said) -> int:
    """How many messages stand there more often than once."""
    return sum(count - 1 for held in said.values() for count in Counter(held).values())


def furnish(slack: StandInSlack) -> None:
    """The town's people and channels, with answers a moment late."""
    slack.add_person("manager", "Vendor manager")
    for number in range(1, len(NAMES) + 1):
        slack.add_person(f"lead-{number}", f"Lead {number}", "T0VENDOR")
    for here, there in CHANNELS.items():
        lead = [here.replace("shared", "lead")] if here.startswith("shared") else []
        slack.add_channel(there, here, ["manager", *lead])
    slack.faults.order("chat.postMessage", "slow_answer", seconds=ANSWERED_AFTER, times=None)


class Crashes:
    """Starts the process again and again and kills it: in the middle of a post, or at any moment."""

    def __init__(self, slack: StandInSlack, life: Life, seed: int) -> None:
        self._slack = slack
        self._life = life
        self._chance = random.Random(seed)
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.month"])
        self.kills = self.in_a_post = 0

    async def run(self, kills: int) -> None:
        """So many kills, then to the end of the month."""
        while self.kills < kills:
            child = self._started()
            await (self._at_a_post(child) if self.kills % 2 else self._at_any_moment(child))
            assert child.is_alive(), f"the month was over after {self.kills} kills (exit {child.exitcode})"
            child.kill()
            await self._ended(child)
            self.kills += 1
        last = self._started()
        await self._ended(last)
        assert last.exitcode == 0

    def _started(self) -> ForkServerProcess:
        child = self._context.Process(target=live, args=(self._life,), daemon=True)
        child.start()
        return child

    async def _at_a_post(self, child: ForkServerProcess) -> None:
        """A message stands in its channel, and the process does not know yet."""
        wanted = len(self._slack.messages()) + self._chance.randint(1, 3)
        await _until(lambda: not child.is_alive() or len(self._slack.messages()) >= wanted)
        self.in_a_post += 1

    async def _at_any_moment(self, child: ForkServerProcess) -> None:
        """Some time after it began to ask anything."""
        calls = len(self._slack.calls)
        await _until(lambda: not child.is_alive() or len(self._slack.calls) > calls)
        await asyncio.sleep(self._chance.uniform(0.0, 0.25))

    async def _ended(self, child: ForkServerProcess) -> None:
        await _until(lambda: not child.is_alive())
        child.join()


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110  # another process tells nobody when it is done
        await asyncio.sleep(0.002)


async def crashed(folder: Path, weeks: int, kills: int, *, reconcile: bool) -> tuple[Said, Crashes]:
    """The month by a process that is killed; what stands in the end."""
    async with StandInSlack(rates=Rates.unlimited()) as slack:
        furnish(slack)
        url, diary = f"sqlite:///{folder / 'month.sqlite'}", folder / "diary"
        crashes = Crashes(slack, Life(url, diary, slack.bot_token, slack.api_url, weeks, reconcile), seed=7)
        async with asyncio.timeout(240):
            await crashes.run(kills)
        return in_slack(slack), crashes


def test_a_month_with_crashes_equals_the_rehearsal(tmp_path: Path) -> None:
    """Four weeks played by processes that are killed two dozen times, half of them within a post: the same messages in the
    same channels and threads, in the same order, as the rehearsal of these weeks."""
    expected = on_paper(rehearsed(tmp_path, 4))
    said, crashes = asyncio.run(crashed(tmp_path, 4, KILLS, reconcile=True))
    assert crashes.in_a_post >= 10
    assert sum(map(len, said.values())) > 80
    assert doubled(said) == 0
    for where in expected.keys() | said.keys():
        assert said.get(where) == expected.get(where), where


def test_without_reconciling_the_month_is_another(tmp_path: Path) -> None:
    """The comparison can fail: the same kills without looking into the history leave messages twice."""
    expected = on_paper(rehearsed(tmp_path, 1))
    said, _ = asyncio.run(crashed(tmp_path, 1, 6, reconcile=False))
    assert said != expected and doubled(said) > 0
