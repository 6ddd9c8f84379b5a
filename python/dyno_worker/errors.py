"""Errors that Dyno shows under a code of their own."""

from __future__ import annotations


class WorkerError(Exception):
    """An error that a person can act on; `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def explained(error: BaseException) -> "tuple[str, str]":
    """Code and message of whatever was raised while a message was answered."""
    if isinstance(error, WorkerError):
        return error.code, str(error)
    text = f"{type(error).__name__}: {error}"
    # torch.cuda.OutOfMemoryError, "DefaultCPUAllocator: can't allocate memory", ONNX Runtime's "Failed to allocate memory".
    memory = ("out of memory", "can't allocate memory", "failed to allocate memory")
    if isinstance(error, MemoryError) or any(words in text.lower() for words in memory):
        return "OUT_OF_MEMORY", text
    return "RUN_FAILED", text
