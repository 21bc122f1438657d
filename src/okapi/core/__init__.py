"""The pure core: it computes and decides, without framework, storage, clock or chance.

Frozen dataclasses go in and come out; refusals are codes with data (``errors``), never sentences.
"""
