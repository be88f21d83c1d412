"""What happens when something could not be said."""
