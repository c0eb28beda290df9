"""The pages of a marketplace on Facebook: what is commented in public under their posts."""
