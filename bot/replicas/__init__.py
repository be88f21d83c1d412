"""Several processes on one database: who runs, who still lives, and who takes a dead one's work over."""
