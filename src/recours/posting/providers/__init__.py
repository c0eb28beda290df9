"""Who carries letters. Each provider is a package of its own; all that are called pass one contract suite."""

PRINT_AT_HOME = "print_at_home"
"""The person prints the letter and takes it to the post office: a provider that nobody calls."""
