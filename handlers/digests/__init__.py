"""The weekly digest: one for both companies, one for the client."""
