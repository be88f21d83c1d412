"""The browser room: try everything without Slack or Teams. Pages, cards as HTML, and a gateway over its own tables."""
