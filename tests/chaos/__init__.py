"""Kill the delivering process at random moments and count what stands: ``python -m tests.chaos --kills 30``."""
