"""Run the stand-in as a process of its own: `python -m tests.standins.teams --port N`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from tests.standins.teams import ControlledTeams


async def serve(port: int) -> None:
    """Serve until SIGINT or SIGTERM; the first line printed tells where, as JSON."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with ControlledTeams(port=port) as teams:
        told = {
            "url": teams.url,
            "service_url": teams.service_url,
            "login_url": teams.login_url,
            "metadata_url": teams.metadata_url,
            "graph_url": teams.graph_url,
            "ca_path": teams.ca_path,
            "client_id": teams.client_id,
            "client_secret": teams.client_secret,
            "tenant_id": teams.world.host.id,
            "channels": {place.name: place.id for place in teams.world.channels.values()},
            "people": {user.name: key for key, user in teams.world.users.items()},
        }
        print(json.dumps(told), flush=True)
        await stop.wait()


def main() -> None:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(description="A local stand-in for Microsoft Teams.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port, told in the first line printed")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
