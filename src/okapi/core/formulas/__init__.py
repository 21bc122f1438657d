"""Formula KPIs (复合指标): text → tree → values.

``parsing`` reads a text, ``checking`` decides whether it fits the KPIs that it names, ``reach``
which periods a change can move, ``programs`` and ``evaluating`` compute many formulas at once.
"""
