"""Users, revocations, the journal's rows and the keys: what a city's gateway must not lose."""
