"""What issues and action items have in common: who may see one, how its changes are kept, and where it speaks."""
