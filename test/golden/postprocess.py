"""Writes postprocess.json beside this file: what other people's code makes of drawn cases. Not run by the tests.

    python -m venv venv && venv/bin/pip install torch torchvision opencv-python-headless pyclipper
    venv/bin/python test/golden/postprocess.py && npx biome format --write test/golden/postprocess.json
"""

import base64
import json
import pathlib
from math import hypot

import cv2
import numpy as np
import pyclipper
import torch
import torchvision

random = np.random.default_rng(20240607)


def numbers(array, digits=6):
    return [round(float(value), digits) for value in np.asarray(array).reshape(-1)]


def as_text(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def suppression_cases():
    cases = []
    for threshold in (0.3, 0.45, 0.7):
        count, classes = 120, 3
        # Sixteenths are exact in 32-bit floats, so that no overlap depends on rounding; in eight clusters, so that there are overlaps.
        corner = random.integers(0, 8, (count, 1)) * 40 + random.integers(0, 64, (count, 2)) / 16
        size = 16 + random.integers(0, 64, (count, 2)) / 16
        boxes = np.hstack([corner, corner + size]).astype(np.float32)
        scores = (random.permutation(count) + 1).astype(np.float32) / 128
        category = random.integers(0, classes, count)
        as_tensors = torch.tensor(boxes), torch.tensor(scores)
        cases.append({
            "iouThreshold": threshold,
            "boxes": numbers(boxes),
            "scores": numbers(scores),
            "classes": category.tolist(),
            "agnostic": torchvision.ops.nms(*as_tensors, threshold).tolist(),
            "perClass": torchvision.ops.batched_nms(*as_tensors, torch.tensor(category), threshold).tolist(),
        })
    return cases


def soft_cases():
    cases = []
    for method, name, sigma in ((cv2.dnn.SOFT_NMSMETHOD_SOFTNMS_GAUSSIAN, "gaussian", 0.5), (cv2.dnn.SOFT_NMSMETHOD_SOFTNMS_LINEAR, "linear", 0.5)):
        count = 40
        corner = random.integers(0, 40, (count, 2))
        size = random.integers(8, 30, (count, 2))
        boxes = np.hstack([corner, size])
        scores = ((random.permutation(count) + 10) / 64).astype(np.float32)
        fallen, kept = cv2.dnn.softNMSBoxes(boxes.tolist(), scores.tolist(), 0.1, 0.3, sigma=sigma, method=method)
        cases.append({
            "method": name, "sigma": sigma, "scoreThreshold": 0.1, "iouThreshold": 0.3,
            "boxes": boxes.reshape(-1).tolist(), "scores": numbers(scores),
            "kept": np.asarray(kept).reshape(-1).tolist(), "fallen": numbers(fallen),
        })
    return cases


def rectangle_cases():
    cases = []
    for _ in range(12):
        mask = np.zeros((60, 60), np.uint8)
        corners = random.integers(0, 60, (int(random.integers(3, 9)), 2)).astype(np.int32)
        cv2.fillConvexPoly(mask, cv2.convexHull(corners), 1)
        rows = [row for row in range(60) if mask[row].any()]
        (_, size, _) = cv2.minAreaRect(np.argwhere(mask)[:, ::-1].astype(np.int32))
        cases.append({
            "top": rows[0],
            "first": [int(np.flatnonzero(mask[row])[0]) for row in rows],
            "last": [int(np.flatnonzero(mask[row])[-1]) for row in rows],
            "sides": sorted(numbers(size, 3)),
        })
    return cases


def mini_box(contour):
    box = cv2.minAreaRect(contour)
    return cv2.boxPoints(box), min(box[1])


def score_of(map, box):
    # PaddleOCR's box_score_fast.
    height, width = map.shape
    box = box.copy()
    left, right = (int(np.clip(f(g(box[:, 0])), 0, width - 1)) for f, g in ((np.floor, np.min), (np.ceil, np.max)))
    top, bottom = (int(np.clip(f(g(box[:, 1])), 0, height - 1)) for f, g in ((np.floor, np.min), (np.ceil, np.max)))
    mask = np.zeros((bottom - top + 1, right - left + 1), np.uint8)
    box -= [left, top]
    cv2.fillPoly(mask, box.reshape(1, -1, 2).astype(np.int32), 1)
    return cv2.mean(map[top : bottom + 1, left : right + 1], mask)[0]


def grown(box, ratio):
    # PaddleOCR's unclip: a polygon with rounded corners, in whole pixels.
    x, y = box[:, 0], box[:, 1]
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2
    length = sum(hypot(*(box[i] - box[(i + 1) % 4])) for i in range(4))
    # A hundredth of a pixel, where PaddleOCR has pyclipper cut to whole ones.
    offset = pyclipper.PyclipperOffset(arc_tolerance=0.5)
    offset.AddPath(np.round(box * 100).astype(np.int64).tolist(), pyclipper.JT_ROUND, pyclipper.ET_CLOSEDPOLYGON)
    return np.array(offset.Execute(area * ratio / length * 100)[0], np.float32) / 100


def map_case():
    height, width = 96, 128
    drawn = np.zeros((height, width), np.float32)
    for centre, size, angle, value in (
        ((30, 20), (40, 9), 0, 0.9), ((90, 25), (36, 10), 12, 0.8), ((30, 60), (44, 8), -18, 0.95),
        ((95, 65), (8, 40), 5, 0.85), ((70, 85), (20, 6), 0, 0.45), ((120, 90), (2, 2), 0, 0.9),
    ):
        corners = cv2.boxPoints((centre, size, angle)).round().astype(np.int32)
        cv2.fillPoly(drawn, [corners], value)
    drawn = cv2.GaussianBlur(drawn, (3, 3), 0)
    steps = np.round(drawn * 255).astype(np.uint8)
    values = steps.astype(np.float32) / 255
    contours, hierarchy = cv2.findContours(((values > 0.3) * 255).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0]):
        if parent != -1:
            continue
        corners, side = mini_box(contour)
        if side < 3:
            continue
        score = score_of(values, corners)
        if score < 0.6:
            continue
        polygon = grown(corners, 1.5)
        box, side = mini_box(polygon.reshape(-1, 1, 2))
        if side < 5:
            continue
        found.append({"corners": numbers(box, 2), "score": round(float(score), 4)})
    return {"width": width, "height": height, "steps": as_text(steps), "found": found}


