"""Operators of ONNX in PyTorch, as used by the models of Dyno's hub. What differs from ONNX is refused, never approximated."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from . import pytorch_functions as functions
from .pytorch_graph import GraphBuilder, Node

DTYPES = {
    1: torch.float32,
    2: torch.uint8,
    3: torch.int8,
    5: torch.int16,
    6: torch.int32,
    7: torch.int64,
    9: torch.bool,
    10: torch.float16,
    11: torch.float64,
    16: torch.bfloat16,
}


def elementwise(function):
    """An operator whose inputs are all that counts."""
    return lambda build, node: build.apply(function, node.inputs)


def sliding(node: Node, rank: int):
    """Strides, dilations, and pads at the start and end of each spatial dimension."""
    automatic = node.get("auto_pad", "NOTSET")
    if automatic not in ("NOTSET", "VALID", ""):
        raise node.refuse(f"auto_pad {automatic}; expected explicit pads. Export the model with a fixed input size")
    pads = [0] * (2 * rank) if automatic == "VALID" else node.get("pads", [0] * (2 * rank))
    return node.get("strides", [1] * rank), node.get("dilations", [1] * rank), pads[:rank], pads[rank:]


def torch_pads(before, after):
    """Pads in the order of torch.nn.functional.pad: the last dimension first."""
    return tuple(size for start, end in zip(reversed(before), reversed(after)) for size in (start, end))


def padded(build: GraphBuilder, value, before, after, fill: float):
    """Symmetric pads are the operator's own; others go before it."""
    if list(before) == list(after):
        return value, tuple(before)
    return build.call(functional.pad, value, torch_pads(before, after), "constant", fill), (0,) * len(before)


def conv(build: GraphBuilder, node: Node):
    weight = build.constant(node.input(1))
    if weight is None:
        raise node.refuse("its weights are computed; expected constants")
    rank = weight.dim() - 2
    kinds = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
    if rank not in kinds:
        raise node.refuse(f"{rank} spatial dimensions; expected 1 to 3")
    bias = build.constant(node.input(2)) if node.input(2) else None
    if node.input(2) and bias is None:
        raise node.refuse("its bias is computed; expected a constant")
    groups = node.get("group", 1)
    strides, dilations, before, after = sliding(node, rank)
    value, padding = padded(build, build.value(node.input(0)), before, after, 0.0)
    module = kinds[rank](
        weight.shape[1] * groups, weight.shape[0], tuple(weight.shape[2:]), tuple(strides), padding, tuple(dilations),
        groups, bias=bias is not None, device="meta", dtype=weight.dtype,
    )
    return build.module(node, with_weights(module, weight, bias), value)


def conv_transpose(build: GraphBuilder, node: Node):
    weight = build.constant(node.input(1))
    if weight is None or weight.dim() != 4:
        raise node.refuse("expected constant weights of 2 spatial dimensions")
    bias = build.constant(node.input(2)) if node.input(2) else None
    strides, dilations, before, after = sliding(node, 2)
    if list(before) != list(after) or node.get("output_shape") is not None:
        raise node.refuse("expected the same pads at both ends and no output_shape")
    groups = node.get("group", 1)
    module = nn.ConvTranspose2d(
        weight.shape[0], weight.shape[1] * groups, tuple(weight.shape[2:]), tuple(strides), tuple(before),
        tuple(node.get("output_padding", [0, 0])), groups, bias is not None, tuple(dilations), device="meta", dtype=weight.dtype,
    )
    return build.module(node, with_weights(module, weight, bias), build.value(node.input(0)))


def with_weights(module: nn.Module, weight, bias) -> nn.Module:
    module.weight = nn.Parameter(weight, requires_grad=False)
    if bias is not None:
        module.bias = nn.Parameter(bias, requires_grad=False)
    return module


def batch_normalization(build: GraphBuilder, node: Node):
    statistics = [build.constant(name) for name in node.inputs[1:5]]
    if any(one is None for one in statistics) or node.get("training_mode", 0) == 1:
        raise node.refuse("expected constant statistics, and no training mode")
    module = functions.BatchNormalization(*statistics, node.get("epsilon", 1e-5))
    return build.module(node, module, build.value(node.input(0)))


