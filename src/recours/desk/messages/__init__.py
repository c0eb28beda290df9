"""Customer service’s conversations."""
