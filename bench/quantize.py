"""Quantises models that `node bench/precision.mjs --export DIR` wrote, with ONNX Runtime's own tools, as its documentation advises for CPUs
with VNNI: cleaned and folded first, QDQ, activations of 8 bits without sign, weights with sign and by channel, ranges from minimum to maximum.

    python3 -m venv venv && venv/bin/pip install onnxruntime==1.31.1 onnx==1.23.2
    venv/bin/python bench/quantize.py DIR
"""

import json
import pathlib
import sys

import numpy
import onnx
import onnx.version_converter
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process


class Inputs(CalibrationDataReader):
    def __init__(self, folder):
        shapes = json.loads((folder / "calibration.json").read_text())
        self.rest = ((folder / f"{place}.f32", shape) for place, shape in enumerate(shapes))

    def get_next(self):
        path, shape = next(self.rest, (None, None))
        return None if path is None else {shape["input"]: numpy.fromfile(path, numpy.float32).reshape(shape["dims"])}


def raised(path):
    """Scales by channel need opset 13: of an older model, ONNX Runtime's tools make one by channel that cannot be loaded."""
    model = onnx.load(path)
    opset = next(each.version for each in model.opset_import if each.domain in ("", "ai.onnx"))
    if opset >= 13:
        return path
    onnx.save(onnx.version_converter.convert_version(model, 13), path.with_name("raised.onnx"))
    return path.with_name("raised.onnx")


for folder in sorted(path.parent for path in pathlib.Path(sys.argv[1]).glob("*/calibration.json")):
    quant_pre_process(raised(folder / "model.onnx"), folder / "folded.onnx", skip_symbolic_shape=True)
    quantize_static(
        folder / "folded.onnx",
        folder / "int8.onnx",
        Inputs(folder),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        calibrate_method=CalibrationMethod.MinMax,
    )
    print(f"{folder / 'int8.onnx'}: {(folder / 'int8.onnx').stat().st_size / 1e6:.2f} MB")
