"""Data files of the engines."""
