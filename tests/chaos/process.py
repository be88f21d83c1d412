"""The program with reconciling switched off, to show what it prevents: ``python -m tests.chaos.process run``.

No setting of the program does this, so that nobody can do it by accident.
"""

from __future__ import annotations

import functools
import sys

import bot.app
from bot.commands.choosing import main
from bot.delivery.courier import Courier


def blind() -> None:
    """From now on the application builds couriers that never look into a channel's history before they post again."""
    vars(bot.app)["Courier"] = functools.partial(Courier, reconcile=False)


if __name__ == "__main__":
    blind()
    sys.exit(main(sys.argv[1:]))
