"""What whoever operates Parley sees of it: log lines, figures and the ids that join them."""
