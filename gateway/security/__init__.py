"""What stands before every view: who may call it, from which page, with which body, and which headers go back.

A route that is not declared answers nobody (:mod:`gateway.security.access`); the rest is in
:mod:`gateway.security.guard`, in the order in which it runs.
"""
