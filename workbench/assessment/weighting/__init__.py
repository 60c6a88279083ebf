"""How weights can be set: pairwise judgements (AHP), entropy, CRITIC, rounds of Delphi.

Written here and not taken from a library; docs/weights.md says which were looked at and why. Each
formula names its source. A method proposes: what stands in a scheme is what its authors wrote.
"""
