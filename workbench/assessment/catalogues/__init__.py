"""Catalogue-side indicators of a portal's departments, rated by the machinery of schemes."""
