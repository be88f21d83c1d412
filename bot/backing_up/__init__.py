"""Backups: a whole database in one file, and back again, on SQLite and PostgreSQL alike."""
