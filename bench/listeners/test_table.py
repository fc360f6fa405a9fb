"""Tests of what `table.py` does to sounds and to what was heard."""

import pathlib
import subprocess
import tempfile
import unittest
from array import array
from math import pi, sin

from table import NAMES, Listener, score, twice_the_rate


class TableTest(unittest.TestCase):
    def test_a_tone_at_twice_the_rate_is_the_same_tone(self):
        for hertz in (200, 1000, 2500):
            tone = [10_000 * sin(2 * pi * hertz * i / 16_000) for i in range(4000)]
            doubled = twice_the_rate(array("h", [round(value) for value in tone[::2]]))
            self.assertEqual(len(doubled), 4000)
            worst = max(abs(one - other) for one, other in zip(doubled[100:-100], tone[100:-100]))
            self.assertLess(worst, 200, hertz)

    def test_clean_letters_are_heard(self):
        # Else the table would tell of a mistake here and not of the sounds: see NOISE.
        root = pathlib.Path(__file__).resolve().parents[2]
        with tempfile.TemporaryDirectory() as folder:
            texts = ["123123", "999111", "321321", "444999"]
            listener = Listener("0123456789", 6)
            heard = []
            for text in texts:
                file = f"{folder}/{text}.wav"
                command = [str(root / "cli" / "main.js"), "speak", text, "--no-background", "-o", file]
                subprocess.run(["node", *command], check=True)
                heard.append((text, listener.hear(file)))
            self.assertGreater(score(heard)[0], 0.6, heard)
            self.assertTrue(all(len(one) == 6 for _, one in heard), heard)

    def test_letters_count_in_their_place(self):
        self.assertEqual(score([("AB", "AB"), ("CD", "CA"), ("EF", "")]), (0.5, 1 / 3))
        self.assertEqual(score([("ABC", "BCA")]), (0, 0))

    def test_every_letter_and_digit_has_a_name(self):
        self.assertEqual("".join(sorted(NAMES)), "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        # A name with a phone that the model does not know would be an error here.
        Listener("".join(NAMES), 2)


if __name__ == "__main__":
    unittest.main()
