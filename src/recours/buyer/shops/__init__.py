"""The public page of a shop."""
