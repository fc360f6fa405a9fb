"""What a speech recogniser makes of said texts: pocketsphinx with its own English model, told that it will hear letters of these alone.

    python3 listen.py LETTERS MANIFEST     # which has lines of FILE<tab>TEXT

Prints the share of letters and that of whole texts that it got.
"""

import difflib
import math
import re
import sys
import wave

from pocketsphinx import Decoder

DIGITS = "zero one two three four five six seven eight nine".split()
RATE = 16000


def word(letter):
    """As the model's dictionary has it."""
    return DIGITS[int(letter)] if letter.isdigit() else letter.lower()


def samples(path):
    """A file's samples at the rate that the model was trained at, each pair of the file's with their middle between them."""
    with wave.open(path) as file:
        rate = file.getframerate()
        data = memoryview(file.readframes(file.getnframes())).cast("h")
    step = rate / RATE
    last = len(data) - 1
    places = (i * step for i in range(int(last / step)))
    return b"".join(
        int(data[math.floor(at)] + (at % 1) * (data[math.floor(at) + 1] - data[math.floor(at)])).to_bytes(2, "little", signed=True)
        for at in places
    )


def main():
    letters, manifest = sys.argv[1:]
    words = {word(letter): letter for letter in letters}
    decoder = Decoder(lm=None, loglevel="FATAL", samprate=RATE)
    grammar = f"#JSGF V1.0; grammar letters; public <text> = ( {' | '.join(words)} )+ ;"
    decoder.add_jsgf_string("letters", grammar)
    decoder.activate_search("letters")
    right = whole = count = texts = 0
    with open(manifest, encoding="utf-8") as lines:
        said_files = [line.rstrip("\n").split("\t") for line in lines]
    for path, text in said_files:
        decoder.start_utt()
        decoder.process_raw(samples(path), full_utt=True)
        decoder.end_utt()
        heard = decoder.hyp().hypstr.split() if decoder.hyp() else []
        said = "".join(words.get(re.sub(r"\(\d+\)$", "", one), "") for one in heard)
        blocks = difflib.SequenceMatcher(None, said, text, autojunk=False).get_matching_blocks()
        right += sum(block.size for block in blocks)
        count += len(text)
        whole += said == text
        texts += 1
    print(f"{right / count:.1%} of letters, {whole / texts:.1%} of texts")


if __name__ == "__main__":
    main()
