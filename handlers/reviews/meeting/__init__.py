"""The meeting: its agenda from the data, what is noted in it, its minutes."""
