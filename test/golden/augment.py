"""Writes augment.json: what other libraries make of the same pictures, which the operators of augmentation are compared with.

Made with Python 3.11, numpy 2.4.6, Pillow 13.0.0, opencv-python-headless 5.0.0.93, scipy 1.17.1:
    python test/golden/augment.py > test/golden/augment.json && npx biome check --write test/golden/augment.json
"""

import base64
import colorsys
import io
import json
import math

import cv2
import numpy as np
import scipy.ndimage
import scipy.stats
from PIL import Image, ImageEnhance, ImageOps

WIDTH, HEIGHT = 18, 13


def picture(width=WIDTH, height=HEIGHT, channels=3, shift=0):
    """A coarse pattern: every value from 0 to 255, steep and flat places."""
    y, x, c = np.mgrid[0:height, 0:width, 0:channels]
    return ((x * 13 + y * 29 + c * 83 + x * y * 3 + shift) % 256).astype(np.uint8)


def smooth_picture(width, height):
    """Two waves a channel: what JPEG is made for."""
    y, x, c = np.mgrid[0:height, 0:width, 0:3]
    return np.floor(128 + 90 * np.sin(x / 7 + c) * np.cos(y / 9 - c)).astype(np.uint8)


class Random:
    """xoshiro128** filled by SplitMix32, as src/stats/random.ts has it."""

    def __init__(self, seed):
        self.filling = seed & 0xFFFFFFFF
        self.state = [self.fill() for _ in range(4)]

    def fill(self):
        self.filling = (self.filling + 0x9E3779B9) & 0xFFFFFFFF
        mixed = self.filling
        mixed = (mixed ^ (mixed >> 16)) * 0x85EBCA6B & 0xFFFFFFFF
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35 & 0xFFFFFFFF
        return mixed ^ (mixed >> 16)

    def next32(self):
        def rotated(value, bits):
            return ((value << bits) | (value >> (32 - bits))) & 0xFFFFFFFF

        s = self.state
        answer = rotated(s[1] * 5 & 0xFFFFFFFF, 7) * 9 & 0xFFFFFFFF
        shifted = s[1] << 9 & 0xFFFFFFFF
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotated(s[3], 11)
        return answer

    def uniform(self):
        high = self.next32() >> 5
        return (high * 2**26 + (self.next32() >> 6)) / 2**53

    def integer(self, bound):
        limit = 2**32 - 2**32 % bound
        while True:
            drawn = self.next32()
            if drawn < limit:
                return drawn % bound

    def normal(self):
        while True:
            x = 2 * self.uniform() - 1
            y = 2 * self.uniform() - 1
            square = x * x + y * y
            if 0 < square < 1:
                return x * math.sqrt(-2 * math.log(square) / square)


def rounded(values):
    return np.floor(np.clip(values, 0, 255) + 0.5).clip(0, 255).astype(np.uint8)


def read(image, xs, ys, mode="nearest", order=1):
    """Reads `image` at places, the middles of pixels being whole numbers. Modes of scipy: nearest (our edge), mirror (our reflect)."""
    lanes = [scipy.ndimage.map_coordinates(image[..., c].astype(float), [ys, xs], order=order, mode=mode) for c in range(image.shape[2])]
    return rounded(np.stack(lanes, axis=-1))


def grid(height=HEIGHT, width=WIDTH):
    ys, xs = np.mgrid[0:height, 0:width].astype(float)
    return xs, ys


def affine_matrix(degrees=0, factor=1, x=0, y=0, shear_x=0, shear_y=0):
    """From source to result, as a product of elementary matrices."""
    middle_x, middle_y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    to_middle = np.array([[1, 0, -middle_x], [0, 1, -middle_y], [0, 0, 1]])
    shear = np.array([[1, math.tan(math.radians(shear_x)), 0], [math.tan(math.radians(shear_y)), 1, 0], [0, 0, 1]])
    scale = np.diag([factor, factor, 1])
    a = math.radians(degrees)
    turn = np.array([[math.cos(a), math.sin(a), 0], [-math.sin(a), math.cos(a), 0], [0, 0, 1]])
    back = np.array([[1, 0, middle_x + x * WIDTH], [0, 1, middle_y + y * HEIGHT], [0, 0, 1]])
    return back @ turn @ scale @ shear @ to_middle


