"""The shop’s inbox."""