def relu(build: GraphBuilder, node: Node):
    name = node.input(0)
    if build.constant(name) is not None:
        return torch.relu(build.constant(name))
    return build.module(node, nn.ReLU(inplace=build.may_overwrite(name) or build.takes_sum(name)), build.value(name))


def add(build: GraphBuilder, node: Node):
    left, right = node.inputs
    for into, other in ((left, right), (right, left)):
        if build.may_overwrite(into) and build.constant(other) is None and into != other:
            return build.call(functions.add_into, build.value(into), build.value(other))
    return build.apply(torch.add, node.inputs)


def clip(build: GraphBuilder, node: Node):
    bounds = []
    for position, attribute in ((1, "min"), (2, "max")):
        name = node.input(position)
        constant = build.constant(name) if name else None
        if name and constant is None:
            raise node.refuse("a bound is computed; expected a constant")
        bounds.append(float(constant.item()) if constant is not None else node.get(attribute))
    low, high = bounds
    if low is None and high is None:
        return build.apply(functions.identity, node.inputs[:1])
    if low == 0 and high == 6 and build.constant(node.input(0)) is None:
        return build.module(node, nn.ReLU6(inplace=build.may_overwrite(node.input(0))), build.value(node.input(0)))
    return build.apply(torch.clamp, node.inputs[:1], low, high)


def max_pool(build: GraphBuilder, node: Node):
    return pool(build, node, {1: nn.MaxPool1d, 2: nn.MaxPool2d, 3: nn.MaxPool3d}, float("-inf"))


def pool(build: GraphBuilder, node: Node, kinds, fill: float):
    kernel = node.get("kernel_shape")
    if len(kernel) not in kinds or len(node.outputs) > 1:
        raise node.refuse("expected 1 to 3 spatial dimensions and one output")
    strides, dilations, before, after = sliding(node, len(kernel))
    value, padding = padded(build, build.value(node.input(0)), before, after, fill)
    settings = {"ceil_mode": node.get("ceil_mode", 0) == 1}
    module = kinds[len(kernel)](tuple(kernel), tuple(strides), padding, dilation=tuple(dilations), **settings)
    return build.module(node, module, value)


def average_pool(build: GraphBuilder, node: Node):
    kernel = node.get("kernel_shape")
    kinds = {1: nn.AvgPool1d, 2: nn.AvgPool2d, 3: nn.AvgPool3d}
    strides, dilations, before, after = sliding(node, len(kernel))
    counts = node.get("count_include_pad", 0) == 1
    if any(size != 1 for size in dilations):
        raise node.refuse("dilations; PyTorch's average has none")
    if list(before) != list(after) and not counts:
        raise node.refuse("different pads at the two ends that are not counted")
    value, padding = padded(build, build.value(node.input(0)), before, after, 0.0)
    module = kinds[len(kernel)](tuple(kernel), tuple(strides), padding, node.get("ceil_mode", 0) == 1, counts)
    return build.module(node, module, value)


def flatten(build: GraphBuilder, node: Node):
    return build.apply(functions.flatten, node.inputs, node.get("axis", 1))


def reshape(build: GraphBuilder, node: Node):
    if node.get("allowzero", 0) == 1:
        raise node.refuse("allowzero; expected 0 to mean the size of the input")
    shape = node.get("shape") or build.integers(node.input(1))
    if shape is None:
        return build.apply(functions.reshape_to, node.inputs)
    return build.apply(functions.reshape, node.inputs[:1], tuple(shape))


