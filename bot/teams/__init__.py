"""The Teams door: activity in, answer out; card to Adaptive Card."""
