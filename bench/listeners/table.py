"""Has a recogniser listen to sets of sounds, and prints a Markdown table: letters and whole texts that it got right.

    python3 bench/listeners/table.py [--out FILE] NAME=FOLDER ...

A folder has a `manifest.tsv`, a line `file<TAB>text` for each sound.
"""

import argparse
import pathlib
import random
import tempfile
import wave
from array import array
from math import cos, pi, sin

from pocketsphinx import Decoder, get_model_path

# How letters and digits are called, in the phones of the model.
NAMES = {
    "A": "EY", "B": "B IY", "C": "S IY", "D": "D IY", "E": "IY", "F": "EH F", "G": "JH IY", "H": "EY CH", "I": "AY",
    "J": "JH EY", "K": "K EY", "L": "EH L", "M": "EH M", "N": "EH N", "O": "OW", "P": "P IY", "Q": "K Y UW", "R": "AA R",
    "S": "EH S", "T": "T IY", "U": "Y UW", "V": "V IY", "W": "D AH B AH L Y UW", "X": "EH K S", "Y": "W AY", "Z": "Z IY",
    "0": "Z IH R OW", "1": "W AH N", "2": "T UW", "3": "TH R IY", "4": "F AO R", "5": "F AY V", "6": "S IH K S",
    "7": "S EH V AH N", "8": "EY T", "9": "N AY N",
}  # fmt: skip
RATE = 8000
# What most was heard with, on other sounds than those of the table. With narrower beams fewer letters come out than were said, and
# with `bestpath` as well, or it takes for ever.
SETTINGS = {"cmn": "batch", "bestpath": False, "beam": 1e-80, "pbeam": 1e-80, "wbeam": 1e-56}
# Silence without any noise is nothing that the model has ever heard: of digits without a background one in ten was right.
NOISE = 300


class Listener:
    """Hears texts of so many letters of a charset, and nothing else: what somebody would set up who knows the service."""

    def __init__(self, charset, length):
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        dictionary = folder / "letters.dict"
        dictionary.write_text("".join(f"{word(letter)} {NAMES[letter]}\n" for letter in charset))
        grammar = folder / "text.gram"
        letters = " | ".join(word(letter) for letter in charset)
        text = " ".join(["<letter>"] * length)
        grammar.write_text(f"#JSGF V1.0;\ngrammar text;\n<letter> = {letters};\npublic <text> = {text};\n")
        self._decoder = Decoder(
            hmm=get_model_path("en-us/en-us"),
            dict=str(dictionary),
            jsgf=str(grammar),
            lm=None,
            loglevel="FATAL",
            **SETTINGS,
        )
        self._letters = {word(letter): letter for letter in charset}

    def hear(self, file):
        self._decoder.start_utt()
        self._decoder.process_raw(noisy(twice_the_rate(read(file))).tobytes(), full_utt=True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        words = heard.hypstr.split() if heard else []
        return "".join(self._letters[one] for one in words if one in self._letters)


def word(letter):
    """Words of a grammar are not digits."""
    return f"letter{letter.lower()}"


def read(file):
    with wave.open(str(file)) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (1, 2, RATE), file
        return array("h", sound.readframes(sound.getnframes()))


def half_way(reach=8):
    """Weights of the samples about a place between two: a sinc in a Hann window."""
    places = [i + 0.5 for i in range(-reach, reach)]
    return [sin(pi * x) / (pi * x) * (0.5 + 0.5 * cos(pi * x / reach)) for x in places]


WEIGHTS = half_way()


def twice_the_rate(samples):
    """As the model wants them: 16,000 a second, with nothing above what was there."""
    reach = len(WEIGHTS) // 2
    padded = [0] * (reach - 1) + list(samples) + [0] * reach
    doubled = array("h")
    for i, sample in enumerate(samples):
        between = sum(weight * value for weight, value in zip(WEIGHTS, padded[i : i + 2 * reach]))
        doubled.append(sample)
        doubled.append(clipped(between))
    return doubled


def noisy(samples):
    chance = random.Random(1)
    return array("h", [clipped(sample + chance.gauss(0, NOISE)) for sample in samples])


def clipped(value):
    return max(-32768, min(32767, round(value)))


def score(texts):
    """Shares of letters in their place, and of whole texts, that were heard rightly."""
    letters = sum(len(text) for text, _ in texts)
    right = sum(one == other for text, heard in texts for one, other in zip(text, heard))
    return right / letters, sum(text == heard for text, heard in texts) / len(texts)


def row(name, folder):
    lines = (folder / "manifest.tsv").read_text().splitlines()
    sounds = [(folder / file, text) for file, text in (line.split("\t") for line in lines)]
    lengths = {len(text) for _, text in sounds}
    assert len(lengths) == 1, folder
    charset = (folder / "charset.txt").read_text().strip()
    listener = Listener(charset, lengths.pop())
    letters, whole = score([(text, listener.hear(file)) for file, text in sounds])
    return f"| {name} | {len(sounds)} | {100 * letters:.1f} % | {100 * whole:.0f} % | {100 / len(charset):.1f} % |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("sets", nargs="+")
    given = parser.parse_args()
    lines = ["| sounds | n | letters | whole texts | letters by chance |", "| --- | ---: | ---: | ---: | ---: |"]
    print("\n".join(lines), flush=True)
    for one in given.sets:
        name, folder = one.split("=", 1)
        lines.append(row(name, pathlib.Path(folder)))
        print(lines[-1], flush=True)
    if given.out:
        given.out.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
