"""Local servers that behave like the platforms we speak to."""
