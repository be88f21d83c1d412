"""Whole stories over the stand-in Teams: the real application, its engine, courier and calendar."""
