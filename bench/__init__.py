"""What Okapi costs: ratios within one run, and milliseconds on a large organisation.

`make bench` runs it on SQLite and on PostgreSQL; see `bench/__main__.py` for its options.
"""
