"""An ONNX file in Python's ONNX Runtime, with the session options that Dyno's own sessions have."""

from __future__ import annotations

import time

import numpy
import onnxruntime

from .errors import WorkerError
from .nvidia import first_device
from .onnxruntime_binding import binding_for
from .onnxruntime_session import NVIDIA, open_session
from .process import thread_count
from .tensors import buffer_of, describe, to_array

TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    **{f"tensor({name})": name for name in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "bool")},
}

# Where the tensors of a provider lie, as OrtValue names it; providers that are not listed take them from the host.
DEVICES = {"CUDAExecutionProvider": "cuda", "TensorrtExecutionProvider": "cuda", "ROCMExecutionProvider": "cuda"}


def library():
    """What a probe tells of the library, and of a GPU where it could use one."""
    providers = onnxruntime.get_available_providers()
    nvidia = first_device() if any(name in NVIDIA for name in providers) else {}
    return {"version": onnxruntime.__version__, "providers": providers, **nvidia}


def try_providers(header, parts) -> None:
    """Opens and runs the model of a probe: whether a provider works is known only then."""
    usual = {"threads": 1, "spinning": "off", "optimization": "full", "disabledOptimizers": None, "dumpPath": None, "profilePrefix": None}
    strict = header["providers"][0]["name"] != "CPUExecutionProvider"
    session = open_session(bytes(parts[0]), {**usual, "strict": strict}, header["providers"])
    session.run(None, {session.get_inputs()[0].name: numpy.zeros([1], dtype=numpy.float32)})


class OnnxRuntimeModel:
    """A session. `run` is timed around the call of the binding; on a device, tensors are there before the clock starts."""

    def __init__(self, header) -> None:
        before = thread_count()
        self._options = header["options"]
        self._session = open_session(header["modelPath"], self._options, header["providers"])
        after = thread_count()
        # The calling thread is one of the engine's.
        self._threads = None if before is None or after is None else after - before + 1
        device = DEVICES.get(header["providers"][0]["name"])
        self._binding = None if device is None else binding_for(self._session, device, header["providers"])
        self._outputs = [value.name for value in self._session.get_outputs()]

    def describe(self):
        return {
            "inputs": [spec(value) for value in self._session.get_inputs()],
            "outputs": [spec(value) for value in self._session.get_outputs()],
            "threads": self._threads,
            "providers": self._session.get_providers(),
        }

    def run(self, descriptions, parts):
        feeds = {one["name"]: to_array(one, part) for one, part in zip(descriptions, parts)}
        if self._binding is None:
            start = time.perf_counter_ns()
            outputs = self._session.run(self._outputs, feeds)
            inside, preparation = time.perf_counter_ns() - start, 0
        else:
            outputs, inside, preparation = self._binding.run(feeds)
        described = [describe(name, array) for name, array in zip(self._outputs, outputs)]
        times = {"insideNs": inside, "deviceNs": None, "preparationNs": preparation}
        return {"type": "ok", "tensors": described, **times}, [buffer_of(array) for array in outputs]

    def profile(self):
        return self._session.end_profiling() if self._options["profilePrefix"] is not None else None


def spec(value):
    name = TYPES.get(value.type)
    if name is None:
        raise WorkerError("MODEL_UNSUPPORTED", f'The model\'s "{value.name}" is a {value.type}, and only tensors of numbers are supported.')
    return {"name": value.name, "type": name, "shape": [dimension if dimension != "" else None for dimension in value.shape]}
