"""What books say of how much was told: how fine the parts are that can be told apart, and what the
books of two departments together would determine.

Pure: pages and rules in, numbers of entities out. No amount and no entity leaves, and a number of
entities below the threshold is said as "fewer than k" only.
"""
