"""Large files that people have brought: worked on by a process of their own, while a page tells.

A job lies beside its file in the home (`uploads`), not in a table: a file is taken in by one
transaction, and on SQLite nobody else could write meanwhile how far it is.
"""
