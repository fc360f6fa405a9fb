"""Labelled sets of pictures: a folder with manifest.tsv, a line `file<TAB>text` for each."""
import os

import numpy as np
from PIL import Image


def entries(folder, limit=None):
    """The lines of a set's manifest, split at the tabs."""
    with open(os.path.join(folder, "manifest.tsv"), encoding="utf-8") as manifest:
        return [line.rstrip("\n").split("\t") for line in manifest if line.strip()][:limit]


def opened(folder, file):
    return Image.open(os.path.join(folder, file)).convert("RGB")


def tones(image):
    """A picture of two colours as numbers from -1, one of them, to 1, the other."""
    pixels = np.asarray(image, np.float32)
    flat = pixels.reshape(-1, 3)
    middle = flat.mean(0)
    axis = np.linalg.svd(flat - middle, full_matrices=False)[2][0]
    along = (flat - middle) @ axis
    low, high = np.percentile(along, [5, 95])
    tone = np.clip((along - low) / max(high - low, 1e-6), 0, 1) * 2 - 1
    return tone.reshape(pixels.shape[:2]).astype(np.float32)
