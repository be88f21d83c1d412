"""Providers and people: set-up, channels, who is accountable, import."""