def pillow_affine(image, fill=0, resample=Image.Resampling.BILINEAR, **motion):
    inverse = np.linalg.inv(affine_matrix(**motion))
    # Pillow counts from the edge of the first pixel, and adds half a pixel itself.
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    coefficients = (half @ inverse @ np.linalg.inv(half))[:2].flatten()
    transformed = Image.fromarray(image).transform((WIDTH, HEIGHT), Image.Transform.AFFINE, tuple(coefficients), resample=resample, fillcolor=(fill,) * 3)
    return np.asarray(transformed)


def places_of(matrix):
    xs, ys = grid()
    x, y, depth = np.tensordot(matrix, np.stack([xs, ys, np.ones_like(xs)]), axes=1)
    return x / depth, y / depth


def perspective(image, seed, distortion):
    random = Random(seed)
    inwards = lambda side: random.uniform() * distortion * (side - 1) / 2
    right, bottom = WIDTH - 1, HEIGHT - 1
    corners = [
        (inwards(WIDTH), inwards(HEIGHT)),
        (right - inwards(WIDTH), inwards(HEIGHT)),
        (right - inwards(WIDTH), bottom - inwards(HEIGHT)),
        (inwards(WIDTH), bottom - inwards(HEIGHT)),
    ]
    matrix = cv2.getPerspectiveTransform(np.float32(corners), np.float32([(0, 0), (right, 0), (right, bottom), (0, bottom)]))
    return read(image, *places_of(matrix))


def elastic(image, seed, strength, smoothness):
    random = Random(seed)
    fields = []
    for _ in range(2):
        field = np.array([2 * random.uniform() - 1 for _ in range(WIDTH * HEIGHT)]).reshape(HEIGHT, WIDTH)
        fields.append(scipy.ndimage.gaussian_filter(field, smoothness, mode="nearest", radius=math.ceil(3 * smoothness)))
    xs, ys = grid()
    return read(image, xs + strength * fields[0], ys + strength * fields[1])


def grid_distortion(image, seed, cells, strength):
    random = Random(seed)

    def places(side):
        widths = np.array([1 + strength * (2 * random.uniform() - 1) for _ in range(cells)])
        edges = np.concatenate([[0], np.cumsum(widths / widths.sum()) * side])
        return np.interp((np.arange(side) + 0.5) / side * cells, np.arange(cells + 1), edges) - 0.5

    xs, ys = places(WIDTH), places(HEIGHT)
    return read(image, *np.meshgrid(xs, ys))


def barrel(image, amount):
    xs, ys = grid()
    middle_x, middle_y = (WIDTH - 1) / 2, (HEIGHT - 1) / 2
    radius = np.hypot(xs - middle_x, ys - middle_y) / np.hypot(middle_x, middle_y)
    factor = 1 + amount * radius**2
    return read(image, middle_x + (xs - middle_x) * factor, middle_y + (ys - middle_y) * factor)


def resized(image, width, height, box=None):
    left, top, box_width, box_height = box or (0, 0, image.shape[1], image.shape[0])
    xs = left + (np.arange(width) + 0.5) * box_width / width - 0.5
    ys = top + (np.arange(height) + 0.5) * box_height / height - 0.5
    return read(image, *np.meshgrid(xs, ys))


def sides(area, ratio):
    width, height = math.sqrt(area * ratio), math.sqrt(area / ratio)
    return (1, min(1, area)) if width > 1 else (min(1, area), 1) if height > 1 else (width, height)


def random_resized_crop(image, area, ratio, x, y):
    width, height = sides(area, ratio)
    width, height = width * WIDTH, height * HEIGHT
    return resized(image, WIDTH, HEIGHT, ((WIDTH - width) * x, (HEIGHT - height) * y, width, height))


def hue(image, degrees):
    flat = image.reshape(-1, 3) / 255
    turned = []
    for pixel in flat:
        h, s, v = colorsys.rgb_to_hsv(*pixel)
        turned.append(colorsys.hsv_to_rgb((h + degrees / 360) % 1, s, v))
    return rounded(np.array(turned).reshape(image.shape) * 255)


def enhanced(kind, image, factor):
    return np.asarray(kind(Image.fromarray(image)).enhance(factor))


