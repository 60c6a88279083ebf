"""Libraries of economic-operation analysis (七库): what each holds, and its indicators as data.

``definition`` reads ``data_contracts/libraries``, ``statements`` is what is asked for a month,
``check`` holds both against the city: nothing is asked that is not granted, nothing is granted that
is not asked, and nothing by a stronger use than it takes.
"""
