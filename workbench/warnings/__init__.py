"""Early warning: rules as data, the monthly look at enterprises and areas, and what becomes of it.

``definition`` reads ``data_contracts/warnings``; what a rule finds is computed by
``workbench.economy``; the life of an alert is a procedure.
"""
