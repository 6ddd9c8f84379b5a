"""An ONNX file in Python's ONNX Runtime, with the session options that Dyno's own sessions have."""

from __future__ import annotations

import time

import onnxruntime

from .errors import WorkerError
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
    """What a probe tells of the library."""
    return {"version": onnxruntime.__version__, "providers": onnxruntime.get_available_providers()}


class OnnxRuntimeModel:
    """A session. `run` is timed around the call of the binding; on a device, tensors are there before the clock starts."""

    def __init__(self, header) -> None:
        provider = header["provider"]
        available = onnxruntime.get_available_providers()
        if provider not in available:
            raise WorkerError("PROVIDER_MISSING", f"{provider} is not among the providers of this build: {', '.join(available)}.")
        onnxruntime.set_default_logger_severity(3)
        before = thread_count()
        self._options = header["options"]
        try:
            self._session = onnxruntime.InferenceSession(
                header["modelPath"], session_options(self._options, provider), providers=[provider]
            )
        except Exception as error:
            raise WorkerError("MODEL_INVALID", f"ONNX Runtime cannot load the model: {error}") from error
        after = thread_count()
        # The calling thread is one of the engine's.
        self._threads = None if before is None or after is None else after - before + 1
        self._device = DEVICES.get(provider)
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
        if self._device is None:
            start = time.perf_counter_ns()
            outputs = self._session.run(self._outputs, feeds)
            inside = time.perf_counter_ns() - start
        else:
            outputs, inside = self._run_on_device(feeds)
        described = [describe(name, array) for name, array in zip(self._outputs, outputs)]
        times = {"insideNs": inside, "deviceNs": None, "preparationNs": 0}
        return {"type": "ok", "tensors": described, **times}, [buffer_of(array) for array in outputs]

    def _run_on_device(self, feeds):
        binding = self._session.io_binding()
        for name, array in feeds.items():
            binding.bind_ortvalue_input(name, onnxruntime.OrtValue.ortvalue_from_numpy(array, self._device, 0))
        for name in self._outputs:
            binding.bind_output(name, self._device)
        binding.synchronize_inputs()
        start = time.perf_counter_ns()
        self._session.run_with_iobinding(binding)
        binding.synchronize_outputs()
        inside = time.perf_counter_ns() - start
        return binding.copy_outputs_to_cpu(), inside

    def profile(self):
        return self._session.end_profiling() if self._options["profilePrefix"] is not None else None


def session_options(options, provider: str):
    """Everything that changes how a model is run is set here explicitly, so that no default of another version decides it."""
    made = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    made.graph_optimization_level = level.ORT_DISABLE_ALL if options["optimization"] == "none" else level.ORT_ENABLE_ALL
    made.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    made.intra_op_num_threads = options["threads"]
    made.inter_op_num_threads = 1
    made.enable_cpu_mem_arena = True
    made.enable_mem_pattern = True
    made.log_severity_level = 3
    made.add_session_config_entry("session.intra_op.allow_spinning", "1" if options["spinning"] == "on" else "0")
    if options["disabledOptimizers"] is not None:
        made.add_session_config_entry("optimization.disable_specified_optimizers", options["disabledOptimizers"])
    if provider != "CPUExecutionProvider":
        # A node that the provider does not have is an error, and never run on the processor in its place.
        made.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    if options["dumpPath"] is not None:
        made.optimized_model_filepath = options["dumpPath"]
    if options["profilePrefix"] is not None:
        made.enable_profiling = True
        made.profile_file_prefix = options["profilePrefix"]
    return made


def spec(value):
    name = TYPES.get(value.type)
    if name is None:
        raise WorkerError("MODEL_UNSUPPORTED", f'The model\'s "{value.name}" is a {value.type}, and only tensors of numbers are supported.')
    return {"name": value.name, "type": name, "shape": [dimension if dimension != "" else None for dimension in value.shape]}
