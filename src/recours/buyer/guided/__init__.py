"""The guided question: what happened, and where to go."""
