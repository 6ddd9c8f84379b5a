"""An ONNX graph as a torch.fx.GraphModule: straight-line code with a module for each node that has weights, as a person would write it."""

from __future__ import annotations

import collections

import torch
from torch import fx, nn

from .errors import WorkerError
from .tensors import to_array


class Node:
    """A node of the graph."""

    def __init__(self, description) -> None:
        self.operator = description["operator"]
        self.domain = description["domain"]
        self.name = description["name"]
        self.inputs = description["inputs"]
        self.outputs = description["outputs"]
        self.attributes = description["attributes"]

    def get(self, attribute: str, default=None):
        return self.attributes.get(attribute, default)

    def input(self, index: int) -> str:
        """Name of an input; empty where it is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""

    def refuse(self, what: str) -> WorkerError:
        return WorkerError("OPERATOR_UNSUPPORTED", f'{self.operator} ("{self.name or self.outputs[0]}"): {what}.')


class GraphBuilder:
    """Values by name while the graph is read: constants as tensors, all others as nodes of torch.fx."""

    def __init__(self, graph, parts) -> None:
        self.opset = graph["opset"]
        self.nodes = [Node(description) for description in graph["nodes"]]
        self.uses = collections.Counter(name for node in self.nodes for name in node.inputs)
        self.uses.update(graph["outputs"])
        self._tensors = [to_tensor(one, part) for one, part in zip(graph["tensors"], parts)]
        self._constants = {one["name"]: tensor for one, tensor in zip(graph["tensors"], self._tensors) if one["name"] != ""}
        self._values = {}
        self._producers = {}
        self._root = nn.Module()
        self._graph = fx.Graph()
        self._inputs = graph["inputs"]
        self._outputs = graph["outputs"]

    def build(self, operators) -> fx.GraphModule:
        """Raises OPERATOR_UNSUPPORTED with every operator that is not in `operators`, before anything is built."""
        missing = sorted({qualified(node) for node in self.nodes if qualified(node) not in operators})
        if missing:
            raise WorkerError(
                "OPERATOR_UNSUPPORTED",
                f"PyTorch's part of Dyno has no {', '.join(missing)}. Measure this model with python-onnxruntime.",
            )
        for position, name in enumerate(self._inputs):
            self._values[name] = self._graph.placeholder(f"input{position}")
        for node in self.nodes:
            results = operators[qualified(node)](self, node)
            results = results if isinstance(results, (list, tuple)) else [results]
            for name, result in zip(node.outputs, results):
                self._producers[name] = node.operator
                if isinstance(result, torch.Tensor):
                    self._constants[name] = result
                else:
                    self._values[name] = result
        self._graph.output(tuple(self.value(name) for name in self._outputs))
        return fx.GraphModule(self._root, self._graph).eval()

    def tensor(self, index: int) -> torch.Tensor:
        """The tensor of an attribute."""
        return self._tensors[index]

    def constant(self, name: str) -> "torch.Tensor | None":
        """The tensor of a name where it does not depend on what is fed."""
        return self._constants.get(name)

    def integers(self, name: str) -> "list[int] | None":
        constant = self.constant(name)
        return None if constant is None else [int(value) for value in constant.reshape(-1).tolist()]

    def value(self, name: str) -> fx.Node:
        """The value of a name in the graph; a constant becomes a buffer when it is used first."""
        if name not in self._values:
            if name not in self._constants:
                raise WorkerError("MODEL_INVALID", f'The value "{name}" is used before anything computes it.')
            attribute = f"constant{len(self._values)}"
            self._root.register_buffer(attribute, self._constants[name])
            self._values[name] = self._graph.get_attr(attribute)
        return self._values[name]

    def apply(self, function, names, *settings):
        """`function(*inputs, *settings)`: at once where all inputs are constants, else as a call in the graph."""
        constants = [self.constant(name) for name in names]
        if all(constant is not None for constant in constants):
            with torch.no_grad():
                return function(*constants, *settings)
        return self._graph.call_function(function, (*(self.value(name) for name in names), *settings))

    def call(self, function, *arguments):
        """A call in the graph, of values that are there already."""
        return self._graph.call_function(function, arguments)

    def module(self, node: Node, module: nn.Module, value):
        """A call of a module that is a part of the whole."""
        name = f"node{len(self._graph.nodes)}_{node.operator.lower()}"
        self._root.add_module(name, module)
        return self._graph.call_module(name, (value,))

    def may_overwrite(self, name: str) -> bool:
        """
        Whether nobody needs this value afterwards and it is one of its own in memory, so that the next operator may write into it, as the
        networks of torchvision do (`ReLU(inplace=True)`, `out += identity`).
        """
        return self.uses[name] == 1 and self._producers.get(name) in ("Conv", "BatchNormalization", "Gemm")

    def takes_sum(self, name: str) -> bool:
        return self.uses[name] == 1 and self._producers.get(name) in ("Conv", "BatchNormalization", "Gemm", "Add")


def qualified(node: Node) -> str:
    return node.operator if node.domain in ("", "ai.onnx") else f"{node.domain}.{node.operator}"


def to_tensor(description, part) -> torch.Tensor:
    """A tensor of its own; bfloat16, which NumPy does not have, by its bits."""
    if description["type"] == "bfloat16":
        return torch.frombuffer(part, dtype=torch.bfloat16).reshape(description["dims"]) if len(part) else torch.empty(description["dims"], dtype=torch.bfloat16)
    return torch.from_numpy(to_array(description, part).copy())
