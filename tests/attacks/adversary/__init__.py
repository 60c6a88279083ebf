"""An attacker with all of the grammar, and a scorer that knows the truth. See docs/adversary.md."""
