#!/bin/sh
# Regenerates src/graph/onnx_pb.ts from src/graph/onnx.proto. Run by hand after an update of onnx.proto; the result is committed.
# onnx.proto is the unchanged file of the Python package `onnx` (1.23.2, Apache-2.0, https://github.com/onnx/onnx).
# The generator needs Node 22 and is no dependency: npm install --no-save @bufbuild/protoc-gen-es@2.17.0
# protoc comes with the Python package `grpcio-tools`: name a Python that has it in PYTHON.
set -eu
cd "$(dirname "$0")/../src/graph"
"${PYTHON:-python3}" -m grpc_tools.protoc -I. \
  --plugin=protoc-gen-es=../../node_modules/.bin/protoc-gen-es \
  --es_out=. --es_opt=target=ts,import_extension=ts,erasable_syntax=true \
  onnx.proto
