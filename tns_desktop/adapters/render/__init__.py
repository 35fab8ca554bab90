"""Previews decoded in a process of their own, so that a hostile document can hurt nothing but that process.

The desk's side: ``host`` (queue, time limits, restarts), ``process`` (one life of the decoder), ``jobs``, ``held``,
``watchdog`` and ``answers`` (nothing the decoder says is believed unchecked). The decoder's side: ``worker`` (its main
loop), ``documents``, ``pdf``, ``image``, ``flatten``, ``text``, ``visible``, ``pretty_json``, ``pretty_xml``, ``mail``,
``html_text``, and ``limits``, ``landlock``, ``isolation`` for what it gives up. The two share ``protocol`` and ``shared``.
The decoder's side imports nothing of ours outside this package, so that the process starts quickly.
"""
