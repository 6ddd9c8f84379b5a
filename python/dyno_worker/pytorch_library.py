"""What a probe tells of PyTorch: version, device, linear algebra, and whether `torch.compile` can compile."""

from __future__ import annotations

import os
import re
import shutil
import sysconfig

import torch


def library():
    configuration = torch.__config__.show()
    blas = re.search(r"BLAS_INFO=(\w+)", configuration)
    cuda = torch.cuda.is_available()
    return {
        "version": torch.__version__,
        "blas": blas.group(1) if blas else None,
        "oneDnn": torch.backends.mkldnn.is_available(),
        "capability": torch.backends.cpu.get_cpu_capability(),
        "cuda": torch.cuda.get_device_name(0) if cuda else None,
        "compilerMissing": compiler_missing(),
        "precisions": precisions(cuda),
    }


def precisions(cuda: bool):
    """How PyTorch carries out each precision. Where the processor has no instructions of a type, it is computed in 32-bit floats."""
    if cuda:
        capability = torch.cuda.get_device_capability(0)
        ampere = capability >= (8, 0)
        # ROCm's libraries have their own switches for rounded products, on some of AMD's devices.
        tf32 = {"tf32": "native"} if ampere and torch.version.hip is None else {}
        return {"fp32": "native", **tf32, "fp16": "native", "bf16": "native" if ampere else "emulated"}
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return {"fp32": "native", "fp16": "emulated", "bf16": "native" if check is not None and check() else "emulated"}


def compiler_missing() -> "str | None":
    """What `torch.compile` lacks to build code for the processor; None: nothing."""
    named = os.environ.get("CXX")
    found = [shutil.which(name) for name in ([named] if named else ["g++", "c++", "clang++"])]
    if not any(found):
        return f"a C++ compiler ({named or 'g++, c++ or clang++'} in PATH)"
    header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
    return None if os.path.exists(header) else f"the headers of Python ({header})"