def gemm(build: GraphBuilder, node: Node):
    weight = build.constant(node.input(1))
    bias = build.constant(node.input(2)) if node.input(2) else None
    plain = node.get("alpha", 1.0) == 1.0 and node.get("beta", 1.0) == 1.0 and node.get("transA", 0) == 0
    if weight is not None and plain and (node.input(2) == "" or (bias is not None and bias.dim() == 1)):
        rows = weight if node.get("transB", 0) == 1 else weight.t().contiguous()
        if bias is None or bias.shape[0] == rows.shape[0]:
            module = nn.Linear(rows.shape[1], rows.shape[0], bias is not None, device="meta", dtype=rows.dtype)
            return build.module(node, with_weights(module, rows, bias), build.value(node.input(0)))
    names = [name for name in node.inputs if name]
    settings = (node.get("alpha", 1.0), node.get("beta", 1.0), node.get("transA", 0) == 1, node.get("transB", 0) == 1)
    if len(names) == 2:
        return build.apply(functions.scaled_product, names, settings[0], settings[2], settings[3])
    return build.apply(functions.gemm, names, *settings)


def softmax(build: GraphBuilder, node: Node):
    # Until opset 12 everything from the axis on is one row.
    if build.opset < 13:
        return build.apply(functions.softmax_of_rows, node.inputs, node.get("axis", 1))
    return build.apply(torch.softmax, node.inputs, node.get("axis", -1))


def concat(build: GraphBuilder, node: Node):
    constants = [build.constant(name) for name in node.inputs]
    if all(one is not None for one in constants):
        return torch.cat(constants, node.get("axis"))
    return build.call(torch.cat, [build.value(name) for name in node.inputs], node.get("axis"))


def split(build: GraphBuilder, node: Node):
    axis = node.get("axis", 0)
    sizes = node.get("split") or (build.integers(node.input(1)) if node.input(1) else None)
    if node.input(1) and sizes is None:
        raise node.refuse("its sizes are computed; expected constants")
    value = build.value(node.input(0))
    if sizes is None:
        parts = build.call(functions.split_evenly, value, len(node.outputs), axis)
    else:
        parts = build.call(torch.split, value, list(sizes), axis)
    return [build.call(functions.part, parts, index) for index in range(len(node.outputs))]


def transpose(build: GraphBuilder, node: Node):
    return build.apply(functions.transpose, node.inputs, tuple(node.get("perm") or ()))


def axes_of(build: GraphBuilder, node: Node, position: int = 1):
    """Axes stand in an attribute, or from opset 13 (ReduceMean: 18) on in an input."""
    name = node.input(position)
    axes = build.integers(name) if name else node.get("axes")
    if name and axes is None:
        raise node.refuse("its axes are computed; expected constants")
    return None if axes is None else tuple(axes)


def squeeze(build: GraphBuilder, node: Node):
    return build.apply(functions.squeeze, node.inputs[:1], axes_of(build, node))


def unsqueeze(build: GraphBuilder, node: Node):
    return build.apply(functions.unsqueeze, node.inputs[:1], axes_of(build, node))


def reduce_mean(build: GraphBuilder, node: Node):
    return build.apply(functions.mean, node.inputs[:1], axes_of(build, node), node.get("keepdims", 1) == 1)


def slice_(build: GraphBuilder, node: Node):
    def setting(attribute: str, position: int, default):
        if build.opset < 10:
            return node.get(attribute, default)
        if not node.input(position):
            return default
        values = build.integers(node.input(position))
        if values is None:
            raise node.refuse(f"its {attribute} are computed; expected constants")
        return values

    starts, ends = setting("starts", 1, None), setting("ends", 2, None)
    axes = setting("axes", 3, list(range(len(starts))))
    steps = setting("steps", 4, [1] * len(starts))
    if any(step < 1 for step in steps):
        raise node.refuse("a step below 1; PyTorch slices forwards")
    return build.apply(functions.slice_, node.inputs[:1], tuple(zip(axes, starts, ends, steps)))


def gather(build: GraphBuilder, node: Node):
    return build.apply(functions.gather, node.inputs, node.get("axis", 0))


def cast(build: GraphBuilder, node: Node):
    dtype = DTYPES.get(node.get("to"))
    if dtype is None:
        raise node.refuse(f"element type {node.get('to')} of ONNX")
    return build.apply(functions.cast, node.inputs, dtype)


