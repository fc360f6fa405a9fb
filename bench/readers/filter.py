#!/usr/bin/env python3
"""Filters a labelled set of pictures as an attacker would who knows the recipe.

    python filter.py SRC DST --filter NAME [--limit N]

SRC and DST are folders with manifest.tsv, a line `file<TAB>text` for each picture. DST gets dark letters on white and the same answers,
which are copied and never looked at.

A picture is letters behind a field of stripes, which tint the ground and cut through the letters. What is darker than the tint is a letter,
what is tinted is none, and ground is either: a letter that is cut, or none. As dark as the tint, letters would change places with the ground in
stripes: filters that look at the change of tones see the picture so, too.

Filters
  derivative  how fast tones change along the stripes' local direction, in which the field itself does not change
  edges       outlines, which look alike whichever way round ink and ground are, filled
  spectral    the strongest peak of the spectrum and a band about it, as a field, XORed out
  opening     what is thinner than a stripe, straight across it, light or dark, taken out
  ink         what is darker than the tint, cuts of several widths closed
  field       the field's own course, fitted (fit.py): ground in it is a letter
"""
import argparse
import os

import cv2
import numpy as np
from PIL import Image

import fit
from pictures import entries, opened, tones


# The tone of a stripe on the ground, from -1, ink, to 1, ground (src/draw/canvas.rs).
TINT = 1 - 2 * 144 / 255


def flattened(tone):
    """The picture if ink were no darker than the tint."""
    return ((np.maximum(ground_light(tone), TINT) - TINT) * 2 / (1 - TINT) - 1).astype(np.float32)


def derivative(tone):
    """The change along the direction in which a wide neighbourhood changes least, and so the field hardly at all."""
    times = 2
    values, dx, dy = slopes(tone, times, 1.5)
    wide = lambda v: cv2.GaussianBlur(v, (0, 0), 9.0 * times)
    xx, xy, yy = wide(dx * dx), wide(dx * dy), wide(dy * dy)
    # The angle of the greatest change; the field's direction is across it.
    normal = 0.5 * np.arctan2(2 * xy, xx - yy)
    return strokes(np.abs(-np.sin(normal) * dx + np.cos(normal) * dy), times)


def edges(tone):
    times = 2
    _, dx, dy = slopes(tone, times, 1.0)
    return strokes(np.hypot(dx, dy), times)


