"""A model in PyTorch: the same architecture and weights as in the ONNX file, run eagerly, compiled, or replayed as a CUDA graph."""

from __future__ import annotations

import time

import torch

from .errors import WorkerError
from .pytorch_graph import GraphBuilder
from .pytorch_library import compiler_missing
from .pytorch_operators import OPERATORS
from .process import thread_count
from .tensors import buffer_of, describe, to_array

# After these runs nothing is compiled, captured or tried out any more.
PREPARING_RUNS = 3


class PyTorchModel:
    """
    `run` is timed around the call of the module: with `time.perf_counter_ns` until the result is there, on a GPU by events of the
    device as well. Tensors are on the device before the clock starts. What compiles or captures does so at the first run, before the clock
    starts, and says how long it took: it is part of loading.
    """

    def __init__(self, header, parts) -> None:
        self._mode = header["mode"]
        self._device = torch.device(header["device"])
        self._precision = header["precision"]
        configure(header["threads"], self._mode, self._device, self._precision)
        graph = header["graph"]
        self._output_names = graph["outputs"]
        self._input_names = graph["inputs"]
        with torch.inference_mode(False), torch.no_grad():
            module = GraphBuilder(graph, parts).build(OPERATORS).to(self._device)
            if self._precision == "bf16":
                module = module.to(torch.bfloat16)
            if self._mode != "eager":
                module = module.to(memory_format=torch.channels_last)
        self._module = module
        self._call = torch.compile(module, fullgraph=True, mode=compile_mode(self._device)) if self._mode == "compile" else module
        self._captured = None
        self._is_prepared = self._mode not in ("compile", "cuda-graphs")

    def describe(self):
        return {"threads": torch.get_num_threads(), "processThreads": thread_count(), "device": str(self._device)}

    def run(self, descriptions, parts):
        arrays = {one["name"]: to_array(one, part) for one, part in zip(descriptions, parts)}
        inputs = [torch.from_numpy(arrays[name]).to(self._device) for name in self._input_names]
        preparation = 0
        # Without gradients for what freezes weights into compiled code, which looks for that and not for inference mode.
        with torch.no_grad() if self._mode == "compile" else torch.inference_mode():
            if not self._is_prepared:
                preparation = self._prepare(inputs)
            outputs, inside, device = self._timed(inputs)
        results = [output.cpu().numpy() for output in outputs]
        described = [describe(name, array) for name, array in zip(self._output_names, results)]
        times = {"insideNs": inside, "deviceNs": device, "preparationNs": preparation}
        return {"type": "ok", "tensors": described, **times}, [buffer_of(array) for array in results]

    def profile(self):
        return None

    def _prepare(self, inputs) -> int:
        start = time.perf_counter_ns()
        for _ in range(PREPARING_RUNS):
            self._forward(inputs)
        if self._mode == "cuda-graphs":
            self._capture(inputs)
        self._synchronize()
        self._is_prepared = True
        return time.perf_counter_ns() - start

    def _timed(self, inputs):
        if self._device.type != "cuda":
            start = time.perf_counter_ns()
            outputs = self._forward(inputs)
            return outputs, time.perf_counter_ns() - start, None
        self._synchronize()
        began, ended = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start = time.perf_counter_ns()
        began.record()
        outputs = self._forward(inputs) if self._captured is None else self._replay(inputs)
        ended.record()
        ended.synchronize()
        inside = time.perf_counter_ns() - start
        return outputs, inside, round(began.elapsed_time(ended) * 1e6)

    def _forward(self, inputs):
        if self._mode != "eager":
            inputs = [one.contiguous(memory_format=torch.channels_last) if one.dim() == 4 else one for one in inputs]
        if self._precision == "bf16":
            inputs = [one.to(torch.bfloat16) if one.is_floating_point() else one for one in inputs]
        outputs = self._call(*inputs)
        return [one.to(torch.float32) if one.dtype == torch.bfloat16 else one for one in outputs]

    def _capture(self, inputs) -> None:
        """Everything on the device is recorded once and replayed: kernels are launched without the interpreter."""
        fixed = [one.clone() for one in inputs]
        graph = torch.cuda.CUDAGraph()
        self._synchronize()
        with torch.cuda.graph(graph):
            outputs = self._forward(fixed)
        self._captured = (graph, fixed, outputs)

    def _replay(self, inputs):
        graph, fixed, outputs = self._captured
        if any(one.shape != other.shape for one, other in zip(inputs, fixed)):
            raise WorkerError("SHAPE_CHANGED", "A CUDA graph is of one shape, and this query has another one. Measure with pytorch-eager.")
        for into, one in zip(fixed, inputs):
            into.copy_(one)
        graph.replay()
        return outputs

    def _synchronize(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize()


def configure(threads: int, mode: str, device: torch.device, precision: str) -> None:
    """Everything that changes how PyTorch runs a model is set here explicitly."""
    torch.set_num_threads(threads)
    try:
        torch.set_num_interop_threads(1)
    except RuntimeError:
        pass  # Set already, by a model that was loaded before: it can be set once in a process, and is 1 then.
    # tf32 is a precision of its own: 32-bit floats are not to become it, nor bfloat16 where a processor could multiply that.
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.allow_tf32 = precision == "tf32"
        torch.backends.cudnn.benchmark = True
    if mode != "compile":
        return
    missing = compiler_missing()
    if device.type == "cpu" and missing is not None:
        raise WorkerError(
            "COMPILER_MISSING",
            f"torch.compile needs {missing}. Run: apt-get install --yes g++ python3-dev (or set CXX), or measure with pytorch-channels-last.",
        )
    import torch._inductor.config as inductor

    # The weights are constants in inference: folded and laid out for the processor, as Intel and PyTorch advise.
    inductor.freezing = True
    # One after another in this process: no pool of compilers that outlives it.
    inductor.compile_threads = 1
    dynamo = torch._dynamo.config
    # Rather an error than a run without compiled code under the name of compiled code.
    if hasattr(dynamo, "fail_on_recompile_limit_hit"):
        dynamo.fail_on_recompile_limit_hit = True


def compile_mode(device: torch.device) -> str:
    """On a GPU, kernels are tried out against each other; CUDA graphs are a mode of their own."""
    return "max-autotune-no-cudagraphs" if device.type == "cuda" else "default"
