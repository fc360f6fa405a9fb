"""The course of a picture's field, fitted by somebody who has read how it is drawn (src/draw/field).

A field is a phase for each pixel; ink and ground change places where it is within half a duty of whole numbers. So the picture has an
edge wherever the phase is half a duty from whole, whether letters are there or not: what changes is only whether it becomes darker or
lighter. The fit looks for phases whose edges lie where the picture's are, and never has to know the letters.

1. All that depends on the column alone (slope, wave, arc and the shift under each letter) is one number for each column, and
   changes smoothly. For each period, a shortest path through columns, offsets and slopes finds it.
2. From there on everything at once, by damped Gauss-Newton steps: the columns' offsets as a smooth curve, what depends on the row
   (chirp), the fan, and a coarse grid for the drift. Phases are linear in all of these.
"""
import cv2
import numpy as np

TAU = 2 * np.pi
# In heights of the picture: what capitals of any length of text come to, times the recipe's periods.
PERIODS = np.geomspace(0.25, 0.98, 14)
# Shares of a period that are swapped.
DUTIES = (0.18, 0.25)
# Offsets to a period.
OFFSETS = 32
# How far stripes fall or rise at most, in px for each px across.
STEEPEST = 1.5
SLOPES = 41


def edge_map(tone):
    """How sharply the picture changes, about 1 at an edge."""
    blurred = cv2.GaussianBlur(tone, (0, 0), 0.7)
    change = np.hypot(*(cv2.Sobel(blurred, cv2.CV_32F, *way, ksize=3) for way in ((1, 0), (0, 1)))) / 8
    return np.clip(cv2.GaussianBlur(change, (0, 0), 0.5) / max(np.percentile(change, 97), 1e-6), 0, 1)


class Comb:
    """How well an edge of the picture fits a phase: greatest half a duty from whole numbers, as the first terms of its series."""

    def __init__(self, duty):
        order = np.arange(1, 4)
        # Blunter than the series of a comb, so that it is seen from afar.
        weights = np.cos(np.pi * order * duty) * np.exp(-0.12 * order ** 2)
        self.weights = weights / np.sqrt(np.sum(weights ** 2) / 2)
        self.orders = list(zip(order, self.weights))
        self.duty = duty

    def at(self, phase):
        return sum(weight * np.cos(TAU * k * phase) for k, weight in self.orders)

    def slope(self, phase):
        return sum(-TAU * k * weight * np.sin(TAU * k * phase) for k, weight in self.orders)

    def curve(self, phase):
        return sum(-((TAU * k) ** 2) * weight * np.cos(TAU * k * phase) for k, weight in self.orders)

    def wave(self, phase):
        """1 in the middle of what is swapped, less than 0 outside."""
        wave = np.cos(TAU * phase) - np.cos(np.pi * self.duty)
        return np.where(wave > 0, wave / (1 - np.cos(np.pi * self.duty)), wave / (1 + np.cos(np.pi * self.duty)))


def columns(edges, period, comb):
    """The score and the best offset, in periods, of each column, for stripes of a period."""
    height, width = edges.shape
    down = (np.arange(height) + 0.5 - height / 2) / period
    step = max(1, round(period / 8))
    scores = 0
    for k, weight in comb.orders:
        wave = np.exp(1j * TAU * k * down) @ (edges - edges.mean())
        wave = np.add.reduceat(wave, np.arange(0, width, step))
        turns = np.exp(1j * TAU * k * np.arange(OFFSETS) / OFFSETS)
        scores = scores + weight * np.real(wave[:, None] * turns)
    # States: an offset and a slope; a slope becomes at most one step steeper or flatter from one column to the next.
    slopes = np.linspace(-STEEPEST, STEEPEST, SLOPES) / period * step
    moves = slopes * OFFSETS
    # From which offset, between two, each state's came.
    below = np.floor(moves).astype(int)
    share = moves - below
    place = np.arange(OFFSETS)[:, None]
    lower, upper = (place - below) % OFFSETS, (place - below - 1) % OFFSETS
    slope = np.arange(SLOPES)
    total = np.repeat(scores[0][:, None], SLOPES, 1)
    bend = 0.3 * scores.std()
    ways = []
    for own in scores[1:]:
        came = (1 - share) * total[lower, slope] + share * total[upper, slope]
        steady = came.copy()
        way = np.zeros(came.shape, np.int8)
        for by in (-1, 1):
            other = np.full_like(came, -np.inf)
            if by < 0:
                other[:, 1:] = came[:, :-1]
            else:
                other[:, :-1] = came[:, 1:]
            better = other - bend > steady
            steady = np.where(better, other - bend, steady)
            way[better] = by
        ways.append(way)
        total = steady + own[:, None]
    offset, slope = np.unravel_index(total.argmax(), total.shape)
    best = total[offset, slope]
    path = [float(offset)]
    at = float(offset)
    for way in reversed(ways):
        # Offsets between two are those of the nearest.
        slope = int(np.clip(slope + way[int(round(at)) % OFFSETS, slope], 0, SLOPES - 1))
        at -= moves[slope]
        path.append(at)
    middles = np.minimum(np.arange(len(path)) * step + (step - 1) / 2, width - 1)
    return best, np.interp(np.arange(width), middles, np.array(path[::-1]) / OFFSETS)


