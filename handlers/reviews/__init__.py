"""Review series and reviews: planned by the calendar, prepared from data, ended with decisions."""
