#!/usr/bin/env python3
"""Filters a labelled set of pictures as an attacker would who knows the recipe.

    python filter.py SRC DST --filter NAME [--lines] [--limit N] [--family NAME]

SRC holds pictures and manifest.tsv, one line `file<TAB>text` a picture. DST gets the filtered pictures, dark letters on
white, and a manifest with the same answers. The answers are copied, never looked at.

A picture is letters XOR a field: a smooth pattern of two halves, in one of which ink and ground change places.

Filters
  none        two tones, nothing else
  derivative  how fast tones change along the field's local direction, where the field itself does not change
  field       the field, estimated from the picture by fitting the recipe's own families, XORed out
  edges       outlines, which look alike whichever way round ink and ground are, filled

--lines splits the result into its two lines of letters and sets them side by side.
"""
import argparse
import os
import sys

import cv2
import numpy as np
from PIL import Image

WHITE = 255


# ------------------------------------------------------------------------------------------------------------------ tones

def tones(path):
    """The picture as numbers from -1, one of its two colours, to 1, the other."""
    image = Image.open(path)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        image = ground
    pixels = np.asarray(image.convert("RGB"), np.float32)
    # Along the line between the two colours, which are the most frequent ones and lie far apart.
    flat = pixels.reshape(-1, 3)
    middle = flat.mean(0)
    axis = np.linalg.svd(flat - middle, full_matrices=False)[2][0]
    along = (flat - middle) @ axis
    low, high = np.percentile(along, [5, 95])
    tone = np.clip((along - low) / max(high - low, 1e-6), 0, 1) * 2 - 1
    return tone.reshape(pixels.shape[:2]).astype(np.float32)


def enlarged(values, times):
    return cv2.resize(values, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)


# ------------------------------------------------------------------------------------- none, derivative and edges filters

def none(tone):
    return np.clip((tone + 1) / 2 * WHITE, 0, WHITE).astype(np.uint8)


def derivative(tone):
    """The change along the direction in which a wide neighbourhood changes least, and so the field hardly at all."""
    times = 2
    values = cv2.GaussianBlur(enlarged(tone, times), (0, 0), 1.5)
    dx = cv2.Scharr(values, cv2.CV_32F, 1, 0) / 32
    dy = cv2.Scharr(values, cv2.CV_32F, 0, 1) / 32
    wide = lambda v: cv2.GaussianBlur(v, (0, 0), 9.0 * times)
    xx, xy, yy = wide(dx * dx), wide(dx * dy), wide(dy * dy)
    # The angle of the greatest change; the field's direction is across it.
    normal = 0.5 * np.arctan2(2 * xy, xx - yy)
    along = np.abs(-np.sin(normal) * dx + np.cos(normal) * dy)
    return strokes(along, times)


def edges(tone):
    times = 2
    values = cv2.GaussianBlur(enlarged(tone, times), (0, 0), 1.0)
    dx = cv2.Scharr(values, cv2.CV_32F, 1, 0) / 32
    dy = cv2.Scharr(values, cv2.CV_32F, 0, 1) / 32
    return strokes(np.hypot(dx, dy), times)


def strokes(change, times):
    """Outlines thickened, and closed where two lie no farther apart than a stroke is wide, dark on white."""
    strength = np.clip(change / max(np.percentile(change, 97), 1e-6), 0, 1)
    size = int(2.5 * times) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    closed = cv2.morphologyEx(strength, cv2.MORPH_CLOSE, disc)
    return ((1 - closed) * WHITE).astype(np.uint8)


# ---------------------------------------------------------------------------------------------------------- field families

TAU = 2 * np.pi
# The recipe's period in px at the default size, and its share of a picture's height, for other sizes.
PERIODS = np.geomspace(18.0, 30.0, 13) / 60.0


