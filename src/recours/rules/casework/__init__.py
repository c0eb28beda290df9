"""How a desk shares its work: what a view shows, who gets what, when something comes back. Pure, like all rules."""
