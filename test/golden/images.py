"""Writes images.json: small files of the formats that we decode ourselves, and what Pillow makes of them.

Made with Python 3.11, numpy 2.4.6, Pillow 13.0.0:
    python test/golden/images.py > test/golden/images.json && npx biome check --write test/golden/images.json
"""

import base64
import io
import json
import struct

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 13, 7
random = np.random.default_rng(2)
y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:4]
# Noise on the left, which runs cannot shorten, and bands on the right, which they can.
RGBA = np.where(x < 6, random.integers(0, 256, (HEIGHT, WIDTH, 4)), y * 31 + c * 17).astype(np.uint8)
RGB, GRAY = RGBA[..., :3], RGBA[..., 0]
PALETTE = random.integers(0, 256, (256, 3)).astype(np.uint8)
golden = []


def shown(image):
    """Pixels as bytes, opacity laid over black and truncated; grey as one channel."""
    if image.mode in ("RGBA", "PA", "LA"):
        values = np.asarray(image.convert("RGBA")).astype(int)
        return (values[..., :3] * values[..., 3:] // 255).astype(np.uint8)
    if image.mode.startswith("I"):
        return (np.asarray(image).astype(int) >> 8).astype(np.uint8)[..., None]
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))[..., None]
    return np.asarray(image.convert("RGB"))


def add(name, data, tolerance=0):
    image = Image.open(io.BytesIO(data))
    image.load()
    pixels = shown(image)
    golden.append({
        "name": name,
        "file": base64.b64encode(data).decode(),
        "width": image.width,
        "height": image.height,
        # As stored: a grey image may be decoded to one channel or to three equal ones.
        "channels": pixels.shape[2],
        "pixels": base64.b64encode(pixels.tobytes()).decode(),
        "tolerance": tolerance,
    })


