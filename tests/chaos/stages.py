"""Other torments than kill -9: a server that dies, a process that is stopped for a while, a disk that is full once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.phases import until_in
from tests.chaos.server import MortalServer
from tests.chaos.torment import Round, Torment

STOPPED = (4.0, 14.0, 35.0)
"""Seconds a process is stopped for: once longer than one request may take, once longer than a takeover."""
AWAY = (0.5, 6.0, 12.0)
"""Seconds the database server stays away after it was shut down at once."""
FULL = 8.0
"""Seconds the disk stays full."""
DISK = "96m"


async def stops(round_: Round) -> None:
    """SIGSTOP in the middle of a request, and SIGCONT much later; what it held must neither be lost nor said again."""
    for seconds in STOPPED:
        alive = {each.name: each for each in await round_.alive(len(round_.replicas))}
        struck = await until_in("marked", alive, round_.platform, lambda: False, round_.plan.aim)
        victim = alive[struck or round_.chance.choice(list(alive))]
        victim.signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        victim.signal(signal.SIGCONT)
        await asyncio.sleep(3.0)


def restarts(server: MortalServer) -> Torment:
    """The database server is shut down at once, as if its machine had lost power, and comes back; the processes stay."""

    async def torment(round_: Round) -> None:
        for seconds in AWAY:
            await asyncio.sleep(4.0)
            await asyncio.to_thread(server.crash)
            await asyncio.sleep(seconds)
            await asyncio.to_thread(server.come_back)
            await round_.alive(len(round_.replicas))
        await asyncio.sleep(4.0)

    return torment


async def full(round_: Round) -> None:
    """The disk that the database is on is full for a while, and then has room again."""
    await asyncio.sleep(5.0)
    disk = round_.folder / "disk"
    ballast = disk / "ballast"
    _fill(ballast)
    await asyncio.sleep(FULL)
    ballast.unlink()
    await asyncio.sleep(8.0)


def _fill(ballast: Path) -> None:
    """Write until nothing fits any more."""
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own in memory, mounted in ``folder``. Raises ``PermissionError`` where that is not allowed."""
    disk = folder / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        raise PermissionError("only root may mount a small disk; the stage is left out")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(disk)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise PermissionError(f"a small disk could not be mounted: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
