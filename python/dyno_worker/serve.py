"""Answers one message after another until the input ends."""

from __future__ import annotations

import faulthandler
import sys
import traceback

from .errors import WorkerError, explained
from .frames import Frames
from .process import die_with_parent, take_pipes

PROTOCOL = 1


def main() -> None:
    """The whole life of the process. Ends with status 0 when its standard input ends."""
    source, sink = take_pipes()
    die_with_parent()
    # A crash in native code leaves the stack of the interpreter on standard error.
    faulthandler.enable()
    frames = Frames(source, sink)
    worker = Worker()
    while True:
        message = frames.read()
        if message is None:
            return
        header, parts = message
        try:
            reply, reply_parts = worker.answer(header, parts)
        except Exception as error:  # whatever it is, it is this message's alone
            code, text = explained(error)
            if not isinstance(error, WorkerError):
                traceback.print_exc(file=sys.stderr)
            reply, reply_parts = {"type": "error", "code": code, "message": text}, ()
        frames.write({**reply, "id": header.get("id")}, reply_parts)


class Worker:
    """Holds the model that was loaded, and knows the messages: hello, try, load, run, echo, profile, dispose."""

    def __init__(self) -> None:
        self._model = None
        self._echo = ({"type": "ok"}, ())

    def answer(self, header, parts):
        kind = header.get("type")
        if kind == "hello":
            return {"type": "ok", "protocol": PROTOCOL, **hello(header["library"])}, ()
        if kind == "try":
            try_providers(header, parts)
            return {"type": "ok"}, ()
        if kind == "load":
            self._model = load(header, parts)
            return {"type": "ok", **self._model.describe()}, ()
        if self._model is None:
            raise WorkerError("NOT_LOADED", f'The message "{kind}" came before a model was loaded.')
        if kind == "run":
            self._echo = self._model.run(header["tensors"], parts)
            return self._echo
        if kind == "echo":
            # The last answer once more: what tensors of these sizes need to travel both ways when nothing is computed.
            return self._echo
        if kind == "profile":
            return {"type": "ok", "path": self._model.profile()}, ()
        if kind == "dispose":
            self._model = None
            return {"type": "ok"}, ()
        raise WorkerError("PROTOCOL_BROKEN", f'There is no message "{kind}".')


def hello(library: str):
    """Imports the library and tells the versions of all that takes part."""
    import platform

    versions = {"python": platform.python_version(), "executable": sys.executable}
    try:
        import numpy
    except ImportError as error:
        raise WorkerError("MODULE_MISSING", f"numpy ({error})") from error
    versions["numpy"] = numpy.__version__
    try:
        if library == "onnxruntime":
            from . import onnxruntime_model as engine
        else:
            from . import pytorch_library as engine
    except ImportError as error:
        raise WorkerError("MODULE_MISSING", f"{library} ({error})") from error
    return {**versions, **engine.library()}


def try_providers(header, parts) -> None:
    """Runs the model of a probe in ONNX Runtime, with the providers that the message names."""
    from . import onnxruntime_model

    onnxruntime_model.try_providers(header, parts)


def load(header, parts):
    """Loads a model with what the message says of it."""
    if header["library"] == "onnxruntime":
        from .onnxruntime_model import OnnxRuntimeModel

        return OnnxRuntimeModel(header)
    from .pytorch_model import PyTorchModel

    return PyTorchModel(header, parts)
