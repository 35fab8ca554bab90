"""Signing verdicts with a certificate of the auditor's (PKCS#12). pyHanko reads and writes here what the desk itself drew,
never a document of a client's: those are decoded in a process of their own.
"""
