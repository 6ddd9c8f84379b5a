"""Sessions of Python's ONNX Runtime: their options, their providers, and why one could not be opened."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile

import onnxruntime

from .errors import WorkerError

NVIDIA = ("CUDAExecutionProvider", "TensorrtExecutionProvider")

# What a library that lacks another one makes the loader say.
LACKS_LIBRARY = re.compile(r"(lib[\w.+-]+\.so[\w.]*|[\w.+-]+\.dll): cannot open shared object file|Error loading \"[^\"]*\" which depends on \"([\w.+-]+\.dll)\"")


# What a provider says where it does not tell which.
ASKS_FOR_LIBRARY = re.compile(r"Please install [^\n]*libraries[^\n]*")


def open_session(model, options, providers):
    """
    A session of a file or of bytes. `providers`: name and options of each, in the order in which they take nodes. A session that would run on
    something else than the first of them is an error: ONNX Runtime goes on without a provider that it cannot start.
    """
    names = [one["name"] for one in providers]
    available = onnxruntime.get_available_providers()
    missing = [name for name in names if name not in available]
    if missing:
        raise WorkerError("PROVIDER_MISSING", f"{', '.join(missing)} is not among the providers of this build: {', '.join(available)}.")
    load_libraries(names)
    onnxruntime.set_default_logger_severity(3)
    wanted = [(one["name"], one["options"]) for one in providers]
    try:
        session = onnxruntime.InferenceSession(model, session_options(options, names[0]), providers=wanted, enable_fallback=0)
    except Exception as error:
        raise failure(error, model, options, wanted) from error
    if names[0] not in session.get_providers():
        raise not_started(names[0], said_while_loading(model, options, wanted))
    return session


def session_options(options, provider: str):
    """Everything that changes how a model is run is set here explicitly, so that no default of another version decides it."""
    made = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    made.graph_optimization_level = level.ORT_DISABLE_ALL if options["optimization"] == "none" else level.ORT_ENABLE_ALL
    made.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    made.intra_op_num_threads = options["threads"]
    made.inter_op_num_threads = 1
    made.enable_cpu_mem_arena = True
    # DirectML does not take it.
    made.enable_mem_pattern = provider != "DmlExecutionProvider"
    made.log_severity_level = 3
    made.add_session_config_entry("session.intra_op.allow_spinning", "1" if options["spinning"] == "on" else "0")
    if options["disabledOptimizers"] is not None:
        made.add_session_config_entry("optimization.disable_specified_optimizers", options["disabledOptimizers"])
    if options["strict"]:
        # A node that the provider does not have is an error, and never run on the processor in its place.
        made.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    if options.get("asFloats"):
        # Weights and biases of 8-bit products are made floats once: a provider without such products lacks the operator for a bias of 32 bits.
        made.add_session_config_entry("session.disable_quant_qdq", "1")
    if options["dumpPath"] is not None:
        made.optimized_model_filepath = options["dumpPath"]
    if options["profilePrefix"] is not None:
        made.enable_profiling = True
        made.profile_file_prefix = options["profilePrefix"]
    return made


def load_libraries(names) -> None:
    """Those of NVIDIA that pip has installed lie where the loader does not look."""
    if any(name in NVIDIA for name in names) and hasattr(onnxruntime, "preload_dlls"):
        onnxruntime.preload_dlls()
    if "TensorrtExecutionProvider" in names:
        with contextlib.suppress(ImportError, OSError):
            import tensorrt  # noqa: F401  loads libnvinfer


def failure(error, model, options, wanted) -> WorkerError:
    """What a session could not be opened for, in words that lead on."""
    name = wanted[0][0]
    if LACKS_LIBRARY.search(str(error)) or ASKS_FOR_LIBRARY.search(str(error)):
        return not_started(name, str(error))
    if "fallback to CPU EP has been explicitly disabled" not in str(error):
        return WorkerError("MODEL_INVALID", f"ONNX Runtime cannot load the model: {error}")
    # So does ONNX Runtime say where it has the provider and could not start it.
    said = said_while_loading(model, options, wanted)
    return not_started(name, said) if LACKS_LIBRARY.search(said) else lacks_operators(name, model, options, wanted)


def not_started(name: str, said: str) -> WorkerError:
    return WorkerError("PROVIDER_FAILED", f"{name} could not be started: {reason(said)}.")


def lacks_operators(name: str, model, options, wanted) -> WorkerError:
    """The model is loaded again, with the operators in question on the processor: ONNX Runtime tells then which ones they are."""
    made = session_options({**options, "strict": False, "dumpPath": None, "profilePrefix": None}, name)
    made.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    try:
        session = onnxruntime.InferenceSession(model, made, providers=wanted, enable_fallback=0)
        parts = [(part.ep_name, [node.op_type for node in part.get_nodes()]) for part in session.get_provider_graph_assignment_info()]
        which = listed([operator for place, operators in parts if place == "CPUExecutionProvider" for operator in operators])
        started = name in session.get_providers()
    except Exception as error:  # an older version tells nothing, and what it cannot load it cannot tell of
        which, started = f"some (which ones could not be found out: {type(error).__name__}: {error})", True
    if not started:
        return not_started(name, "")
    return WorkerError(
        "DEVICE_LACKS_OPERATORS",
        f"{name} lacks operators of this model: {which}. They would run on the processor, with copies there and back. Measure with "
        "python-onnxruntime, export the model without them, or put allow_cpu_fallback: true under provider_options of the adaptation in a "
        "hardware profile.",
    )


def listed(operators) -> str:
    """`TopK, Resize (2)`."""
    counts = {operator: operators.count(operator) for operator in dict.fromkeys(operators)}
    return ", ".join(operator if count == 1 else f"{operator} ({count})" for operator, count in counts.items())


def reason(said: str) -> str:
    """The library that lacks, or the last line of what was said."""
    lacks = LACKS_LIBRARY.search(said)
    if lacks is not None:
        return f"{lacks.group(1) or lacks.group(2)} is not found"
    asks = ASKS_FOR_LIBRARY.search(said)
    if asks is not None:
        return asks.group(0).rstrip(".")
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return lines[-1].strip() if lines else "ONNX Runtime does not say why"


def said_while_loading(model, options, wanted) -> str:
    """What native code writes to standard error when the session is opened once more. Otherwise its words go where those of a crash do."""
    made = session_options({**options, "dumpPath": None, "profilePrefix": None}, wanted[0][0])
    sys.stderr.flush()
    before = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            with contextlib.suppress(Exception):
                onnxruntime.InferenceSession(model, made, providers=wanted, enable_fallback=0)
        finally:
            os.dup2(before, 2)
            os.close(before)
        file.seek(0)
        return file.read().decode("utf-8", "replace")
