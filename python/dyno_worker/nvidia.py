"""The first GPU of NVIDIA, as its driver tells of it: a provider of ONNX Runtime says neither its name nor what it is capable of."""

from __future__ import annotations

import ctypes
import sys

# Of cuDeviceGetAttribute, in cuda.h.
CAPABILITY = (75, 76)


def first_device():
    """`nvidia` (name and capability) of device 0 of those that CUDA_VISIBLE_DEVICES shows; None, and in `nvidiaMissing` why."""
    name = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        driver = ctypes.CDLL(name)
    except OSError as error:
        return {"nvidia": None, "nvidiaMissing": str(error)}
    device = ctypes.c_int()
    text = ctypes.create_string_buffer(256)
    major, minor = ctypes.c_int(), ctypes.c_int()
    calls = (
        ("cuInit", 0),
        ("cuDeviceGet", ctypes.byref(device), 0),
        ("cuDeviceGetName", text, 256, device),
        ("cuDeviceGetAttribute", ctypes.byref(major), CAPABILITY[0], device),
        ("cuDeviceGetAttribute", ctypes.byref(minor), CAPABILITY[1], device),
    )
    for function, *arguments in calls:
        status = getattr(driver, function)(*arguments)
        if status != 0:
            return {"nvidia": None, "nvidiaMissing": f"{function} of {name} answers error {status}"}
    return {"nvidia": {"name": text.value.decode("utf-8", "replace"), "capability": [major.value, minor.value]}, "nvidiaMissing": None}