def constant(build: GraphBuilder, node: Node):
    value = node.get("value")
    if isinstance(value, dict):
        return build.tensor(value["tensor"])
    for attribute, dtype in (("value_float", torch.float32), ("value_floats", torch.float32), ("value_int", torch.int64), ("value_ints", torch.int64)):
        if node.get(attribute) is not None:
            return torch.tensor(node.get(attribute), dtype=dtype)
    raise node.refuse("expected a tensor or numbers")


def hard_sigmoid(build: GraphBuilder, node: Node):
    return build.apply(functions.hard_sigmoid, node.inputs, node.get("alpha", 0.2), node.get("beta", 0.5))


def gelu(build: GraphBuilder, node: Node):
    return build.apply(functions.gelu, node.inputs, node.get("approximate", "none"))


def layer_normalization(build: GraphBuilder, node: Node):
    if len(node.outputs) > 1:
        raise node.refuse("its mean as an output; expected one output")
    names = [name for name in node.inputs if name]
    return build.apply(functions.layer_normalization, names, node.get("axis", -1), node.get("epsilon", 1e-5))


def resize(build: GraphBuilder, node: Node):
    """Nearest neighbours by whole factors, counted and rounded so that every value is repeated as often as the factor says."""
    scales = build.constant(node.input(2)) if node.input(2) else None
    factors = [] if scales is None else scales.tolist()
    whole = len(factors) == 4 and factors[:2] == [1, 1] and all(one >= 1 and one == math.floor(one) for one in factors)
    counting = node.get("coordinate_transformation_mode", "half_pixel")
    rounding = node.get("nearest_mode", "round_prefer_floor")
    # Pixel i comes from (i + 0.5) / factor - 0.5, which is never halfway, or from i / factor, which is at an odd pixel of twice the size.
    halves = counting in ("half_pixel", "pytorch_half_pixel") and rounding.startswith("round")
    starts = counting == "asymmetric" and (rounding == "floor" or (rounding == "round_prefer_floor" and max(factors, default=0) <= 2))
    if node.get("mode", "nearest") != "nearest" or not whole or not (halves or starts):
        raise node.refuse("expected mode nearest, and whole factors for height and width that are constants and repeat every value alike")
    return build.apply(functions.enlarge, node.inputs[:1], tuple(factors[2:]))


OPERATORS = {
    "Add": add,
    "AveragePool": average_pool,
    "BatchNormalization": batch_normalization,
    "Cast": cast,
    "Clip": clip,
    "Concat": concat,
    "Constant": constant,
    "Conv": conv,
    "ConvTranspose": conv_transpose,
    "Div": elementwise(functions.divide),
    "Dropout": lambda build, node: build.apply(functions.identity, node.inputs[:1]),
    "Elu": lambda build, node: build.apply(functional.elu, node.inputs, node.get("alpha", 1.0)),
    "Erf": elementwise(torch.erf),
    "Exp": elementwise(torch.exp),
    "Flatten": flatten,
    "Gather": gather,
    "Gelu": gelu,
    "Gemm": gemm,
    "GlobalAveragePool": elementwise(functions.global_average),
    "GlobalMaxPool": elementwise(functions.global_maximum),
    "HardSigmoid": hard_sigmoid,
    "HardSwish": elementwise(functional.hardswish),
    "Identity": elementwise(functions.identity),
    "LayerNormalization": layer_normalization,
    "LeakyRelu": lambda build, node: build.apply(functional.leaky_relu, node.inputs, node.get("alpha", 0.01)),
    "MatMul": elementwise(torch.matmul),
    "MaxPool": max_pool,
    "Mul": elementwise(torch.mul),
    "Neg": elementwise(torch.neg),
    "Pow": elementwise(functions.power),
    "ReduceMean": reduce_mean,
    "Relu": relu,
    "Reshape": reshape,
    "Resize": resize,
    "Shape": elementwise(functions.shape),
    "Sigmoid": elementwise(torch.sigmoid),
    "Slice": slice_,
    "Softmax": softmax,
    "Split": split,
    "Sqrt": elementwise(torch.sqrt),
    "Squeeze": squeeze,
    "Sub": elementwise(torch.sub),
    "Tanh": elementwise(torch.tanh),
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
