"""Use cases of the desk: asynchronous, written against the Protocols in ``ports``, blind to Qt and to every technology."""
