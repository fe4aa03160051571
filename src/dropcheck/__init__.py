"""Checks that a music release's links leave in-app browsers and open the right song."""

__version__ = "0.1.0"
