"""Sharing KPIs: facts derived from the ledger and the store, and the figures over them.

``facts`` are pure functions from entries, cases, grants and contracts to frames; ``frames`` says
which columns they have. They are delivered as resources under contracts (``parts``), so that
whoever reads them needs a grant, as of any other resource.
"""
