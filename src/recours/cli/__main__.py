"""`python -m recours.cli`, for a checkout that is not installed."""

from recours.cli import main

main()
