"""What a curious or careless person may try, and must not achieve."""
