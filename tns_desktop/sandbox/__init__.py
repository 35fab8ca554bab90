"""A local Trust and Sign: sample client files behind the same routes, with faults on demand.

It exists so that the desk can be tried, tested and shown without the vendor's server, and so that the tests can provoke
what a real server does on its worst day. It imports nothing else of this project: it reads its own description of the
routes (``routes.toml``), so that agreement between the two sides is shown by tests and not given by shared code.
"""
