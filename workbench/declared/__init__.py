"""Data that people declare in files: read strictly, each mistake told with file, line and fix.

``yaml`` gives plain values with the line of every key, ``schema`` holds them against a pydantic
model, ``findings`` say what to mend. What the values mean is for the package that asks.
"""
