"""Options that several plugins of a kind share, each declared once.

A base class holds options with one default; an annotated type is an option whose default differs from plugin to plugin.
Values reach every job as params, so nothing of this folder is part of a fingerprint.
"""
