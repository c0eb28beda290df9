"""Letters from a claim, the way they take by post, and letters that come."""
