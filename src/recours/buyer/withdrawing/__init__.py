"""Withdrawing from a contract in two named steps: "Renoncer au contrat ici", then "Confirmer la rétractation"."""
