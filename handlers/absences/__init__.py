"""Absences: who is away, and who gets their reminders meanwhile."""
