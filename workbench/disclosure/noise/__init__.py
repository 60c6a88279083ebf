"""Noise in the place of withholding: counts and sums by OpenDP under a budget (docs/noise.md)."""
