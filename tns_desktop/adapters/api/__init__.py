"""Trust and Sign over HTTP: the one package that knows httpx.

What the vendor does not document stands in the API map, so that a wrong guess is repaired by editing a file. The parts:
``api_map`` reads that file; ``wire`` turns answers into client files by it; ``transport`` carries requests; ``errors``
turns what went wrong into the desk's own errors; ``client`` and ``download`` are the use cases' port.
"""
