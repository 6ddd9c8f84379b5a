"""
Frames of the protocol. One frame is

    u32 little-endian   bytes of the header
    header              JSON in UTF-8; its `bytes` lists how long each of the parts behind it is
    parts               raw bytes, one after another: elements of tensors, row-major and little-endian

in both directions. Nothing else is ever written to the pipe.
"""

from __future__ import annotations

import io
import json
import os
import struct

MAXIMUM_HEADER_BYTES = 64 * 1024 * 1024
MAXIMUM_PART_BYTES = 2 * 1024 * 1024 * 1024


class Frames:
    """Reads frames from one file descriptor and writes them to another."""

    def __init__(self, source: int, sink: int) -> None:
        self._source = io.FileIO(source, "rb", closefd=False)
        self._sink = sink

    def read(self):
        """The next frame as (header, parts), None at the end of the input. Raises ValueError for what is no frame."""
        start = self._read_exactly(4, may_end=True)
        if start is None:
            return None
        (length,) = struct.unpack("<I", start)
        if length > MAXIMUM_HEADER_BYTES:
            raise ValueError(f"a header of {length} bytes; at most {MAXIMUM_HEADER_BYTES} are allowed")
        header = json.loads(bytes(self._read_exactly(length)).decode("utf-8"))
        lengths = header.get("bytes", [])
        for size in lengths:
            if not isinstance(size, int) or not 0 <= size <= MAXIMUM_PART_BYTES:
                raise ValueError(f"a part of {size} bytes; at most {MAXIMUM_PART_BYTES} are allowed")
        return header, [self._read_exactly(size) for size in lengths]

    def write(self, header, parts=()) -> None:
        """Writes a frame; parts are objects with a buffer of contiguous bytes."""
        views = [memoryview(part).cast("B") if len(part) > 0 else memoryview(b"") for part in parts]
        text = json.dumps({**header, "bytes": [view.nbytes for view in views]}).encode("utf-8")
        self._write_all(memoryview(struct.pack("<I", len(text)) + text))
        for view in views:
            self._write_all(view)

    def _read_exactly(self, length: int, may_end: bool = False):
        buffer = bytearray(length)
        view = memoryview(buffer)
        have = 0
        while have < length:
            count = self._source.readinto(view[have:])
            if not count:
                if may_end and have == 0:
                    return None
                raise ValueError(f"the input ended after {have} of {length} bytes")
            have += count
        return buffer

    def _write_all(self, view: memoryview) -> None:
        while view.nbytes > 0:
            view = view[os.write(self._sink, view) :]
