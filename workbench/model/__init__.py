"""Frozen values that every part speaks in. No I/O, no clock, no engine."""
