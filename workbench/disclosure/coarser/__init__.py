"""What to change in a statement to see more: coarser statements, from its text and the contracts.

Pure: nothing of the data is looked at, so that what is suggested tells nothing. Whoever suggests
asks each of them as any statement is asked, to learn whether more of it is shown.
"""
