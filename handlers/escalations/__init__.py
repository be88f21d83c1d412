"""The escalation matrix: who is brought in at which level, on both sides, and how long after something was due (S34)."""
