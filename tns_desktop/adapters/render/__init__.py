"""Previews decoded in a process of their own, so that a hostile document can hurt nothing but that process.

``host`` (the desk's side) spawns, feeds, bounds and restarts ``worker`` (the decoder's side). The two share ``protocol``
and nothing else. The worker's modules (``worker``, ``documents``, ``pdf``, ``image``, ``text``, ``mail``, ``limits``,
``isolation``, ``refusals``) import nothing of ours outside this package, so that the process starts quickly.
"""
