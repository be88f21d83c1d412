"""Home: what needs a manager, and how every provider stands."""