def hats(places, knots):
    """For each place, the weight of each of the evenly spaced knots, with straight ways in between."""
    step = knots[1] - knots[0]
    return np.clip(1 - np.abs(places[:, None] - knots[None]) / step, 0, None)


class Basis:
    """Phases as sums of a few functions of x and y, at the pixels of a picture or every few."""

    def __init__(self, width, height, period, step):
        self.xs = np.arange(0, width, step)
        self.ys = np.arange(0, height, step)
        x, y = self.xs.astype(float), self.ys.astype(float)
        down = y - height / 2
        across = np.linspace(0, width - 1, max(4, int(width / (0.8 * period)) + 1))
        rows = np.linspace(0, height - 1, max(4, int(height / (0.7 * period)) + 1))
        grid = [np.linspace(0, size - 1, max(3, int(size / (2.0 * period)) + 2)) for size in (height, width)]
        curve, chirp = hats(x, across), hats(y, rows)
        one_x, one_y = np.ones(len(x)), np.ones(len(y))
        # The fan: narrower stripes at one side.
        fan = np.outer(down / period, 2 * x / width - 1)
        tensor = np.einsum("yr,xc->yxrc", hats(y, grid[0]), hats(x, grid[1]))
        parts = [np.einsum("y,xk->yxk", one_y, curve), np.einsum("yk,x->yxk", chirp, one_x), fan[:, :, None],
                 tensor.reshape(len(y), len(x), -1)]
        self.sizes = [part.shape[2] for part in parts]
        self.matrix = np.concatenate(parts, 2).reshape(len(x) * len(y), -1)
        self.prior = self.priors(*self.sizes)

    @staticmethod
    def priors(curve, chirp, fan, grid):
        """How unlikely numbers are: bends of the two curves, and the size of the rest, as squares."""
        total = curve + chirp + fan + grid
        prior = np.zeros((total, total))
        for start, count, strength in ((0, curve, 0.08), (curve, chirp, 0.03)):
            bends = np.diff(np.eye(count), 2, axis=0)
            prior[start:start + count, start:start + count] += bends.T @ bends / strength ** 2
        rest = np.r_[np.full(curve, 1e-3), np.full(chirp, 1 / 0.2 ** 2), np.full(fan, 1 / 0.1 ** 2), np.full(grid, 1 / 0.08 ** 2)]
        return prior + np.diag(rest)


def refined(edges, start, period, comb, rounds=14):
    """Phases near `start` whose edges lie where the picture's are, and their score."""
    height, width = edges.shape
    step = max(1, int(np.sqrt(width * height / 4000)))
    basis = Basis(width, height, period, step)
    at = np.ix_(basis.ys, basis.xs)
    base = start[at].ravel()
    numbers = np.zeros(basis.matrix.shape[1])
    # How far one picture's edges outweigh the priors: pixels of an edge are not independent.
    trust = 0.25 * step * step
    for turn in range(rounds):
        # First blurred, so that edges are seen from afar.
        blur = period * 0.16 * max(0.25, 1 - turn / (0.7 * rounds))
        seen = cv2.GaussianBlur(edges, (0, 0), blur)[at].ravel()
        seen = (seen - seen.mean()) / max(seen.std(), 1e-6)
        phase = base + basis.matrix @ numbers
        slope = trust * seen * comb.slope(phase)
        curve = trust * np.maximum(-seen * comb.curve(phase), 0) + 0.5 * trust
        hessian = basis.matrix.T @ (basis.matrix * curve[:, None]) + basis.prior
        change = np.linalg.solve(hessian, basis.matrix.T @ slope - basis.prior @ numbers)
        largest = np.abs(basis.matrix @ change).max()
        numbers += change * min(1, 0.1 / max(largest, 1e-9))
    whole = Basis(width, height, period, 1)
    phase = start + (whole.matrix @ numbers).reshape(height, width)
    return phase, score(edges, phase, comb)


def score(edges, phase, comb):
    """How much more of the picture's edges lie on the phases' than beside them."""
    return float(((edges - edges.mean()) * comb.at(phase)).mean())


def field(tone, candidates=3):
    """The field of a picture: 1 in the middle of what is swapped, less than 0 outside."""
    edges = edge_map(tone)
    height, width = tone.shape
    down = np.arange(height) + 0.5 - height / 2
    found = []
    for comb in map(Comb, DUTIES):
        for period in PERIODS * height:
            best, offsets = columns(edges, period, comb)
            found.append((best, period, comb, offsets))
    found.sort(key=lambda one: -one[0])
    fits = []
    for _, period, comb, offsets in found[:candidates]:
        phase, fitness = refined(edges, down[:, None] / period + offsets[None], period, comb)
        fits.append((fitness, comb.wave(phase)))
    return max(fits, key=lambda fit: fit[0])[1]
