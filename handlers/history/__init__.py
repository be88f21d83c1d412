"""History: what a record has been through, and taking one's newest change back wherever one is."""
