"""A finger on a web view: GDK touch events, which WebKit turns into touch, pointer, mouse and click events.

PyGObject cannot build a touch event, because its sequence is an opaque pointer, so the event is filled in
through GDK's C structure (GTK 3 reference, ``GdkEventTouch``). WebKit treats the tap as a user gesture.
"""

from __future__ import annotations

import ctypes
import time
from typing import Any

from gi.repository import Gdk

_TOUCH_BEGIN, _TOUCH_END = 37, 39
_pointer = ctypes.c_void_p


class _TouchEvent(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("window", _pointer),
        ("send_event", ctypes.c_int8),
        ("time", ctypes.c_uint32),
        ("x", ctypes.c_double),
        ("y", ctypes.c_double),
        ("axes", _pointer),
        ("state", ctypes.c_uint),
        ("sequence", _pointer),
        ("emulating_pointer", ctypes.c_int),
        ("device", _pointer),
        ("x_root", ctypes.c_double),
        ("y_root", ctypes.c_double),
    )


def _library(name: str, **functions: tuple[Any, list[Any]]) -> ctypes.CDLL:
    library = ctypes.CDLL(name)
    for function, (result, arguments) in functions.items():
        getattr(library, function).restype = result
        getattr(library, function).argtypes = arguments
    return library


_gobject = _library("libgobject-2.0.so.0", g_object_ref=(_pointer, [_pointer]))
_gdk = _library(
    "libgdk-3.so.0",
    gdk_event_new=(_pointer, [ctypes.c_int]),
    gdk_event_free=(None, [_pointer]),
    gdk_event_set_device=(None, [_pointer, _pointer]),
    gdk_event_set_source_device=(None, [_pointer, _pointer]),
)
_gtk = _library("libgtk-3.so.0", gtk_widget_event=(ctypes.c_int, [_pointer, _pointer]))
_capsule_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_capsule_pointer.restype = _pointer
_capsule_pointer.argtypes = [ctypes.py_object, ctypes.c_char_p]


def _address(instance: Any) -> int:
    address: int = _capsule_pointer(instance.__gpointer__, None)
    return address


def tap(widget: Any, x: float, y: float) -> None:
    """Put one finger down at `x`, `y` (CSS pixels of the view) and lift it again."""
    pointer = Gdk.Display.get_default().get_default_seat().get_pointer()
    window = widget.get_window()
    now = int(time.monotonic() * 1000) & 0x7FFFFFFF
    for offset, kind in enumerate((_TOUCH_BEGIN, _TOUCH_END)):
        event = _gdk.gdk_event_new(kind)
        fields = ctypes.cast(event, ctypes.POINTER(_TouchEvent)).contents
        fields.window = _gobject.g_object_ref(_address(window))
        fields.time = now + offset
        fields.x = fields.x_root = x
        fields.y = fields.y_root = y
        fields.sequence = 1
        fields.emulating_pointer = 1
        _gdk.gdk_event_set_device(event, _address(pointer))
        _gdk.gdk_event_set_source_device(event, _address(pointer))
        _gtk.gtk_widget_event(_address(widget), event)
        _gdk.gdk_event_free(event)
