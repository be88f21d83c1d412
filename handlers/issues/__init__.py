"""Issues: what went wrong, who is waited for, and until when."""
