"""The help centre as readers see it, and the guided question."""
