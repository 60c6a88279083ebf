"""Whole journeys through the workbench, with real data and real processes."""
