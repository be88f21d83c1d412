"""Torment the real program over SQLite and PostgreSQL, and compare what stands in the channels with what was asked and due.

Rounds of kill -9 on one process over SQLite and on two and three over PostgreSQL, then the other torments, then a round without
reconciling, which must show doubles. Progress is kept in a folder: the same command goes on where it was broken off, and
prints the whole again when all is done; ``--anew`` begins from the beginning. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

from tests.chaos.phases import PHASES
from tests.chaos.plans import Round, control, long_form, teams_form, unread
from tests.chaos.progress import Progress, histogram, total
from tests.chaos.torment import Toll

FOLDER = Path(".parley/chaos")
ENOUGH = 20
"""Kills that must have struck each phase in a whole run."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not done yet and print; 1 if anything was lost or doubled, or too little was struck to say so."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the progress is kept")
    parser.add_argument("--anew", action="store_true", help="forget what was done before")
    parser.add_argument("--kills", type=int, default=24, help="of each round; there are three rounds on each set-up")
    parser.add_argument("--only", default="", help="rounds whose names contain this")
    parser.add_argument(
        "--no-reconcile", dest="reconcile", action="store_false", help="only show what reconciling prevents"
    )
    parser.add_argument(
        "--unread", action="store_true", help="only Teams where nothing can be read back: count what that costs"
    )
    options = parser.parse_args(arguments)
    if options.anew:
        shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True, exist_ok=True)
    rounds = [
        each
        for each in (*long_form(options.kills), *teams_form(options.kills), control())
        if options.only in each.plan.name
    ]
    if not options.reconcile:
        rounds = [control()]
    if options.unread:
        rounds = unread(options.kills)
    progress = Progress(options.folder)
    left_out = [each.plan.name for each in rounds if not progress.has(each.plan.name) and not _fought(each, progress)]
    return _told(progress, rounds, left_out, whole=options.reconcile and not options.only and not options.unread)


def _fought(planned: Round, progress: Progress) -> bool:
    """Fight one round; False where this machine does not allow it."""
    name = planned.plan.name
    print(f"{name} …", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="parley-chaos-"))

    def tell(toll: Toll) -> None:
        progress.tell(toll)
        print(f"  kill {toll.kills}: {toll.hit}", flush=True)

    try:
        toll = asyncio.run(_stoppable(planned.fight(folder, tell)))
    except asyncio.CancelledError:
        sys.exit("broken off; the same command goes on from here")
    except PermissionError as refused:
        print(f"  left out: {refused}", flush=True)
        return False
    progress.keep(toll)
    print(f"  {toll.seconds:g} s, {toll.expected} messages expected, {toll.open} open", flush=True)
    for line in toll.wrong[:20]:
        print(f"  {line}", flush=True)
    if toll.wrong and not planned.doubles:
        print(f"  kept for a look: {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return True


async def _stoppable(fight: Coroutine[Any, Any, Toll]) -> Toll:
    """The fight, broken off by SIGTERM so that no process and no server stays behind."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await fight


def _told(progress: Progress, rounds: Sequence[Round], left_out: Sequence[str], *, whole: bool) -> int:
    names = [each.plan.name for each in rounds if not each.doubles]
    shown = progress.rounds(each.plan.name for each in rounds if each.doubles)
    done = progress.rounds(names)
    print(histogram(done or shown))
    result: dict[str, Any] = total(done or shown)
    if done and shown:
        result["doubled_without_reconciling"] = sum(each["doubled"] for each in shown)
    if left_out:
        result["left_out"] = list(left_out)
    print(json.dumps(result))
    wrong = any(result[name] for name in ("lost", "doubled", "unexpected", "halved", "stale"))
    if not done:
        return 0 if result["doubled"] else 1
    few = whole and (
        min(result["phases"][phase] for phase in PHASES) < ENOUGH or not result["doubled_without_reconciling"]
    )
    return 1 if wrong or few else 0


if __name__ == "__main__":
    sys.exit(main())
