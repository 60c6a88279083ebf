"""Statements that try to get what was not granted, and the harness that looks for leaks."""
