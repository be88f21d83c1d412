"""Run the stand-in as a process of its own: `python -m tests.standins.slack --port N`."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal

from tests.standins.slack import ControlledSlack


async def serve(port: int) -> None:
    """Serve until SIGINT or SIGTERM; the first line printed tells where, as JSON."""
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with ControlledSlack(port=port) as slack:
        told = {
            "url": slack.url,
            "api_url": slack.api_url,
            "bot_token": slack.bot_token,
            "app_token": slack.app_token,
            "signing_secret": slack.signing_secret,
        }
        print(json.dumps(told), flush=True)
        await stop.wait()


def main() -> None:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(description="A local stand-in for Slack.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port, told in the first line printed")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