def save(name, image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    add(name, buffer.getvalue())


def padded(rows):
    return b"".join(row + bytes(-len(row) % 4) for row in rows)


def bmp(name, bits, data, compression=0, palette=b"", masks=b"", header=40, height=HEIGHT, used=0, tolerance=0):
    if header == 12:
        head = struct.pack("<IHHHH", 12, WIDTH, height, 1, bits)
    else:
        head = struct.pack("<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, len(data), 0, 0, used, 0)
        head = (head + masks).ljust(header, b"\0")
    start = 14 + len(head) + len(palette)
    add(name, b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + head + palette + data, tolerance)


def packed_bits(indices, bits):
    """Rows of indices, the first in the highest bits."""
    per_byte = 8 // bits
    out = []
    for row in indices:
        row = np.pad(row, (0, -len(row) % per_byte)).reshape(-1, per_byte)
        out.append(bytes(sum(int(v) << (8 - bits * (i + 1)) for i, v in enumerate(group)) for group in row))
    return out


def bmp_runs(indices, bits):
    """RLE8 or RLE4, rows from the bottom: runs where there are any, otherwise single pixels."""
    data = b""
    for row in indices[::-1]:
        column = 0
        while column < WIDTH:
            run = 1
            while column + run < WIDTH and row[column + run] == row[column]:
                run += 1
            if run >= 3 or WIDTH - column < 3:
                data += bytes([run, int(row[column]) * (1 if bits == 8 else 17)])
                column += run
                continue
            single = [int(v) for v in row[column : column + min(6, WIDTH - column)]]
            codes = bytes(single) if bits == 8 else packed_bits([np.array(single)], 4)[0]
            data += bytes([0, len(single)]) + codes + bytes(len(codes) % 2)
            column += len(single)
        data += b"\0\0"
    return data + b"\0\1"


def tga(name, kind, bits, data, descriptor=0, palette=b"", entry=0, first=0):
    count = len(palette) * 8 // entry if entry else 0
    head = struct.pack("<BBBHHBHHHHBB", 3, 1 if palette else 0, kind, first, count, entry, 0, 0, WIDTH, HEIGHT, bits, descriptor)
    add(name, head + b"abc" + palette + data)


def tga_runs(values, size):
    """Packets over all pixels in one, across the ends of rows."""
    pixels = [values[i : i + size] for i in range(0, len(values), size)]
    data, place = b"", 0
    while place < len(pixels):
        run = 1
        while place + run < len(pixels) and run < 128 and pixels[place + run] == pixels[place]:
            run += 1
        if run > 1:
            data += bytes([127 + run]) + pixels[place]
        else:
            data += b"\0" + pixels[place]
        place += run
    return data


# BMP
bgr = RGB[..., ::-1]
save("BMP of Pillow, 24 bits", Image.fromarray(RGB), format="BMP")
save("BMP of Pillow, 32 bits with opacity", Image.fromarray(RGBA), format="BMP")
save("BMP of Pillow, grey", Image.fromarray(GRAY), format="BMP")
save("BMP of Pillow, 1 bit", Image.fromarray(GRAY).convert("1"), format="BMP")
save("BMP of Pillow, 8 bits", Image.fromarray(RGB).quantize(90), format="BMP")
save("BMP of Pillow, 4 bits", Image.fromarray(RGB).quantize(16), format="BMP")
for header in (12, 40, 64, 108, 124):
    bmp(f"BMP with a header of {header} bytes", 24, padded([row.tobytes() for row in bgr[::-1]]), header=header)
bmp("BMP from the top", 24, padded([row.tobytes() for row in bgr]), height=-HEIGHT)
for bits in (1, 4, 8):
    indices = GRAY >> (8 - bits)
    four = np.concatenate([PALETTE, np.zeros((256, 1), np.uint8)], axis=1)[: 2**bits].tobytes()
    bmp(f"BMP of {bits} bits", bits, padded(packed_bits(indices[::-1], bits)), palette=four)
    bmp(f"BMP of {bits} bits with the header of OS/2", bits, padded(packed_bits(indices[::-1], bits)), palette=PALETTE[: 2**bits].tobytes(), header=12)
    if bits > 1:
        bmp(f"BMP in runs of {bits} bits", bits, bmp_runs(indices, bits), {4: 2, 8: 1}[bits], palette=four, used=2**bits)
words = RGBA.astype(np.uint32)
fives = (words[..., 0] >> 3 << 10) | (words[..., 1] >> 3 << 5) | (words[..., 2] >> 3)
sixes = (words[..., 0] >> 3 << 11) | (words[..., 1] >> 2 << 5) | (words[..., 2] >> 3)
# Pillow truncates shares of 255, we round.
bmp("BMP of 16 bits", 16, padded([row.astype("<u2").tobytes() for row in fives[::-1]]), tolerance=1)
bmp("BMP of 16 bits with masks", 16, padded([row.astype("<u2").tobytes() for row in sixes[::-1]]), 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F), header=56, tolerance=1)
bmp("BMP of 32 bits", 32, RGBA[::-1, :, [2, 1, 0, 3]].tobytes())
bmp("BMP of 32 bits with masks", 32, RGBA[::-1, :, [3, 2, 1, 0]].tobytes(), 3, masks=struct.pack("<IIII", 0xFF000000, 0xFF0000, 0xFF00, 0xFF), header=108)

# PNM
save("PPM of Pillow", Image.fromarray(RGB), format="PPM")
save("PGM of Pillow", Image.fromarray(GRAY), format="PPM")
save("PGM of Pillow, 16 bits", Image.fromarray(GRAY.astype(np.uint16) * 200 + 77), format="PPM")
save("PBM of Pillow", Image.fromarray(GRAY).convert("1"), format="PPM")
size = f"{WIDTH} {HEIGHT}"
text = " ".join(str(v) for v in (RGB >> 1).ravel())
add("plain PPM with a largest value of 127", f"P3\n# comment\n{size}\n127\n{text}\n".encode())
add("plain PGM", f"P2 {size} 255 {' '.join(str(v) for v in GRAY.ravel())}\n".encode())
add("plain PBM", f"P1 {size}\n{''.join(str(v & 1) for v in GRAY.ravel())}\n".encode())
add("PGM with a largest value of 31", f"P5 {size} 31\n".encode() + (GRAY >> 3).tobytes())
add("PPM with a largest value of 1000", f"P6 {size} 1000\n".encode() + (RGB.astype(np.uint16) * 3).astype(">u2").tobytes())

# TGA
for compression in (None, "tga_rle"):
    for mode, image in {"RGB": Image.fromarray(RGB), "RGBA": Image.fromarray(RGBA), "grey": Image.fromarray(GRAY), "grey with opacity": Image.fromarray(RGBA[..., :2].copy(), "LA"), "palette": Image.fromarray(RGB).quantize(60)}.items():
        save(f"TGA of Pillow, {mode}, {compression or 'plain'}", image, format="TGA", compression=compression)
save("TGA of Pillow, from the top", Image.fromarray(RGB), format="TGA", orientation=1)
tga("TGA in runs across rows, from the top", 10, 24, tga_runs(bgr.tobytes(), 3), 0x20)
tga("TGA with colours that count from 40", 1, 8, (GRAY % 50 + 40).tobytes(), 0, PALETTE[:50].tobytes(), 24, 40)
tga("TGA grey in runs", 11, 8, tga_runs(GRAY.tobytes(), 1))

# QOI
save("QOI of Pillow", Image.fromarray(RGB), format="QOI")
save("QOI of Pillow with opacity", Image.fromarray(RGBA), format="QOI")

# ICO
square = Image.fromarray(np.pad(RGBA, ((0, 9), (0, 3), (0, 0)), mode="wrap"))
for mode in ("RGBA", "RGB", "L", "1", "P"):
    image = square.convert("RGB").quantize(20) if mode == "P" else square.convert(mode)
    save(f"ICO of Pillow, PNG, {mode}", image, format="ICO", sizes=[(8, 8), (16, 16)])
save("ICO of Pillow, bitmap of 32 bits", square, format="ICO", sizes=[(8, 8), (16, 16)], bitmap_format="bmp")
# Pillow writes masks without the padding of their rows, so that these are put together here.
mask = padded(packed_bits(random.integers(0, 2, (HEIGHT, WIDTH)), 1))
for bits in (1, 4, 8, 24):
    rows = packed_bits(GRAY >> (8 - bits), bits) if bits <= 8 else [row.tobytes() for row in bgr]
    palette = b"".join(color.tobytes() + b"\0" for color in PALETTE[: 2**bits]) if bits <= 8 else b""
    content = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT * 2, 1, bits, 0, 0, 0, 0, 0, 0) + palette + padded(rows) + mask
    head = struct.pack("<HHHBBBBHHII", 0, 1, 1, WIDTH, HEIGHT, 0, 0, 1, bits, len(content), 22)
    add(f"ICO with a bitmap of {bits} bits", head + content)

print(json.dumps({"images": golden}))
