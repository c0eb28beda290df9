"""A shop’s own figures, and the claims behind each of them."""
