"""The hash-chained record of what was decided, released and changed, and how it is verified."""
