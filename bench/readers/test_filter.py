"""`npm run test:measure` runs them: filters on stripes and shapes whose truth is known."""
import unittest

import cv2
import numpy as np
from PIL import Image

import filter
import fit
import readers
from pictures import tones

WIDTH, HEIGHT, PERIOD, DUTY = 200, 50, 30.0, 0.2


def letters():
    """1 is ground and -1 an `H`, a ring and a `T`, which touch no border."""
    values = np.ones((HEIGHT, WIDTH), np.float32)
    for left, top, right, bottom in ((20, 10, 27, 40), (41, 10, 48, 40), (20, 22, 48, 28), (140, 8, 172, 15), (152, 8, 160, 38)):
        values[top:bottom, left:right] = -1
    cv2.circle(values, (95, 26), 13, -1, 7)
    return values


def phases(slope=0.62, arc=0.0, fan=0.0, drift=0.0, shift=0.0):
    x, y = np.arange(WIDTH)[None], np.arange(HEIGHT)[:, None]
    down = y - HEIGHT / 2
    across = slope * x + arc / WIDTH * (x - 0.4 * WIDTH) ** 2
    moved = shift * np.clip((x - 60) / 60, 0, 1) + drift * np.sin(x / 11) * np.cos(y / 13)
    return (down * (1 + fan * (2 * x / WIDTH - 1)) + across) / PERIOD + moved + 0.1


def drawn(phase):
    """The letters behind stripes, which tint the ground and cut letters."""
    striped = np.clip((DUTY / 2 - np.abs(phase - np.round(phase))) * PERIOD * 2, -1, 1) / 2 + 0.5
    tinted, cut = 1 - striped * (1 - filter.TINT), 2 * striped - 1
    return np.where(letters() > 0, tinted, cut).astype(np.float32)


def agreement(found, wanted):
    """1 when they are the same, whichever way round."""
    return abs(np.mean(np.sign(found) * np.sign(wanted)))


class Fit(unittest.TestCase):
    def test_finds_each_way_in_which_a_field_strays(self):
        bent = ({}, {"slope": -1.1}, {"arc": 0.15}, {"fan": 0.08}, {"drift": 0.1}, {"shift": 0.4},
                {"slope": -0.55, "arc": -0.12, "fan": 0.05, "drift": 0.08, "shift": -0.3})
        for way in bent:
            with self.subTest(way):
                phase = phases(**way)
                found = fit.field(filter.flattened(drawn(phase)))
                # No field at all is 0.6, and one that is a px too high or low everywhere 0.87.
                self.assertGreater(agreement(found, np.cos(2 * np.pi * phase) - np.cos(np.pi * DUTY)), 0.8)

    def test_what_is_left_is_the_letters(self):
        left = filter.field(drawn(phases(arc=0.1, shift=0.3))).astype(float) - 127.5
        self.assertGreater(np.mean(np.sign(left) == letters()), 0.95)


class Filters(unittest.TestCase):
    def test_a_band_of_the_spectrum_takes_straight_stripes_out(self):
        left = filter.spectral(filter.flattened(drawn(phases())), 0.25).astype(float) - 127.5
        self.assertGreater(np.mean(np.sign(left) == letters()), 0.87)

    def test_the_derivative_sees_no_stripes(self):
        dark = 255.0 - filter.derivative(filter.flattened(drawn(phases())))
        outline = cv2.morphologyEx(letters(), cv2.MORPH_GRADIENT, np.ones((5, 5))) > 0
        outline = cv2.resize(outline.astype(np.float32), None, fx=2, fy=2) > 0.5
        far = cv2.dilate(outline.astype(np.uint8), np.ones((13, 13))) == 0
        self.assertGreater(dark[outline].mean(), 4 * dark[far].mean())

    def test_as_dark_as_stripes_letters_change_places_with_ground(self):
        phase = phases()
        swapped = letters() * np.sign(np.cos(2 * np.pi * phase) - np.cos(np.pi * DUTY))
        self.assertGreater(agreement(filter.flattened(drawn(phase)), -swapped), 0.97)

    def test_what_is_darker_than_stripes_is_letters_whose_cuts_can_be_closed(self):
        dark = [np.mean(filter.ink(drawn(phases()), size) < 128) for size in (0, 0.2)]
        whole = np.mean(letters() < 0)
        self.assertLess(dark[0], 0.9 * whole)
        self.assertGreater(dark[1], 0.95 * whole)

    def test_outlines_are_the_same_whichever_way_round_ink_and_ground_are(self):
        tone = filter.flattened(drawn(phases()))
        self.assertTrue(np.allclose(filter.edges(tone), filter.edges(-tone), atol=1))

    def test_ground_is_light(self):
        for values in (letters(), -letters()):
            self.assertTrue(np.array_equal(filter.ground_light(values), letters()))


class Pictures(unittest.TestCase):
    def test_two_colours_become_two_tones(self):
        pixels = np.where(letters()[..., None] > 0, np.uint8([250, 240, 230]), np.uint8([20, 90, 60]))
        self.assertEqual(agreement(tones(Image.fromarray(pixels)), letters()), 1)


class Readers(unittest.TestCase):
    def test_readers_read_plain_letters(self):
        page = np.full((60, 200), 255, np.uint8)
        cv2.putText(page, "T4KH", (30, 45), cv2.FONT_HERSHEY_DUPLEX, 1.4, 0, 3)
        found = readers.Readers(tesseract=False).right([Image.fromarray(page)], ["t4kh"])
        self.assertTrue(any(right == [True] for right in found.values()), found)
        self.assertEqual(len(found), 8)


if __name__ == "__main__":
    unittest.main()
