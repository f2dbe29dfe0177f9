"""Every way in: the web application and the command line.

A gateway module parses what came in, asks one use case of ``vault``, and shows the answer. It holds no rules.
"""
