"""``workbench up``: the sample city on one machine, its processes started and watched.

``check`` looks before anything starts, ``sample`` fills an empty city, ``programs`` says what
runs and what each may know, ``supervise`` keeps it running and ends it, ``run`` is the order.
"""
