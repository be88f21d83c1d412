"""The command line: ``python -m bot run | check | manifest | import | rehearse | db | export | start-fresh | uninstall``."""

from __future__ import annotations

import sys

from bot.commands.choosing import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
