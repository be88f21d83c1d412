"""One application on two platforms at once: the stand-in Slack and the stand-in Teams, one record in both."""
