"""What happens after the bot was not running: it tells its gap, what it caught up and what it did not."""
