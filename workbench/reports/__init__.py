"""Briefs and yearly reports as documents: each figure with the entry under which it was released."""
