"""Help wherever one stands: where am I, what can I do here, did you mean."""
