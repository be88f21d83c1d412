"""The daily pulse: half a minute for whoever steers, only if something changed."""
