"""Action items: who does what by when, on either side."""
