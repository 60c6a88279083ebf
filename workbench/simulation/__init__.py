"""A made-up year of a made-up city, played through the real desk, store and ledger."""
