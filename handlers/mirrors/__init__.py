"""One record, two platforms: what both companies read in one channel stands in the programme's other channel too."""
