"""
A worker of Dyno's own whose library is pretended, so that nothing but Python is needed: `y = Relu(x)` on float32 [batch, 8] in 5 ms. In its run 30 it
does what its first argument says, after writing its process into the file that the second one names. The third is JSON of what it says of itself, and the
fourth why no provider can be started.
"""

import json
import os
import signal
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "..", "python"))

from dyno_worker import serve
from dyno_worker.errors import WorkerError

behaviour, marker, said, failure = (sys.argv[1:] + ["{}", ""][len(sys.argv) - 3 :])[:4]
SHAPE = ["batch", 8]


class Model:
    def __init__(self):
        self.runs = 0

    def describe(self):
        return {
            "inputs": [{"name": "x", "type": "float32", "shape": SHAPE}],
            "outputs": [{"name": "y", "type": "float32", "shape": SHAPE}],
            "threads": 1,
        }

    def run(self, tensors, parts):
        if self.runs == 30 and behaviour != "answers":
            misbehave()
        self.runs += 1
        start = time.perf_counter_ns()
        time.sleep(0.005)
        values = struct.unpack(f"<{len(parts[0]) // 4}f", parts[0])
        outputs = struct.pack(f"<{len(values)}f", *(max(0.0, value) for value in values))
        times = {"insideNs": time.perf_counter_ns() - start, "deviceNs": None, "preparationNs": 0}
        return {"type": "ok", "tensors": [{**tensors[0], "name": "y"}], **times}, [outputs]

    def profile(self):
        return None


def misbehave():
    with open(f"{marker}.new", "w") as file:
        file.write(str(os.getpid()))
    os.replace(f"{marker}.new", marker)
    if behaviour == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "is stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(600)


def try_providers(header, parts):
    if failure:
        raise WorkerError("PROVIDER_FAILED", failure)


serve.hello = lambda library: {
    "python": "3.11.0",
    "executable": sys.executable,
    "numpy": "0",
    "version": "1.30.0",
    "providers": ["CPUExecutionProvider"],
    **json.loads(said),
}
serve.try_providers = try_providers
serve.load = lambda header, parts: Model()
serve.main()
