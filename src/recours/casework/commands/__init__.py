"""What the desk writes for itself, one file per subject."""
