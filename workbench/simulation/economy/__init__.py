"""The economy of a sample city: made-up enterprises of real counties and industries.

Nothing in it is real but codes and the calendar. ``plan`` says how it goes, ``firms`` who there is,
``cycles`` what moves all of them, ``events`` what is planted, ``course`` each month; ``tables``,
``occasions`` and ``published`` are what departments have on record of it. Pure: the same seed gives
the same city.
"""
