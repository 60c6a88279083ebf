"""Contracts, scenarios and code lists of a city: files in, frozen values or findings out."""
