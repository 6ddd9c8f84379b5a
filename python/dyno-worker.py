"""Started by Dyno, with pipes on standard input and output: runs one model, in ONNX Runtime or in PyTorch."""

from dyno_worker.serve import main

main()