def crop_cases():
    height, width = 40, 60
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([127 + 120 * np.sin(x / 5), 127 + 100 * np.cos(y / 4 + x / 9), (3 * x + 2 * y) % 256], -1).astype(np.uint8)
    cases = []
    for quad in ([10, 8, 45, 12, 43, 25, 8, 22], [5, 5, 50, 2, 55, 30, 3, 20], [30, 2, 40, 3, 38, 35, 27, 34]):
        corners = np.array(quad, np.float32).reshape(4, 2)
        across = int(max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3])))
        down = int(max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2])))
        # Edges on edges: half a pixel from OpenCV's centres on corners, on both sides.
        target = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
        transform = cv2.getPerspectiveTransform(corners - 0.5, target - 0.5)
        for kernel, flag in (("cubic", cv2.INTER_CUBIC), ("linear", cv2.INTER_LINEAR)):
            crop = cv2.warpPerspective(picture, transform, (across, down), borderMode=cv2.BORDER_REPLICATE, flags=flag)
            if down / across >= 1.5:
                crop = np.rot90(crop)
            cases.append({"quad": quad, "kernel": kernel, "width": crop.shape[1], "height": crop.shape[0], "pixels": as_text(crop)})
    return {"width": width, "height": height, "pixels": as_text(picture), "crops": cases}


golden = {
    "versions": {"torchvision": torchvision.__version__, "opencv": cv2.__version__, "pyclipper": "1.4.0"},
    "suppression": suppression_cases(),
    "soft": soft_cases(),
    "rectangles": rectangle_cases(),
    "map": map_case(),
    "crop": crop_cases(),
}
path = pathlib.Path(__file__).with_name("postprocess.json")
path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, golden["versions"], golden["map"]["found"])