def black_body(kelvin):
    """Linear sRGB of Planck's law through the fits of Wyman, Sloan and Shirley (2013) to the CIE 1931 observer."""

    def lobe(wave, mean, below, above):
        return np.exp(-0.5 * ((wave - mean) * np.where(wave < mean, below, above)) ** 2)

    wave = np.arange(380.0, 781.0)
    x = 1.056 * lobe(wave, 599.8, 0.0264, 0.0323) + 0.362 * lobe(wave, 442.0, 0.0624, 0.0374) - 0.065 * lobe(wave, 501.1, 0.0490, 0.0382)
    y = 0.821 * lobe(wave, 568.8, 0.0213, 0.0247) + 0.286 * lobe(wave, 530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(wave, 437.0, 0.0845, 0.0278) + 0.681 * lobe(wave, 459.0, 0.0385, 0.0725)
    power = wave**-5.0 / (np.exp(1.438777e7 / (wave * kelvin)) - 1)
    xyz = np.array([(power * x).sum(), (power * y).sum(), (power * z).sum()])
    return np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]) @ xyz


def temperature(image, kelvin):
    gains = black_body(kelvin) / black_body(6500)
    gains = np.maximum(gains / gains[1], 0)
    values = image / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4) * gains
    return rounded(255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055))


def each_value(image, function):
    return rounded(np.array([function(float(value)) for value in image.flatten()]).reshape(image.shape))


def salt_and_pepper(image, seed, amount, salt):
    random = Random(seed)
    result = image.reshape(-1, image.shape[2]).copy()
    for index in range(len(result)):
        if random.uniform() < amount:
            result[index] = 255 if random.uniform() < salt else 0
    return result.reshape(image.shape)


def poisson(image, seed, photons):
    random = Random(seed)
    return each_value(image, lambda value: scipy.stats.poisson.ppf(random.uniform(), value / 255 * photons) * 255 / photons)


def jpeg(image, quality, subsampling):
    file = io.BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return np.asarray(Image.open(file).convert("RGB"))


def pixelated(image, size):
    result = image.copy()
    for top in range(0, HEIGHT, size):
        for left in range(0, WIDTH, size):
            block = (slice(top, top + size), slice(left, left + size))
            result[block] = rounded(image[block].reshape(-1, image.shape[2]).mean(axis=0))
    return result


def gaussian(image, deviation):
    radius = math.ceil(3 * deviation)
    return rounded(scipy.ndimage.gaussian_filter(image.astype(float), (deviation, deviation, 0), mode="nearest", radius=(radius, radius, 0)))


def filtered(image, kernel):
    return cv2.filter2D(image.astype(np.float64), -1, kernel, borderType=cv2.BORDER_REPLICATE)


def motion(image, length, degrees):
    size = 2 * length + 3
    kernel = np.zeros((size, size))
    for step in range(length):
        distance = step - (length - 1) / 2
        x = size // 2 + distance * math.cos(math.radians(degrees))
        y = size // 2 - distance * math.sin(math.radians(degrees))
        for column in (math.floor(x), math.floor(x) + 1):
            for row in (math.floor(y), math.floor(y) + 1):
                kernel[row, column] += max(0, 1 - abs(column - x)) * max(0, 1 - abs(row - y)) / length
    return rounded(filtered(image, kernel))


def disc(image, radius):
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    kernel = (x * x + y * y <= radius * radius).astype(float)
    return rounded(filtered(image, kernel / kernel.sum()))


def erased(image, left, top, width, height, value):
    result = image.copy()
    result[max(0, top) : max(0, top + height), max(0, left) : max(0, left + width)] = value
    return result


def noise_erased(image, seed, boxes):
    random, result = Random(seed), image.copy()
    for left, top, width, height in boxes(random):
        for y in range(top, top + height):
            for x in range(left, left + width):
                for channel in range(image.shape[2]):
                    result[y, x, channel] = random.next32() >> 24
    return result


def grid_masked(image, size, side, first_x, first_y, value):
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    hidden = ((x - first_x) % size < side) & ((y - first_y) % size < side)
    return np.where(hidden[..., None], value, image).astype(np.uint8)


def dropout_boxes(holes, width, height):
    def boxes(random):
        for _ in range(holes):
            left = random.integer(WIDTH - width + 1)
            yield left, random.integer(HEIGHT - height + 1), width, height

    return boxes


def mosaic(own, others, x, y):
    middle_x, middle_y = x, y
    upper = np.hstack([resized(own, middle_x, middle_y), resized(others[0], WIDTH - middle_x, middle_y)])
    lower = np.hstack([resized(others[1], middle_x, HEIGHT - middle_y), resized(others[2], WIDTH - middle_x, HEIGHT - middle_y)])
    return np.vstack([upper, lower])


