"""Our cards as Teams draws them: the official ``adaptivecards`` renderer in Debian's Chromium, in Teams' own colours.

The renderer is installed from npm into ``.venv/npm`` when it is first asked for; nothing of it stands in the repository.
"""
