"""The week's walk in a real browser: the program as a user starts it, and people who see only words and roles."""
