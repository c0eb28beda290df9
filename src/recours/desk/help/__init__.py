"""The help centre as its editors see it."""
