"""How fast, how small, how soon: `python -m tests.bench [--only NAME] [--seconds N]`. See README.md beside this."""
