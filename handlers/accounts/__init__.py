"""One person, several accounts: which belong together, and where somebody wants to be written to."""
