"""Post into a stand-in Slack that fails in every way, kill the sender at random moments, and compare with what was asked.

The last line printed is JSON: ``{"kills": 30, "lost": 0, "doubled": 0, …}``. ``--no-reconcile`` shows what reconciling
prevents.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.chaos.killing import Plan, torment
from tests.chaos.platform import Slack
from tests.databases import PostgresServer


def main() -> int:
    """Run, print, and fail if anything was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=1.2, help="seconds a sender lives at most before it is killed")
    parser.add_argument("--no-reconcile", dest="reconcile", action="store_false")
    options = parser.parse_args()
    plan = Plan(options.kills, options.seed, options.longest, options.reconcile)
    with tempfile.TemporaryDirectory() as folder, Slack() as slack:
        server = PostgresServer(Path(folder) / "server")
        try:
            url = f"sqlite:///{folder}/chaos.sqlite" if options.database == "sqlite" else server.empty()
            toll = torment(url, slack, plan)
        finally:
            server.stop()
    print(toll)
    return 1 if toll.lost or toll.doubled or toll.unsent else 0


if __name__ == "__main__":
    sys.exit(main())
