"""Outbox to platform: prepared, paced, sent, looked for and noted, under an engine that survives what dies."""
