"""The 16 integers of 4-bit weights, and what they cost in accuracy beside other grids.

    python3 grid.py          # root of the relative squared error of some grids, a few seconds
    python3 grid.py --fit    # finds the grid anew, some minutes

Weights are in blocks of 32 with a scale each, a half float chosen as sk_quantize does
(Sources/CKernels/quantized/weights.inc.h) or among more candidates. The fit alternates: scales for
the grid, then each of its points moves to the mean of what is rounded to it (Lloyd's algorithm).
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

MODEL = Path(__file__).parents[1] / "models" / "reference" / "model.safetensors"
# Of llama.cpp, IQ4_NL; of QLoRA, NF4.
GRIDS = {
    "the engine's": [-127, -96, -75, -58, -43, -30, -19, -8, 2, 11, 22, 33, 46, 61, 79, 103],
    "IQ4_NL": [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113],
    "NF4": [-127, -88, -67, -50, -36, -23, -12, 0, 10, 20, 31, 43, 56, 71, 92, 127],
    "uniform": list(range(-8, 8)),
}
ENDS = [-127, -136, -130, -121, -102, 100, 105, 110]


def matrices():
    """Blocks of the reference model's matrices, in random order."""
    with open(MODEL, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        tensors = {k: v for k, v in json.loads(file.read(length)).items() if k != "__metadata__"}
        for tensor in tensors.values():
            if len(tensor["shape"]) != 2 or tensor["shape"][1] % 32:
                continue
            begin, end = tensor["data_offsets"]
            file.seek(8 + length + begin)
            bits = np.frombuffer(file.read(end - begin), np.uint16).astype(np.uint32) << 16
            yield bits.view(np.float32).reshape(-1, 32)


def weights(count):
    random = np.random.default_rng(1)
    real = np.concatenate(list(matrices()))
    return {
        "normal": random.standard_normal((count, 32)),
        "t, 8 degrees": random.standard_t(8, (count, 32)),
        "t, 4 degrees": random.standard_t(4, (count, 32)),
        "Laplace": random.laplace(size=(count, 32)),
        "reference model": real[random.permutation(len(real))[:count]].astype(np.float64),
    }


def nearest(values, grid):
    return grid[np.searchsorted((grid[1:] + grid[:-1]) / 2, values)]


def quantize(blocks, grid, ends, is_fitted=True):
    """Points of the grid, and scales of the least squared error among those by which the block's
    largest magnitude is one of `ends`."""
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(1)[:, None], 1)
    best, scales = np.full((len(blocks), 1), -np.inf), np.zeros((len(blocks), 1))
    for end in ends:
        scale = largest / end
        points = nearest(blocks / scale, grid)
        products = (points * blocks).sum(1, keepdims=True)
        squares = (points * points).sum(1, keepdims=True)
        if is_fitted:
            scale = products / squares
        gain = 2 * scale * products - scale * scale * squares
        scales, best = np.where(gain > best, scale, scales), np.maximum(best, gain)
    scales = scales.astype(np.float16).astype(np.float64)
    return nearest(blocks / scales, grid), scales


def error(blocks, grid, ends, is_fitted=True):
    points, scales = quantize(blocks, grid, ends, is_fitted)
    return np.sqrt(((blocks - points * scales) ** 2).sum() / (blocks**2).sum())


def many(grid):
    return [grid[0] * f for f in np.linspace(0.7, 1.3, 21)] + [
        grid[-1] * f for f in np.linspace(0.7, 1.4, 21)
    ]


def fit():
    sets = weights(8000)
    names = ["normal", "t, 8 degrees", "t, 8 degrees", "Laplace", "reference model"]
    sets = [sets[name] for name in names]
    grid = np.array(GRIDS["IQ4_NL"], float)
    for _ in range(25):
        sums, sizes = np.zeros(16), np.zeros(16)
        for blocks in sets:
            points, scales = quantize(blocks, grid, many(grid))
            numbers = np.searchsorted(grid, points).ravel()
            weight = np.broadcast_to(scales**2 / (blocks**2).sum(), blocks.shape).ravel()
            sums += np.bincount(numbers, weight * (blocks / scales).ravel(), 16)
            sizes += np.bincount(numbers, weight, 16)
        grid = np.sort(sums / sizes)
        grid *= 127 / np.abs(grid).max()
    print(np.round(grid).astype(int).tolist())


def compare():
    sets = weights(20000)
    print("|", "grid, scales", "|", " | ".join(sets), "|")
    for name, grid in GRIDS.items():
        grid = np.array(grid, float)
        ways = {
            "the largest weight is an end": (grid[:1], False),
            "the best of 42": (many(grid), True),
        }
        if name == "the engine's":
            ways["the best of 8, as the engine"] = (ENDS, True)
        for way, (ends, is_fitted) in ways.items():
            errors = [f"{error(blocks, grid, ends, is_fitted):.4f}" for blocks in sets.values()]
            print("|", f"{name}, {way}", "|", " | ".join(errors), "|")


if __name__ == "__main__":
    fit() if "--fit" in sys.argv else compare()
