"""Secret addresses under which a calendar program reads the reviews of one person, and keeps reading them."""
