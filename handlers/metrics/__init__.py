"""What is measured: the catalogue of metrics, figures, status, decline, and the reading of other people's exports."""
