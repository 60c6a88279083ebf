"""Extracts: what providers delivered, checked, in versions that do not change."""