class Grid:
    """Every `step`-th px of a picture."""

    def __init__(self, width, height, step=1):
        self.width, self.height, self.step = width, height, step
        self.xs = np.arange(step // 2, width, step, dtype=np.float32)
        self.ys = np.arange(step // 2, height, step, dtype=np.float32)
        self.x, self.y = (v.ravel() for v in np.meshgrid(self.xs, self.ys))

    def of(self, values):
        """The values at the grid's px, of a picture-sized array that is smooth at the grid's scale."""
        return values[self.step // 2::self.step, self.step // 2::self.step].ravel()


def drift_shape(width, height, spacing, stretch=1.0):
    return int(height / spacing) + 2, int(width / (spacing * stretch)) + 2


def drift_weights(places, spacing, count):
    """For each place, how much each of the grid's `count` numbers weighs there: the recipe's value noise."""
    place = places / spacing
    left = np.minimum(place.astype(int), count - 2)
    t = place - left
    t = t * t * (3 - 2 * t)
    weights = np.zeros((len(places), count), np.float32)
    rows = np.arange(len(places))
    weights[rows, left] = 1 - t
    weights[rows, left + 1] = t
    return weights


def drift(grid, spacing, shape, stretch=1.0):
    """A matrix from the numbers of a drift to its values at the grid's px."""
    down = drift_weights(grid.ys, spacing, shape[0])
    across = drift_weights(grid.xs, spacing * stretch, shape[1])
    return np.einsum("yr,xc->yxrc", down, across).reshape(len(grid.x), -1)


def wave(phase):
    """How far inside of the upper half of a wave a phase lies, and the slope of that."""
    off = phase - np.round(phase)
    return 0.25 - np.abs(off), -np.sign(off)


class Phased:
    """A family made of one wave, whose phase its own numbers and a drift tell.

    Numbers: the family's own, then the drift's. `sigma` is how far each strays from where it starts; the
    drift's are drawn back to 0.
    """
    drift_spacing = 3.5
    drift_strength = 0.16

    def __init__(self, width, height):
        self.width, self.height = width, height

    def with_drift(self, own, sigma, period):
        shape = drift_shape(self.width, self.height, self.drift_spacing * period)
        count = shape[0] * shape[1]
        numbers = np.concatenate([own, np.zeros(count)])
        sigma = np.concatenate([sigma, np.full(count, self.drift_strength * 0.6)])
        return Start(self, numbers, sigma, len(own), period, shape)

    def phases(self, grid, own):
        """One row for each wave of the family."""
        raise NotImplementedError

    # How the drift is added to each wave's phase.
    signs = (1.0,)

    def linear(self, grid, start, numbers):
        """The phases at `numbers`, and how they change with each."""
        own = numbers[:start.own]
        base = self.phases(grid, own)
        slopes = []
        for i in range(start.own):
            other = own.copy()
            nudge = 0.02 * start.sigma[i]
            other[i] += nudge
            slopes.append((self.phases(grid, other) - base) / nudge)
        noise = drift(grid, self.drift_spacing * start.period, start.shape)
        base = base + np.outer(self.signs, noise @ numbers[start.own:])
        noises = np.stack([sign * noise.T for sign in self.signs], 1)
        slopes = np.concatenate([np.stack(slopes), noises])
        return base.astype(np.float32), slopes.astype(np.float32)

    def distance(self, phases, start):
        """Px inside of the half that is swapped, and its slope for each phase."""
        inside, slope = wave(phases[0])
        return inside * start.period, (slope * start.period)[None]


class Start:
    """Where a fit starts: a family's numbers."""

    def __init__(self, family, numbers, sigma, own, period, shape):
        self.family, self.numbers, self.sigma = family, numbers.astype(np.float64), sigma
        self.own, self.period, self.shape = own, period, shape


def best_apart(scores, count, same):
    """The indices of the highest scores that are not the `same` as a higher one."""
    chosen = []
    for i in np.argsort(scores)[::-1][:400]:
        if not any(same(i, j) for j in chosen):
            chosen.append(i)
            if len(chosen) == count:
                break
    return chosen


class Stripes(Phased):
    name = "stripes"

    def __init__(self, width, height):
        super().__init__(width, height)
        self.grid = Grid(width, height, 3)
        self.list = [(np.cos(a) / p, np.sin(a) / p, p)
                     for p in PERIODS * height for side in (1, -1)
                     for a in side * np.radians(np.arange(64.0, 85.0, 2.0))]
        self.bank = np.array([np.exp(-1j * TAU * (a * self.grid.x + d * self.grid.y)) for a, d, _ in self.list],
                             np.complex64)

    def phases(self, grid, own):
        return (own[0] + own[1] * grid.x + own[2] * grid.y)[None]

    def starts(self, tone, count):
        sums = self.bank @ self.grid.of(cv2.GaussianBlur(tone, (0, 0), 2.0)).astype(np.complex64)
        same = lambda i, j: (abs(self.list[i][0] - self.list[j][0]) * self.width < 0.5
                             and abs(self.list[i][1] - self.list[j][1]) * self.height < 0.15)
        out = []
        for i in best_apart(np.abs(sums), count, same):
            across, down, period = self.list[i]
            # A wave is highest where its phase is whole.
            own = np.array([-np.angle(sums[i]) / TAU, across, down])
            out.append(self.with_drift(own, np.array([0.15, 0.03 / period, 0.05 / period]), period))
        return out


class Rings(Phased):
    name = "rings"

    def __init__(self, width, height):
        super().__init__(width, height)
        self.grid = Grid(width, height, 4)
        self.list = [(x * width, y * height, f, p)
                     for p in PERIODS * height for f in (0.32, 0.375, 0.43)
                     for y in (-0.9, -0.6, -0.3, 1.3, 1.6, 1.9) for x in np.linspace(-0.1, 1.1, 21)]
        self.bank = np.array([np.exp(-1j * TAU * self.phases(self.grid, np.array([0, *c]))[0]) for c in self.list],
                             np.complex64)

    def phases(self, grid, own):
        phase, x, y, flatness, period = own
        return (phase + np.sqrt(((grid.x - x) * flatness) ** 2 + (grid.y - y) ** 2 + 1e-3) / period)[None]

    def starts(self, tone, count):
        sums = self.bank @ self.grid.of(cv2.GaussianBlur(tone, (0, 0), 2.5)).astype(np.complex64)
        same = lambda i, j: (abs(self.list[i][0] - self.list[j][0]) < 0.1 * self.width
                             and (self.list[i][1] < 0) == (self.list[j][1] < 0)
                             and abs(self.list[i][3] - self.list[j][3]) < 0.06 * self.list[i][3])
        out = []
        for i in best_apart(np.abs(sums), count, same):
            x, y, flatness, period = self.list[i]
            own = np.array([-np.angle(sums[i]) / TAU, x, y, flatness, period])
            sigma = np.array([0.15, 0.04 * self.width, 0.12 * self.height, 0.03, 0.03 * period])
            out.append(self.with_drift(own, sigma, period))
        return out


class Waves(Phased):
    """phase + slope x + two sines of x + y / period + a sine of y whose steepness is a fifth of the period's."""
    name = "waves"
    drift_strength = 0.1

    def __init__(self, width, height):
        super().__init__(width, height)
        self.grid = Grid(width, height, 2)
        self.down_list = [(p, swing * p, start) for p in PERIODS * height for swing in (2.2, 2.8, 3.5)
                          for start in np.arange(8) / 8 * TAU]
        ys, xs = self.grid.ys, self.grid.xs[::2]
        self.down_bank = np.array([np.exp(-1j * TAU * self.down(ys, *numbers)) for numbers in self.down_list],
                                  np.complex64)
        # The long sine and the slope; the short sine is left to the fit.
        self.across_list = [(slope / width, size * np.cos(start), size * np.sin(start), length * height)
                            for slope in np.linspace(-2.4, 2.4, 13) for length in np.geomspace(1.3, 3.4, 11)
                            for size in (0.28, 0.42) for start in np.arange(12) / 12 * TAU]
        self.across_bank = np.array([np.exp(-1j * TAU * (a * xs + s * np.sin(xs * TAU / l) + c * np.cos(xs * TAU / l)))
                                     for a, s, c, l in self.across_list], np.complex64)

    @staticmethod
    def down(y, period, swing, start):
        return y / period + 0.2 * swing / TAU / period * np.sin(start + y * TAU / swing)

    def phases(self, grid, own):
        phase, slope, s1, c1, l1, s2, c2, l2, period, swing, start = own
        a, b = grid.x * TAU / l1, grid.x * TAU / l2
        across = phase + slope * grid.x + s1 * np.sin(a) + c1 * np.cos(a) + s2 * np.sin(b) + c2 * np.cos(b)
        return (across + self.down(grid.y, period, swing, start))[None]

    def starts(self, tone, count):
        small = self.grid.of(cv2.GaussianBlur(tone, (0, 0), 1.0)).reshape(len(self.grid.ys), -1)
        columns = self.down_bank @ cv2.blur(small, (2, 1))[:, ::2].astype(np.complex64)
        sums = self.across_bank @ columns.T
        scores = np.abs(sums)
        # The best course across for each course down, and the best of those.
        best = scores.argmax(0)
        out = []
        for i in best_apart(scores.max(0), 3 * count, lambda i, j: best[i] == best[j]):
            period, swing, turn = self.down_list[i]
            slope, s, c, length = self.across_list[best[i]]
            phase = -np.angle(sums[best[i], i]) / TAU
            own = np.array([phase, slope, s, c, length, 0, 0, 2.5 * period, period, swing, turn])
            sigma = np.array([0.15, 0.05 / period, 0.1, 0.1, 0.4 * period, 0.06, 0.06, 0.2 * period,
                              0.03 * period, 0.3 * period, 0.4])
            out.append(self.with_drift(own, sigma, period))
        return out


class Checks(Phased):
    name = "checks"
    drift_spacing = 2.5
    drift_strength = 0.14
    signs = (1.0, -1.0)

    def __init__(self, width, height):
        super().__init__(width, height)
        self.grid = Grid(width, height, 3)
        angles = np.radians(np.arange(64.0, 77.0, 2.0))
        self.list = [(np.cos(a) / p, np.sin(a) / p, np.cos(b) / p, -np.sin(b) / p, p)
                     for p in 1.7 * PERIODS * height for a in angles for b in angles]
        grid = self.grid
        tone = lambda across, down: np.exp(-1j * TAU * (across * grid.x + down * grid.y))
        self.plus = np.array([tone(a + c, b + d) for a, b, c, d, _ in self.list], np.complex64)
        self.minus = np.array([tone(a - c, b - d) for a, b, c, d, _ in self.list], np.complex64)

    def phases(self, grid, own):
        return np.stack([own[0] + own[1] * grid.x + own[2] * grid.y, own[3] + own[4] * grid.x + own[5] * grid.y])

    def starts(self, tone, count):
        small = self.grid.of(cv2.GaussianBlur(tone, (0, 0), 2.0)).astype(np.complex64)
        # A product of two waves is a wave of the sum of their phases and one of the difference.
        plus, minus = self.plus @ small, self.minus @ small
        same = lambda i, j: np.hypot(*(np.array(self.list[i])[:2] - np.array(self.list[j])[:2])) * self.height < 0.06 \
            and np.hypot(*(np.array(self.list[i])[2:4] - np.array(self.list[j])[2:4])) * self.height < 0.06
        out = []
        for i in best_apart(np.abs(plus) + np.abs(minus), count, same):
            a, b, c, d, period = self.list[i]
            add, take = -np.angle(plus[i]) / TAU, -np.angle(minus[i]) / TAU
            own = np.array([(add + take) / 2, a, b, (add - take) / 2, c, d])
            sigma = np.tile([0.1, 0.03 / period, 0.04 / period], 2)
            out.append(self.with_drift(own, sigma, period))
        return out

    def distance(self, phases, start):
        one, slope_one = wave(phases[0])
        other, slope_other = wave(phases[1])
        nearer = np.abs(one) < np.abs(other)
        inside = np.where(nearer, one * np.sign(other), other * np.sign(one))
        slopes = np.stack([np.where(nearer, slope_one * np.sign(other), 0), np.where(nearer, 0, slope_other * np.sign(one))])
        return inside * start.period, slopes * start.period


class Blobs:
    """The sum of a coarse and a fine drift: too many numbers for a climb, which would eat the letters too.

    Instead the picture is cut into regions of one tone, and each is found to be letter or ground as a whole: what is narrow
    is rather letter, what is wide or reaches into a margin is ground, and the field's halves that this makes should be
    what drifts can make.
    """
    name = "blobs"

    def __init__(self, width, height):
        self.width, self.height = width, height
        period = 23.0 / 60 * height
        coarse = drift_shape(width, height, 0.55 * period, 2.2)
        fine = drift_shape(width, height, 0.4 * period, 1.5)
        grid = Grid(width, height)
        matrix = np.concatenate([drift(grid, 0.55 * period, coarse, 2.2), drift(grid, 0.4 * period, fine, 1.5)], 1)
        # Each number's spread, so that one strength draws all of them to 0.
        sigma = np.concatenate([np.full(coarse[0] * coarse[1], 0.58), np.full(fine[0] * fine[1], 0.145)])
        self.matrix = matrix * sigma.astype(np.float32)

    def fit(self, tone):
        regions, count = regions_of(tone, 2.5 / 60 * self.height)
        sums = lambda values: np.bincount(regions.ravel(), values.ravel(), count)
        tones_ = np.where(sums(tone) < 0, -1.0, 1.0)
        free = letter_free(tone)

        # What the landscape makes of all px, as couplings between regions.
        weight = np.maximum(free, 0.3).ravel()
        inverse = np.linalg.inv((self.matrix * weight[:, None]).T @ self.matrix + 10 * np.eye(self.matrix.shape[1]))
        by_region = np.zeros((count, self.matrix.shape[1]))
        np.add.at(by_region, regions.ravel(), self.matrix * weight[:, None])
        couplings = 0.5 * by_region @ inverse @ by_region.T

        # How much each looks like ground.
        margins = np.zeros_like(tone)
        for row in margin_rows(self.height):
            margins[row] = 1
        wide = half_widths(tone) > 5.0 / 60 * self.height
        ground = sums(free ** 2) - 1.3 * sums(1 - free) + 6 * sums(margins) + 2 * sums(wide.astype(np.float32))

        # Start from the landscape that goes through what is free of letters.
        goal = self.matrix.T @ (weight * free.ravel() * tone.ravel())
        sides = np.where(sums(np.sign(self.matrix @ (inverse @ goal)).reshape(tone.shape)) < 0, -1.0, 1.0)
        side = annealed(couplings, ground * tones_, sides)[regions]
        inner = cv2.distanceTransform((side > 0).astype(np.uint8), cv2.DIST_L2, 5)
        outer = cv2.distanceTransform((side < 0).astype(np.uint8), cv2.DIST_L2, 5)
        return np.where(side > 0, inner - 0.5, 0.5 - outer)


def margin_rows(height):
    """The rows at the top, in the middle and at the bottom that no letter reaches."""
    edge = max(1, round(height / 30))
    return [slice(0, edge), slice(height - edge, height), slice(height // 2 - 1, height // 2 + 1)]


def regions_of(tone, least):
    """Each px's region of one tone, parted where it is narrower than twice `least`, as where outlines cross the field's edges."""
    times = 3
    two = enlarged(tone, times) > 0
    out = np.zeros(two.shape, int)
    count = 0
    for colour in (two, ~two):
        core = (framed_distance(colour) > least * times).astype(np.uint8)
        parts, labels = cv2.connectedComponents(core, connectivity=4)
        if parts == 1:
            continue
        _, nearest = cv2.distanceTransformWithLabels(1 - core, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
        part = np.zeros(nearest.max() + 1, int)
        part[nearest[core > 0]] = labels[core > 0]
        out[colour] = part[nearest[colour]] - 1 + count
        count += parts - 1
    return out[times // 2::times, times // 2::times], max(count, 1)


def framed_distance(inside):
    """For px inside: how far it is to the nearest outside, as if the picture went on beyond its border."""
    wide = 16
    framed = cv2.copyMakeBorder(inside.astype(np.uint8), wide, wide, wide, wide, cv2.BORDER_REPLICATE)
    return cv2.distanceTransform(framed, cv2.DIST_L2, 5)[wide:-wide, wide:-wide]


def half_widths(tone):
    return np.maximum(framed_distance(tone > 0), framed_distance(tone <= 0))


def letter_free(tone):
    """How likely, 0 to 1, each px lies where there are no letters: about it, little is as narrow as a stroke."""
    height = tone.shape[0]
    size = int(9 / 60 * height) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    framed = cv2.copyMakeBorder((tone > 0).astype(np.uint8), 16, 16, 16, 16, cv2.BORDER_REFLECT)
    light = cv2.morphologyEx(framed, cv2.MORPH_OPEN, disc)
    dark = 1 - cv2.morphologyEx(framed, cv2.MORPH_CLOSE, disc)
    narrow = 1.0 - np.maximum(light, dark)[16:-16, 16:-16].astype(np.float32)
    share = cv2.GaussianBlur(narrow, (0, 0), 3.0 / 60 * height)
    free = 1.0 / (1.0 + (share / 0.12) ** 2)
    for row in margin_rows(height):
        free[row] = 1
    return free


def annealed(couplings, pulls, sides):
    """The signs s that make s' couplings s + pulls s greatest, as far as a few annealings from `sides` tell."""
    rng = np.random.default_rng(1)
    own = np.diag(couplings)
    count = len(sides)
    best = None
    for heat in (0.01, 8, 8, 8, 8, 8):
        s = sides.copy()
        force = couplings @ s
        for sweep in range(30):
            temperature = heat * (1 - sweep / 30) + 1e-3
            chances = np.log(rng.random(count) + 1e-12) * temperature
            for i in rng.permutation(count):
                gain = -2 * s[i] * (2 * (force[i] - own[i] * s[i]) + pulls[i])
                if gain > 0 or chances[i] < gain:
                    force -= 2 * s[i] * couplings[:, i]
                    s[i] = -s[i]
        value = s @ couplings @ s + pulls @ s
        if best is None or value > best[0]:
            best = value, s
    return best[1]


FAMILIES = (Stripes, Waves, Rings, Checks, Blobs)


# ------------------------------------------------------------------------------------------------------------- field: fit

class Evidence:
    """What a fit looks at: tones, and where and in which direction they change."""

    def __init__(self, tone, step, weight=None):
        height, width = tone.shape
        self.grid = Grid(width, height, step)
        soft = cv2.GaussianBlur(tone, (0, 0), 0.4 * step + 0.3)
        blurred = cv2.GaussianBlur(tone, (0, 0), 0.5 * step + 0.5)
        dx = cv2.Scharr(blurred, cv2.CV_32F, 1, 0)
        dy = cv2.Scharr(blurred, cv2.CV_32F, 0, 1)
        top = max(np.percentile(np.hypot(dx, dy), 95), 1e-6)
        self.tone = self.grid.of(soft)
        self.dx, self.dy = self.grid.of(dx) / top, self.grid.of(dy) / top
        self.weight = np.ones_like(self.tone) if weight is None else self.grid.of(weight)

    def along(self, distance):
        """How much of an edge there is at each px across the direction of a field's edge."""
        shape = len(self.grid.ys), len(self.grid.xs)
        down, across = np.gradient(distance.reshape(shape))
        size = np.hypot(across, down) + 1e-6
        return np.minimum(np.abs(self.dx * (across / size).ravel() + self.dy * (down / size).ravel()), 1.0)


def refine(evidence, start, numbers, rounds, steps, widths, pull, edge):
    """Climbs from `numbers` to where the field agrees with the tones, and its edges with theirs, best.

    `widths` are the first and the last softness of the field's edge in px.
    """
    family, grid = start.family, evidence.grid
    total = evidence.weight.sum()
    numbers = numbers.copy()
    first = numbers.copy()
    first[start.own:] = 0.0
    n = len(numbers)
    mean, square = np.zeros(n), np.zeros(n)
    t = 0
    value = 0.0
    for round_ in range(rounds):
        base, slopes = family.linear(grid, start, numbers)
        flat = slopes.reshape(n, -1) * start.sigma[:, None].astype(np.float32)
        moved = np.zeros(n)
        target = None
        for _ in range(steps):
            done = t / max(rounds * steps - 1, 1)
            width = widths[0] * (widths[1] / widths[0]) ** done
            phases = base + (moved.astype(np.float32) @ flat).reshape(base.shape)
            distance, slope = family.distance(phases, start)
            if target is None:
                target = evidence.along(distance) - 0.45
            side = np.tanh(distance / width)
            near = np.exp(-0.5 * (distance / width) ** 2)
            agreement = (evidence.weight * evidence.tone * side).sum() / total
            value = agreement + edge * (target * near).mean()
            by_distance = evidence.weight * evidence.tone * (1 - side * side) / width / total
            by_distance = by_distance - edge * target * near * distance / width ** 2 / len(near)
            gradient = flat @ (slope * by_distance).ravel()
            away = (numbers - first) / start.sigma + moved
            gradient = gradient - 2 * pull * away
            t += 1
            mean = 0.85 * mean + 0.15 * gradient
            square = 0.97 * square + 0.03 * gradient ** 2
            rate = 0.12 * (1 - 0.8 * done)
            moved += rate * (mean / (1 - 0.85 ** t)) / (np.sqrt(square / (1 - 0.97 ** t)) + 1e-5)
        numbers = numbers + moved * start.sigma
    return value, numbers


def letters_weight(residue):
    """Less weight where letters are likely: where a small neighbourhood disagrees with the field."""
    share = cv2.blur((residue < 0).astype(np.float32), (13, 13))
    return 1.0 / (1.0 + (share / 0.15) ** 2)


def distance_of(start, numbers, shape):
    grid = Grid(shape[1], shape[0])
    base, _ = start.family.linear(grid, start, numbers)
    return start.family.distance(base, start)[0].reshape(shape)


def fit(tone, family, keep=2):
    """The best field of a family: its cost, and its distances."""
    if isinstance(family, Blobs):
        distance = family.fit(tone)
        return cost(tone, distance), distance
    coarse = Evidence(tone, 3)
    tried = []
    for start in family.starts(tone, 4):
        tried.append((*refine(coarse, start, start.numbers, 3, 20, (6.0, 3.0), 1e-3, 0.3), start))
    tried.sort(key=lambda entry: -entry[0])
    ends = []
    for _, numbers, start in tried[:keep]:
        for widths in ((3.0, 1.5), (2.0, 1.0)):
            residue = tone * np.sign(distance_of(start, numbers, tone.shape))
            fine = Evidence(tone, 2, letters_weight(residue))
            _, numbers = refine(fine, start, numbers, 2, 20, widths, 1e-3, 0.6)
        distance = distance_of(start, numbers, tone.shape)
        ends.append((cost(tone, distance), distance))
    return min(ends, key=lambda entry: entry[0])


def cost(tone, distance):
    """What is left when the field is taken out: the length of its outlines in px, and its area, and both together.

    The right field leaves letters alone, which have short outlines and cover little.
    """
    residue = cleaned(tone, distance)
    ink = residue < 0
    length = (ink[1:] != ink[:-1]).sum() + (ink[:, 1:] != ink[:, :-1]).sum()
    area = min(ink.mean(), 1 - ink.mean())
    return length / ink.size + 1.0 * area


def cleaned(tone, distance):
    """The picture without the field. Px on the field's edge, which cannot tell, take after those around."""
    side = np.clip(distance, -1, 1)
    residue = tone * side
    trust = np.clip(np.abs(distance) - 0.3, 0.02, 1.0).astype(np.float32)
    around = lambda v: cv2.GaussianBlur(v, (0, 0), 0.9)
    return around(tone * np.sign(distance) * trust) / around(trust)


def field(tone, families):
    """The letters, and the name of the family whose field left the least."""
    costs = []
    for family in families:
        least, distance = fit(tone, family)
        # Regions can take out any field, though not as cleanly; a wave that fits can take out its own alone.
        costs.append((least * (1.33 if isinstance(family, Blobs) else 1.0), distance, family.name))
    _, distance, name = min(costs, key=lambda entry: entry[0])
    residue = cleaned(tone, distance)
    # Letters cover the lesser part.
    if (residue < 0).mean() > 0.5:
        residue = -residue
    times = 2
    large = enlarged(residue.astype(np.float32), times)
    ink = specks_removed(large < 0, 20 * times * times)
    large = np.where(ink, large, np.maximum(large, 0.35))
    return (np.clip(large * 1.5 + 0.5, 0, 1) * WHITE).astype(np.uint8), name


def specks_removed(ink, least):
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=4)
    keep = stats[:, cv2.CC_STAT_AREA] >= least
    keep[0] = False
    return keep[labels]


# ------------------------------------------------------------------------------------------------------------------ lines

def one_row(image, width=0.8, margin=0.2):
    """The two lines of letters side by side. Where the ground is blank, it is cropped and wide gaps are made narrower.

    `width` makes letters narrower, which the recipe draws wide; `margin`, in row heights, is white all around. Readers
    are used to both.
    """
    height = image.shape[0]
    dark = (WHITE - image.astype(np.float32)).sum(1)
    start, end = int(0.42 * height), int(0.58 * height)
    near = np.abs(np.arange(start, end) + 0.5 - height / 2) * 0.01 * dark.mean()
    cut = start + int((dark[start:end] + near).argmin())
    upper, lower = packed(image[:cut]), packed(image[cut:])
    tallest = max(upper.shape[0], lower.shape[0])
    row = np.hstack([padded(part, tallest) for part in (upper, lower)])
    row = cv2.resize(row, (max(int(row.shape[1] * width), 1), row.shape[0]), interpolation=cv2.INTER_AREA)
    return np.pad(row, int(margin * row.shape[0]), constant_values=WHITE)


def packed(line):
    height = line.shape[0]
    inked = (line < 110).sum(0) > 1
    rows = np.flatnonzero((line < 110).sum(1) > 1)
    if not inked.any() or not len(rows):
        return line
    line = line[max(rows[0] - height // 8, 0):rows[-1] + 1 + height // 8]
    widest = height // 4
    far = np.zeros(len(inked), int)
    for columns in (range(len(inked)), range(len(inked) - 1, -1, -1)):
        # How far it is to the last inked column, the nearer side counting.
        last = None
        for column in columns:
            last = column if inked[column] else last
            away = abs(column - last) if last is not None else len(inked)
            far[column] = away if columns.step > 0 else min(far[column], away)
    return line[:, far <= widest]


def padded(part, height):
    above = (height - part.shape[0]) // 2
    return np.pad(part, ((above, height - part.shape[0] - above), (0, 0)), constant_values=WHITE)


# ------------------------------------------------------------------------------------------------------------------- main

FILTERS = ("none", "derivative", "field", "edges")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("src")
    parser.add_argument("dst")
    parser.add_argument("--filter", choices=FILTERS, required=True)
    parser.add_argument("--lines", action="store_true", help="set the two lines of letters side by side")
    parser.add_argument("--width", type=float, default=0.8, help="with --lines: how wide to make letters")
    parser.add_argument("--margin", type=float, default=0.2, help="with --lines: white around, in row heights")
    parser.add_argument("--limit", type=int, default=0, help="only this many pictures from the first")
    parser.add_argument("--family", choices=[family.name for family in FAMILIES],
                        help="for the field filter: the one family to look for, rather than all")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with open(os.path.join(options.src, "manifest.tsv"), encoding="utf-8") as manifest:
        entries = [line.rstrip("\n").split("\t")[:2] for line in manifest if line.strip()]
    entries = entries[:options.limit or None]
    os.makedirs(options.dst, exist_ok=True)
    models, found = {}, {}
    for file, _ in entries:
        tone = tones(os.path.join(options.src, file))
        if options.filter == "field":
            height, width = tone.shape
            if (width, height) not in models:
                models[width, height] = [family(width, height) for family in FAMILIES
                                         if options.family in (None, family.name)]
            image, name = field(tone, models[width, height])
            found[name] = found.get(name, 0) + 1
        else:
            image = {"none": none, "derivative": derivative, "edges": edges}[options.filter](tone)
        if options.lines:
            image = one_row(image, options.width, options.margin)
        Image.fromarray(image).save(os.path.join(options.dst, os.path.splitext(file)[0] + ".png"))
    with open(os.path.join(options.dst, "manifest.tsv"), "w", encoding="utf-8") as manifest:
        for file, text in entries:
            manifest.write(f"{os.path.splitext(file)[0]}.png\t{text}\n")
    if found:
        print("families found:", ", ".join(f"{name} {count}" for name, count in sorted(found.items())), file=sys.stderr)


if __name__ == "__main__":
    main()
