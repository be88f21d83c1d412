"""Weeks played with a virtual clock and written down: what Parley would have said."""
