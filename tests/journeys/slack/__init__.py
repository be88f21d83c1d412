"""Whole stories over the stand-in Slack: the real application, its engine, courier and calendar, in both modes."""
