"""Decisions: pure functions over grants, contracts and what a statement reads."""
