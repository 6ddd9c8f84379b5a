"""Writes loadgen.json beside this file: what the library of MLPerf LoadGen 6.0.17 makes of drawn rows and runs. Not run by the tests.

    python -m venv venv && venv/bin/pip install pybind11 setuptools wheel
    venv/bin/pip download --no-deps --no-binary :all: --no-build-isolation mlcommons_loadgen==6.0.17 && tar xzf mlcommons_loadgen-6.0.17.tar.gz
    (cd mlcommons_loadgen-6.0.17 && g++ -O1 -std=c++17 -I. -Igenerated <here>/loadgen-judge.cc early_stopping.cc results.cc logging.cc \
        utils.cc test_settings_internal.cc version.cc generated/*.cc -lpthread -o judge)
    python test/golden/loadgen.py mlcommons_loadgen-6.0.17/judge && npx biome format --write test/golden/loadgen.json
"""

import json
import pathlib
import random
import subprocess
import sys

draw = random.Random(20240917)


def latencies(rule):
    """The latencies that a rule stands for: whole numbers spread over a range, with every `tail`-th one ten times as long."""
    values = [rule["least"] + (index * rule["step"] + rule["shift"]) % rule["spread"] for index in range(rule["count"])]
    return [value * 10 if rule["tail"] and index % rule["tail"] == rule["tail"] - 1 else value for index, value in enumerate(values)]


rows = []
for p in (0.5, 0.6, 0.8, 0.9, 0.95, 0.99, 0.999):
    for _ in range(14):
        rows.append({
            "t": draw.choice([0, 1, 2, 3, 7, draw.randrange(10, 60), draw.randrange(60, 400)]),
            "p": p,
            "c": draw.choice([0.9, 0.95, 0.99, 0.99, 0.999]),
            "d": draw.choice([0, 0, 0.001, 0.01, 0.05]),
        })
for t, p, c, d in ((0, 0.9999, 0.99, 0), (1, 0.9999, 0.99, 0), (3000, 0.99, 0.99, 0), (20000, 0.9, 0.99, 0), (1000, 0.5, 0.5, 0.25)):
    rows.append({"t": t, "p": p, "c": c, "d": d})

runs = []
for scenario in ("SS", "MS", "SV", "OF"):
    for count in (0, 1, 10, 63, 64, 65, 459, 661, 662, 663, 1000, 3456):
        rule = {
            "count": count,
            "least": draw.randrange(1_000_000, 3_000_000),
            "step": draw.choice([7_919, 104_729, 1_299_709]),
            "shift": draw.randrange(1_000_000),
            "spread": draw.choice([100, 1_000_003, 20_000_003]),
            "tail": draw.choice([0, 50, 300, 700]),
        }
        made = sorted(latencies(rule))
        runs.append({
            "input": {
                "scenario": scenario,
                "percentile": draw.choice([0.9, 0.99, 0.99, 0.97]),
                # On a latency of the run, one below it, or far above: what is equal to the bound is not over it.
                "target_latency_ns": 0 if scenario != "SV" else draw.choice([made[-1], made[-1] - 1, made[len(made) * 99 // 100], 10**10]) if made else 5,
                "min_duration_ms": draw.choice([600, 60_000]),
                "min_query_count": draw.choice([1, 64, 662]),
                "duration_s": draw.choice([0.6, 59.999, 60, 700]),
            },
            "latencies": rule,
        })

text = []
for row in rows:
    text.append(f"ROW {row['t']} {row['p']!r} {row['c']!r} {row['d']!r}")
for run in runs:
    given = run["input"]
    values = latencies(run["latencies"])
    text.append(
        f"RUN {given['scenario']} {given['percentile']!r} {given['target_latency_ns']} {given['min_duration_ms']} "
        f"{given['min_query_count']} {given['duration_s']!r} {len(values)} {' '.join(map(str, values))}"
    )
answers = [json.loads(line) for line in subprocess.run([sys.argv[1]], input="\n".join(text), capture_output=True, text=True, check=True).stdout.splitlines()]
assert len(answers) == len(rows) + len(runs)
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps({
    "madeBy": "MLPerf LoadGen 6.0.17",
    "rows": [{**row, **answer} for row, answer in zip(rows, answers)],
    "runs": [{**run, "expected": answer} for run, answer in zip(runs, answers[len(rows):])],
}))
