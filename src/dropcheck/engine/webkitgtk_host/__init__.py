"""The host program of the `webkitgtk` engine: an app with its own navigation delegate around WebKitGTK.

It runs under the system's Python with nothing but the standard library and PyGObject, never inside
dropcheck's own environment, and talks JSON lines over its pipes (`wire`). It must not import dropcheck.
"""
