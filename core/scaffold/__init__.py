"""New plugins as distributions of their own, from the templates beside this file."""
