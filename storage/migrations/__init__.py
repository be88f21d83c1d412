"""Alembic's migrations: expand first, contract a release later, so that two versions can run side by side."""