def cases():
    own, gray, smooth = picture(), picture(channels=1), smooth_picture(33, 26)
    others = [picture(shift=70), picture(11, 20, shift=140), picture(25, 9, shift=210)]
    pil = Image.fromarray(own)
    edge = {"border": "edge"}
    nearest = {"interpolation": "nearest"}

    def case(operator, parameters, oracle, expected, tolerance=0, source=own, seed=0, others=()):
        return {
            "operator": operator,
            "parameters": parameters,
            "oracle": oracle,
            "seed": seed,
            "tolerance": tolerance,
            "picture": named(source),
            "others": [named(other) for other in others],
            "expected": packed(np.asarray(expected)),
        }

    def turned(method):
        return np.asarray(pil.transpose(method))

    yield case("horizontal_flip", {}, "Pillow", turned(Image.Transpose.FLIP_LEFT_RIGHT))
    yield case("vertical_flip", {}, "Pillow", turned(Image.Transpose.FLIP_TOP_BOTTOM))
    yield case("rotate90", {"turns": 1}, "Pillow", turned(Image.Transpose.ROTATE_90))
    yield case("rotate90", {"turns": 2}, "Pillow", turned(Image.Transpose.ROTATE_180))
    yield case("rotate90", {"turns": 3}, "Pillow", turned(Image.Transpose.ROTATE_270))
    yield case("transpose", {}, "Pillow", turned(Image.Transpose.TRANSPOSE))
    yield case("transpose", {}, "numpy", np.transpose(gray, (1, 0, 2)), source=gray)

    # Pillow cuts what it interpolates to a whole number, we round it.
    yield case("rotate", {"degrees": 23, "fill": 99}, "Pillow", np.asarray(pil.rotate(23, Image.Resampling.BILINEAR, fillcolor=(99,) * 3)), 1)
    yield case("rotate", {"degrees": -70, **nearest}, "Pillow", np.asarray(pil.rotate(-70, Image.Resampling.NEAREST)))
    inverse = np.linalg.inv(affine_matrix(degrees=31))
    yield case("rotate", {"degrees": 31, "border": "reflect"}, "scipy", read(own, *places_of(inverse), mode="mirror"), 1)
    yield case("translate", {"x": 0.17, "y": -0.21, "fill": 7}, "Pillow", pillow_affine(own, 7, x=0.17, y=-0.21), 1)
    yield case("scale", {"factor": 1.7}, "Pillow", pillow_affine(own, factor=1.7), 1)
    yield case("scale", {"factor": 0.6, "fill": 200}, "Pillow", pillow_affine(own, 200, factor=0.6), 1)
    yield case("shear", {"x": 20, "y": -7}, "Pillow", pillow_affine(own, shear_x=20, shear_y=-7), 1)
    everything = {"degrees": 12, "factor": 1.2, "x": 0.05, "y": -0.08, "shear_x": 9, "shear_y": -4}
    yield case("affine", everything, "Pillow", pillow_affine(own, **everything), 1)
    yield case("affine", {**everything, **edge}, "scipy", read(own, *places_of(np.linalg.inv(affine_matrix(**everything)))), 1)
    yield case("perspective", {"distortion": 0.6, **edge}, "OpenCV and scipy", perspective(own, 5, 0.6), 1, seed=5)
    yield case("elastic", {"strength": 30, "smoothness": 2.5, **edge}, "scipy", elastic(own, 6, 30, 2.5), 1, seed=6)
    yield case("grid_distortion", {"cells": 4, "strength": 0.5, **edge}, "numpy and scipy", grid_distortion(own, 7, 4, 0.5), 1, seed=7)
    yield case("barrel_distortion", {"amount": 0.4, **edge}, "scipy", barrel(own, 0.4), 1)
    yield case("barrel_distortion", {"amount": -0.3, **edge}, "scipy", barrel(own, -0.3), 1)
    # 18 × 0.5 = 9 wide, 13 × 0.7 = 9.1 high, from (9 × 0.3 = 2.7, 4 × 0.9 = 3.6), rounded.
    yield case("crop", {"width": 0.5, "height": 0.7, "x": 0.3, "y": 0.9}, "Pillow", np.asarray(pil.crop((3, 4, 12, 13))))
    yield case("random_resized_crop", {"area": 0.3, "ratio": 1.4, "x": 0.6, "y": 0.2}, "scipy", random_resized_crop(own, 0.3, 1.4, 0.6, 0.2), 1)
    yield case("random_resized_crop", {"area": 0.9, "ratio": 4, "x": 0.6, "y": 0.2}, "scipy", random_resized_crop(own, 0.9, 4, 0.6, 0.2), 1)
    sizes = {"left": 3, "top": 2, "right": 5, "bottom": 4}
    around = ((2, 4), (3, 5), (0, 0))
    yield case("pad", {**sizes, "fill": 17}, "numpy", np.pad(own, around, constant_values=17))
    yield case("pad", {**sizes, **edge}, "numpy", np.pad(own, around, mode="edge"))
    yield case("pad", {**sizes, "border": "reflect"}, "numpy", np.pad(own, around, mode="reflect"))

    for factor in (0, 0.6, 1.7):
        yield case("brightness", {"factor": factor}, "Pillow", enhanced(ImageEnhance.Brightness, own, factor))
        yield case("contrast", {"factor": factor}, "Pillow", enhanced(ImageEnhance.Contrast, own, factor))
        yield case("saturation", {"factor": factor}, "Pillow", enhanced(ImageEnhance.Color, own, factor))
        yield case("sharpness", {"factor": factor}, "Pillow", enhanced(ImageEnhance.Sharpness, own, factor))
    yield case("contrast", {"factor": 1.3}, "Pillow", enhanced(ImageEnhance.Contrast, gray[..., 0], 1.3), source=gray)
    yield case("hue", {"degrees": 47}, "colorsys", hue(own, 47), 1)
    yield case("hue", {"degrees": -130}, "colorsys", hue(own, -130), 1)
    jittered = enhanced(ImageEnhance.Color, enhanced(ImageEnhance.Contrast, enhanced(ImageEnhance.Brightness, own, 0.9), 1.2), 1.4)
    yield case("color_jitter", {"brightness": 0.9, "contrast": 1.2, "saturation": 1.4, "hue": 25}, "Pillow and colorsys", hue(jittered, 25), 1)
    yield case("gamma", {"power": 1.8}, "numpy", rounded(255 * (own / 255) ** 1.8))
    yield case("posterize", {"bits": 3}, "Pillow", np.asarray(ImageOps.posterize(pil, 3)))
    yield case("solarize", {"threshold": 100}, "Pillow", np.asarray(ImageOps.solarize(pil, 100)))
    yield case("invert", {}, "Pillow", np.asarray(ImageOps.invert(pil)))
    narrow = (picture() // 3 + 60).astype(np.uint8)
    yield case("autocontrast", {}, "Pillow", np.asarray(ImageOps.autocontrast(Image.fromarray(narrow))), source=narrow)
    large = (picture(40, 30) // 5 + 90).astype(np.uint8)
    yield case("equalize", {}, "Pillow", np.asarray(ImageOps.equalize(Image.fromarray(large))), source=large)
    yield case("grayscale", {}, "Pillow", np.asarray(pil.convert("L").convert("RGB")))
    red, green, blue = pil.split()
    yield case("channel_shuffle", {"order": "gbr"}, "Pillow", np.asarray(Image.merge("RGB", (green, blue, red))))
    yield case("white_balance", {"red": 1.2, "green": 1, "blue": 0.7}, "numpy", rounded(own * np.array([1.2, 1, 0.7])))
    yield case("temperature", {"kelvin": 3200}, "Planck's law", temperature(own, 3200), 4)
    yield case("temperature", {"kelvin": 10000}, "Planck's law", temperature(own, 10000), 4)

    random = Random(8)
    yield case("gaussian_noise", {"mean": 5, "deviation": 20}, "numpy", each_value(own, lambda v: v + 5 + 20 * random.normal()), seed=8)
    random = Random(9)
    yield case("speckle", {"deviation": 0.3}, "numpy", each_value(own, lambda v: v * (1 + 0.3 * random.normal())), seed=9)
    yield case("salt_and_pepper", {"amount": 0.3, "salt": 0.4}, "numpy", salt_and_pepper(own, 10, 0.3, 0.4), seed=10)
    yield case("poisson_noise", {"photons": 12}, "scipy", poisson(own, 11, 12), seed=11)
    yield case("poisson_noise", {"photons": 900}, "scipy", poisson(own, 12, 900), seed=12)
    # Pillow computes with whole numbers where we have fractions.
    yield case("jpeg_compression", {"quality": 40, "subsampling": "4:4:4"}, "Pillow", jpeg(smooth, 40, 0), 6, source=smooth)
    yield case("jpeg_compression", {"quality": 75, "subsampling": "4:2:0"}, "Pillow", jpeg(smooth, 75, 2), 6, source=smooth)
    yield case("pixelate", {"size": 5}, "numpy", pixelated(own, 5))

    yield case("box_blur", {"radius": 2}, "OpenCV", cv2.blur(own, (5, 5), borderType=cv2.BORDER_REPLICATE))
    yield case("gaussian_blur", {"deviation": 1.4}, "scipy", gaussian(own, 1.4), 1)
    yield case("motion_blur", {"length": 5, "degrees": 0}, "OpenCV", motion(own, 5, 0), 1)
    yield case("motion_blur", {"length": 8, "degrees": 30}, "OpenCV", motion(own, 8, 30), 1)
    yield case("median_blur", {"radius": 1}, "OpenCV", cv2.medianBlur(own, 3))
    yield case("median_blur", {"radius": 3}, "OpenCV", cv2.medianBlur(own, 7))
    yield case("defocus", {"radius": 3}, "OpenCV", disc(own, 3), 1)

    # 18 × 0.4 = 7.2 and 13 × 0.5 = 6.5 wide and high, from (18 × (0.1 − 0.2) = −1.8, 13 × (0.9 − 0.25) = 8.45), rounded.
    yield case("cutout", {"width": 0.4, "height": 0.5, "x": 0.1, "y": 0.9, "value": 33}, "numpy", erased(own, -2, 8, 7, 7, 33))
    # √(0.2 × 234 × 1.5) = 8.38 wide and √(0.2 × 234 / 1.5) = 5.59 high, from (0.5 × 10, 0.75 × 7 = 5.25), rounded.
    box = {"area": 0.2, "ratio": 1.5, "x": 0.5, "y": 0.75}
    yield case("random_erasing", {**box, "value": 5}, "numpy", erased(own, 5, 5, 8, 6, 5))
    yield case("random_erasing", {**box, "filling": "noise"}, "numpy", noise_erased(own, 13, lambda _: [(5, 5, 8, 6)]), seed=13)
    # Squares of round(7 × 0.4) = 3 every 7 pixels, from round(0.3 × 7) = 2 and round(0.9 × 7) = 6.
    yield case("grid_mask", {"size": 7, "ratio": 0.4, "x": 0.3, "y": 0.9, "value": 255}, "numpy", grid_masked(own, 7, 3, 2, 6, 255))
    # 0.2 × 18 = 3.6 and 0.2 × 13 = 2.6, rounded.
    yield case("coarse_dropout", {"holes": 4, "size": 0.2, "filling": "noise"}, "numpy", noise_erased(own, 14, dropout_boxes(4, 4, 3)), seed=14)

    other = others[0]
    yield case("mixup", {"share": 0.3}, "numpy", rounded(0.7 * own + 0.3 * other), 1, others=others[:1])
    yield case("mixup", {"share": 0.5}, "numpy and scipy", rounded((own.astype(float) + resized(others[1], WIDTH, HEIGHT)) / 2), 1, others=[others[1]])
    # √0.25 × 18 = 9 wide, √0.25 × 13 = 6.5 high and so 7, from (9 × 0.4 = 3.6, 6 × 0.5), rounded.
    mixed = own.copy()
    mixed[3:10, 4:13] = other[3:10, 4:13]
    yield case("cutmix", {"area": 0.25, "ratio": 1, "x": 0.4, "y": 0.5}, "numpy", mixed, others=others[:1])
    # 0.4 × 18 = 7.2 and 0.6 × 13 = 7.8, rounded.
    yield case("mosaic", {"x": 0.4, "y": 0.6}, "scipy", mosaic(own, others, 7, 8), 1, others=others)


pictures = {}


def named(image):
    """The position of a picture in the list of those that cases begin with, each of which is written once."""
    content = json.dumps(packed(image))
    return pictures.setdefault(content, len(pictures))


def packed(image):
    image = image if image.ndim == 3 else image[..., None]
    return {
        "width": image.shape[1],
        "height": image.shape[0],
        "channels": image.shape[2],
        "pixels": base64.b64encode(np.ascontiguousarray(image).tobytes()).decode(),
    }


if __name__ == "__main__":
    lines = [json.dumps(case, ensure_ascii=False) for case in cases()]
    print('{"pictures": [\n' + ",\n".join(pictures) + '\n],\n"cases": [\n' + ",\n".join(lines) + "\n]}")
