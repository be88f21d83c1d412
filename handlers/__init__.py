"""What the bot does: one folder a feature, wired in ``routes.py``. Imports ``storage`` and nothing above."""
