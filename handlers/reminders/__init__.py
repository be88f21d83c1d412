"""Reminders: one message a morning to whoever has something due, in their own morning."""
