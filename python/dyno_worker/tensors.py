"""Tensors of a message: raw bytes beside a description of `name`, `type` (as ONNX Runtime names it in JavaScript) and `dims`."""

from __future__ import annotations

import numpy

from .errors import WorkerError

DTYPES = {
    "float32": numpy.dtype("<f4"),
    "float64": numpy.dtype("<f8"),
    "float16": numpy.dtype("<f2"),
    "int8": numpy.dtype("i1"),
    "uint8": numpy.dtype("u1"),
    "int16": numpy.dtype("<i2"),
    "uint16": numpy.dtype("<u2"),
    "int32": numpy.dtype("<i4"),
    "uint32": numpy.dtype("<u4"),
    "int64": numpy.dtype("<i8"),
    "uint64": numpy.dtype("<u8"),
    "bool": numpy.dtype("?"),
}

NAMES = {dtype: name for name, dtype in DTYPES.items()}


def to_array(description, part) -> numpy.ndarray:
    """The array over the bytes of a part, not copied."""
    dtype = DTYPES.get(description["type"])
    if dtype is None:
        raise WorkerError(
            "TYPE_UNSUPPORTED",
            f'The tensor "{description["name"]}" has elements of type {description["type"]}; expected one of {", ".join(DTYPES)}.',
        )
    if len(part) == 0:
        return numpy.zeros(description["dims"], dtype=dtype)
    return numpy.frombuffer(part, dtype=dtype).reshape(description["dims"])


def describe(name: str, array: numpy.ndarray):
    """What a reply says of an array."""
    dtype = NAMES.get(array.dtype)
    if dtype is None:
        raise WorkerError("TYPE_UNSUPPORTED", f'The output "{name}" has elements of type {array.dtype}, which cannot be sent.')
    return {"name": name, "type": dtype, "dims": list(array.shape)}


def buffer_of(array: numpy.ndarray):
    """The bytes of an array."""
    return b"" if array.size == 0 else numpy.ascontiguousarray(array).reshape(-1).view(numpy.uint8)
