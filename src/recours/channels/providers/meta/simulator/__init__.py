"""What the simulators of Meta's services share: a journal, troubles, and webhooks that are signed."""
