"""Briefs as documents: each figure with the ledger entry under which it was released."""
