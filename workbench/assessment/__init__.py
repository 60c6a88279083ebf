"""Assessment: scores of departments that can be traced, replayed and appealed.

The core is pure: schemes and frozen measures in, sheets and rankings out, in exact fractions.
"""
