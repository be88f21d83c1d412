"""Review series: set up, previewed, arranged, told to calendars."""
