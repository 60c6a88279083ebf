"""What the workbench costs, measured: ``make bench`` or ``python -m tests.bench [PART ...]``.

Each part compares ways of doing one thing in one run, so that its ratios hold on a noisy machine.
Figures go to ``docs/benchmarks/PART.json``; ``docs/benchmarks.md`` is written from all of them.
"""
