"""The Slack door: payloads in, answers and messages out. No Slack dict passes further than this folder."""
