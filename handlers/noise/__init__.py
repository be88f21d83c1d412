"""How much is said: what comes by itself, one message a channel and day, everybody's own quiet hours."""
