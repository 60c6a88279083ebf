"""What may be told beside all that was told before: differences, complements, linear systems.

``units`` are the rows of a protected table as they are known again from one question, scenario and
version to the next; ``atoms`` are the finest parts that all told cells tell apart; ``span`` is all
that follows from them by adding and subtracting, ``reach`` how closely the rest can be bounded;
``guard`` decides cell by cell. All of it is pure: arrays in, verdicts out.
"""
