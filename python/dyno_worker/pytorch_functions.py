"""What ONNX computes otherwise than a single call of PyTorch does. Each is a function of tensors and settings, so that torch.fx can call it."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class BatchNormalization(nn.Module):
    """With fixed statistics, over any number of spatial dimensions."""

    def __init__(self, scale, bias, mean, variance, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(scale, requires_grad=False)
        self.bias = nn.Parameter(bias, requires_grad=False)
        self.register_buffer("running_mean", mean)
        self.register_buffer("running_var", variance)
        self.epsilon = epsilon

    def forward(self, value):
        return functional.batch_norm(value, self.running_mean, self.running_var, self.weight, self.bias, False, 0.0, self.epsilon)


def identity(value, *_):
    return value


def add_into(into, other):
    """Their sum, in the memory of the first where it fits."""
    return into.add_(other) if into.shape == other.shape and into.dtype == other.dtype else into + other


def divide(left, right):
    """Integers are divided towards zero, as in C."""
    if left.is_floating_point() or right.is_floating_point():
        return torch.div(left, right)
    return torch.div(left, right, rounding_mode="trunc")


def power(base, exponent):
    return torch.pow(base, exponent).to(base.dtype)


def cast(value, dtype):
    return value.to(dtype)


def shape(value):
    return torch.tensor(value.shape, dtype=torch.int64)


def flatten(value, axis: int):
    axis = axis + value.dim() if axis < 0 else axis
    if axis == 1:
        return torch.flatten(value, 1) if value.dim() > 1 else value.reshape(-1, 1)
    rows = 1
    for size in value.shape[:axis]:
        rows *= size
    return value.reshape(rows, -1)


def reshape(value, sizes):
    """A 0 stands for the size of the input there, one -1 for what is left."""
    return value.reshape([value.shape[index] if size == 0 else size for index, size in enumerate(sizes)])


def reshape_to(value, sizes):
    return reshape(value, sizes.tolist())


def transpose(value, order):
    return value.permute(order if order else tuple(reversed(range(value.dim()))))


def squeeze(value, axes):
    return value.squeeze() if axes is None else value.squeeze(axes)


def unsqueeze(value, axes):
    rank = value.dim() + len(axes)
    for axis in sorted(axis + rank if axis < 0 else axis for axis in axes):
        value = value.unsqueeze(axis)
    return value


def mean(value, axes, keeps: bool):
    return value.mean(axes if axes is not None else tuple(range(value.dim())), keepdim=keeps)


def slice_(value, ranges):
    for axis, start, end, step in ranges:
        size = value.shape[axis]
        first = min(max(start + size if start < 0 else start, 0), size)
        last = min(max(end + size if end < 0 else end, 0), size)
        value = value[(slice(None),) * (axis if axis >= 0 else axis + value.dim()) + (slice(first, max(first, last), step),)]
    return value


def gather(value, indices, axis: int):
    size = value.shape[axis]
    chosen = torch.where(indices < 0, indices + size, indices)
    if axis == 0:
        return functional.embedding(chosen, value) if value.dim() == 2 else value[chosen]
    return value[(slice(None),) * (axis if axis >= 0 else axis + value.dim()) + (chosen,)]


def split_evenly(value, count: int, axis: int):
    """Equal parts, the last one smaller where they do not divide it."""
    return torch.split(value, -(-value.shape[axis] // count), axis)


def part(parts, index: int):
    return parts[index]


def softmax_of_rows(value, axis: int):
    return torch.softmax(flatten(value, axis), 1).reshape(value.shape)


def scaled_product(left, right, alpha: float, turns_left: bool, turns_right: bool):
    return alpha * torch.matmul(left.t() if turns_left else left, right.t() if turns_right else right)


def gemm(left, right, bias, alpha: float, beta: float, turns_left: bool, turns_right: bool):
    return scaled_product(left, right, alpha, turns_left, turns_right) + beta * bias


def global_average(value):
    return functional.adaptive_avg_pool2d(value, 1) if value.dim() == 4 else value.mean(tuple(range(2, value.dim())), keepdim=True)


def global_maximum(value):
    return value.amax(tuple(range(2, value.dim())), keepdim=True)


def hard_sigmoid(value, alpha: float, beta: float):
    return torch.clamp(alpha * value + beta, 0, 1)


def gelu(value, approximation: str):
    return functional.gelu(value, approximate=approximation)


def layer_normalization(value, scale, *rest):
    bias, (axis, epsilon) = (rest[0] if len(rest) == 3 else None), rest[-2:]
    sizes = value.shape[axis if axis >= 0 else axis + value.dim() :]
    return functional.layer_norm(value, sizes, scale.reshape(sizes), None if bias is None else bias.reshape(sizes), epsilon)


def enlarge(value, factors):
    return functional.interpolate(value, scale_factor=factors, mode="nearest")
