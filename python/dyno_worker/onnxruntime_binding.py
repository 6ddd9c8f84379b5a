"""Runs of ONNX Runtime with tensors in the memory of a device: they are there before the clock starts, and stay until it has stopped."""

from __future__ import annotations

import time

import onnxruntime

# Options by which a provider records its kernels as a graph of CUDA and replays that, and how they are switched on.
CAPTURING = ("enable_cuda_graph", "trt_cuda_graph_enable")
ON = ("1", "true", "True")


def binding_for(session, device: str, providers):
    """What runs a session with tensors on its device. `providers`: names and options."""
    captures = any(one["options"].get(name) in ON for one in providers for name in CAPTURING)
    return (FixedTensors if captures else FreshTensors)(session, device)


class FreshTensors:
    """Tensors of each run are its own."""

    def __init__(self, session, device: str) -> None:
        self._session = session
        self._device = device
        self._names = [value.name for value in session.get_outputs()]

    def run(self, feeds):
        """Outputs in the memory of the host, and nanoseconds of the run and of what it needed before it could begin."""
        binding = self._bound(on_device(feeds, self._device))
        inside = timed(self._session, binding, None)
        return binding.copy_outputs_to_cpu(), inside, 0

    def _bound(self, inputs):
        binding = self._session.io_binding()
        for name, value in inputs.items():
            binding.bind_ortvalue_input(name, value)
        for name in self._names:
            binding.bind_output(name, self._device)
        return binding


class FixedTensors(FreshTensors):
    """
    Tensors of runs with the same shapes have the same addresses. A captured graph reads and writes where it did when it was captured; ONNX Runtime
    does not see to it, and answers with what it finds there.
    """

    def __init__(self, session, device: str) -> None:
        super().__init__(session, device)
        self._captured = {}

    def run(self, feeds):
        shapes = tuple((name, array.dtype.str, array.shape) for name, array in feeds.items())
        preparation = 0
        if shapes in self._captured:
            for name, value in self._captured[shapes][0].items():
                value.update_inplace(feeds[name])
        else:
            start = time.perf_counter_ns()
            self._captured[shapes] = self._capture(feeds)
            preparation = time.perf_counter_ns() - start
        _, binding, options = self._captured[shapes]
        inside = timed(self._session, binding, options)
        return binding.copy_outputs_to_cpu(), inside, preparation

    def _capture(self, feeds):
        inputs = on_device(feeds, self._device)
        # Without a graph: the outputs that it makes have the shapes that the captured ones need, and are kept for them.
        first = self._bound(inputs)
        timed(self._session, first, graph("-1"))
        binding = self._session.io_binding()
        for name, value in inputs.items():
            binding.bind_ortvalue_input(name, value)
        for name, value in zip(self._names, first.get_outputs()):
            binding.bind_ortvalue_output(name, value)
        # Of its own for each shape; 0 is the library's.
        options = graph(str(len(self._captured) + 1))
        timed(self._session, binding, options)
        return inputs, binding, options


def on_device(feeds, device: str):
    return {name: onnxruntime.OrtValue.ortvalue_from_numpy(array, device, 0) for name, array in feeds.items()}


def graph(number: str):
    """Which captured graph a run is of; -1: of none."""
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("gpu_graph_id", number)
    return options


def timed(session, binding, options) -> int:
    """Nanoseconds of a run, until the device is done."""
    binding.synchronize_inputs()
    start = time.perf_counter_ns()
    session.run_with_iobinding(binding, options)
    binding.synchronize_outputs()
    return time.perf_counter_ns() - start