def slopes(tone, times, blur):
    """The picture enlarged and blurred, and how fast it changes across and down."""
    values = cv2.resize(tone, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    values = cv2.GaussianBlur(values, (0, 0), blur)
    return values, *(cv2.Scharr(values, cv2.CV_32F, *way) / 32 for way in ((1, 0), (0, 1)))


def strokes(change, times):
    """Outlines thickened, and closed where two lie no farther apart than a stroke is wide, dark on white."""
    strength = np.clip(change / max(np.percentile(change, 97), 1e-6), 0, 1)
    size = int(2.5 * times) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return to_grey(1 - 2 * cv2.morphologyEx(strength, cv2.MORPH_CLOSE, disc))


def spectral(tone, band):
    """`band` is the width of what is kept about the strongest peak, as a share of its frequency."""
    tone = ground_light(tone)
    height, width = tone.shape
    # The peak in a spectrum of many points, of a picture that fades out towards its borders.
    fade = np.sqrt(np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1]))
    size = (4 * height, 2 * width)
    down, across = np.fft.fftfreq(size[0])[:, None], np.fft.fftfreq(size[1])[None]
    # Half of all directions is all there is, and no stripe is as high as the picture.
    seen = (np.hypot(across, down) > 1 / height) & (down >= 0)
    strength = np.abs(np.fft.fft2((tone - tone.mean()) * fade, size)) * seen
    row, column = np.unravel_index(strength.argmax(), size)
    peak = np.array([down[row, 0], across[0, column]])
    # The band of a picture continued by its mirror images.
    mirrored = np.pad(tone, height, mode="reflect") if width > height else np.pad(tone, width // 2, mode="reflect")
    margin = (mirrored.shape[0] - height) // 2
    down, across = np.fft.fftfreq(mirrored.shape[0])[:, None], np.fft.fftfreq(mirrored.shape[1])[None]
    reach = 2 * (band * np.hypot(*peak)) ** 2
    kept = sum(np.exp(-((down - side * peak[0]) ** 2 + (across - side * peak[1]) ** 2) / reach) for side in (1, -1))
    wave = np.real(np.fft.ifft2(np.fft.fft2(mirrored) * kept))[margin:margin + height, margin:margin + width]
    # About a fifth of a picture lies in stripes, which are dark.
    wave -= np.quantile(wave, 0.2)
    return to_grey(ground_light(cv2.GaussianBlur((tone * np.sign(wave)).astype(np.float32), (0, 0), 1.0)))


def field(tone):
    tone = ground_light(tone)
    return to_grey(without(tone, fit.field(flattened(tone))))


def opening(tone, size):
    """First thin cuts through letters are closed, then thin stripes are opened away, by a bar that lies across the stripes; `size` is in
    heights of the picture."""
    closed, bar = closed_across(ground_light(tone), tone, size)
    return to_grey(-cv2.morphologyEx(closed, cv2.MORPH_OPEN, bar))


def ink(tone, size):
    """What is darker than stripes, with cuts of up to `size` heights of the picture closed straight across them."""
    darker = np.clip((ground_light(tone) - TINT) * 2 / (1 + TINT) + 1, -1, 1)
    closed, _ = closed_across(darker, flattened(tone), size)
    return to_grey(-closed)


def closed_across(tone, striped, size):
    """The ink of a picture of two tones, enlarged, with thin cuts closed by a bar that lies across the stripes; and that bar."""
    times = 2
    ink = cv2.resize((-tone).astype(np.float32), None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    _, dx, dy = slopes(striped, times, 1.5)
    bar = bar_along(0.5 * np.arctan2(2 * (dx * dy).sum(), (dx * dx - dy * dy).sum()), max(1, round(size * ink.shape[0])))
    return cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bar), bar


def bar_along(angle, length):
    """A line of px of this length at this angle."""
    middle = length // 2
    bar = np.zeros((2 * middle + 1, 2 * middle + 1), np.uint8)
    across, down = round(middle * np.cos(angle)), round(middle * np.sin(angle))
    return cv2.line(bar, (middle - across, middle - down), (middle + across, middle + down), 1)


def without(tone, wave):
    """The letters: what is ink, and what is ground in a field, which is more than 0 there."""
    is_ink, is_ground = tone < (TINT - 1) / 2, tone > (TINT + 1) / 2
    letters = np.where(is_ink | (is_ground & (wave > 0)), -1.0, 1.0)
    # Of ground at the field's own edges nobody can tell; what lies around fills it. Smooth edges of letters are like the tint.
    known = np.where(is_ink, 1.0, np.where(is_ground, np.clip(2.5 * np.abs(wave), 0.02, 1) ** 2, 0.3))
    blur = lambda v: cv2.GaussianBlur(v.astype(np.float32), (0, 0), 1.0)
    return np.clip(1.5 * blur(letters * known) / (blur(known) + 1e-6), -1, 1)


def ground_light(values):
    """Ground is what most of the border is, and most of the picture."""
    border = np.concatenate([values[:2].ravel(), values[-2:].ravel(), values[:, :2].ravel(), values[:, -2:].ravel()])
    return values if border.mean() + values.mean() > 0 else -values


def to_grey(values):
    """From -1, ink, to 1, ground."""
    return np.clip((values + 1) * 127.5, 0, 255).astype(np.uint8)


# A filter may make more than one picture of one; readers are then told apart by which of them they read.
FILTERS = {
    "derivative": lambda tone: [derivative(tone), derivative(flattened(tone))],
    "edges": lambda tone: [edges(tone), edges(flattened(tone))],
    "spectral": lambda tone: [spectral(flattened(tone), band) for band in (0.25, 0.5)],
    "opening": lambda tone: [opening(flattened(tone), size) for size in (0.1, 0.13, 0.16, 0.2)],
    "ink": lambda tone: [ink(tone, size) for size in (0, 0.07, 0.1, 0.13, 0.16, 0.2)],
    "field": lambda tone: [field(tone)],
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("src")
    parser.add_argument("dst")
    parser.add_argument("--filter", choices=FILTERS, required=True)
    parser.add_argument("--limit", type=int, help="only this many pictures from the first")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    os.makedirs(options.dst, exist_ok=True)
    with open(os.path.join(options.dst, "manifest.tsv"), "w", encoding="utf-8") as manifest:
        for file, text, *_ in entries(options.src, options.limit):
            name = os.path.splitext(file)[0]
            filtered = FILTERS[options.filter](tones(opened(options.src, file)))
            for i, image in enumerate(filtered):
                out = f"{name}.png" if len(filtered) == 1 else f"{name}-{i}.png"
                Image.fromarray(image).save(os.path.join(options.dst, out))
                manifest.write(f"{out}\t{text}\n")


if __name__ == "__main__":
    main()
