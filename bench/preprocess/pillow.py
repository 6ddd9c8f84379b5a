"""Pillow and NumPy: JPEG files -> 224 x 224 -> normalised float NCHW, on every core.

The peer of engine.mjs; started by compare.mjs. Reads lines `SECONDS` on stdin and answers each with `IMAGES SECONDS CPU_SECONDS`.
Each worker keeps its results to itself, so that no time goes into handing them over.
"""
import glob, io, multiprocessing, os, sys, threading, time

import numpy as np
from PIL import Image

folder, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
files = [open(path, 'rb').read() for path in sorted(glob.glob(os.path.join(folder, '*.jpg')))]
mean = np.array([0.485, 0.456, 0.406])
deviation = np.array([0.229, 0.224, 0.225])
# One multiplication and one addition in place, the fastest of five ways to normalise that were tried.
scale = (1 / (255 * deviation)).astype(np.float32)[:, None, None]
bias = (-mean / deviation).astype(np.float32)[:, None, None]


def resized(data):
    return Image.open(io.BytesIO(data)).convert('RGB').resize((224, 224), Image.BILINEAR)


def preprocess(data, out):
    planes = np.asarray(resized(data)).transpose(2, 0, 1)
    np.multiply(planes, scale, out=out, casting='unsafe')
    np.add(out, bias, out=out)


def work(seconds, first):
    out = np.empty((3, 224, 224), np.float32)
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        preprocess(files[(first + done) % len(files)], out)
        done += 1
    return done


def serve(pipe, first):
    while True:
        seconds = pipe.recv()
        if seconds is None:
            return
        used = time.process_time()
        done = work(seconds, first)
        pipe.send((done, time.process_time() - used))


def with_processes():
    pipes = []
    for worker in range(count):
        ours, theirs = multiprocessing.Pipe()
        multiprocessing.Process(target=serve, args=(theirs, worker), daemon=True).start()
        pipes.append(ours)

    def run(seconds):
        for pipe in pipes:
            pipe.send(seconds)
        answers = [pipe.recv() for pipe in pipes]
        return sum(done for done, _ in answers), sum(used for _, used in answers)

    return run


def with_threads():
    def run(seconds):
        done = [0] * count
        used = time.process_time()

        def one(worker):
            done[worker] = work(seconds, worker)

        threads = [threading.Thread(target=one, args=(worker,)) for worker in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(done), time.process_time() - used

    return run


if kind == 'pixels':  # the pictures before normalising, one file each, to compare
    for path, data in zip(sorted(glob.glob(os.path.join(folder, '*.jpg'))), files):
        with open(path.replace('.jpg', '.pillow.rgb'), 'wb') as target:
            target.write(resized(data).tobytes())
else:
    run = with_processes() if kind == 'processes' else with_threads()
    run(0.5)
    print('ready', flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        done, used = run(float(line))
        print(done, time.perf_counter() - start, used, flush=True)
