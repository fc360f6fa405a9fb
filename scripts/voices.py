"""Records the clips of `ccap.speak` with espeak-ng: `python scripts/voices.py` writes src/audio/en.voice and src/audio/zh.voice.

Needs espeak-ng 1.51 and numpy, at development time alone. A file is a row of clips: the sign as a byte, its samples as two
bytes (little-endian), and the samples at 8 kHz as IMA ADPCM, two in a byte, low half first, from predictor 0 and step 0.
"""

import io
import string
import struct
import subprocess
import wave
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).parent.parent / "src/audio"
RATE = 8000
EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "plus", "minus", "times", "divided by", "equals"]
ZH = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "加", "减", "乘", "除以", "等于"]
STEPS = [7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118,
         130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060,
         1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132,
         7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767]
TURNS = [-1, -1, -1, -1, 2, 4, 6, 8]


def record(voice, words):
    command = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", words]
    with wave.open(io.BytesIO(subprocess.run(command, capture_output=True, check=True).stdout)) as file:
        samples = np.frombuffer(file.readframes(1 << 24), "<i2").astype(float)
        return resampled(samples, file.getframerate())


def resampled(samples, rate):
    """At 8 kHz, behind a low pass at 3.8 kHz, without the silence around it, at a peak of 0.8."""
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / rate) > 3800] = 0
    smooth = np.fft.irfft(spectrum, len(samples))
    times = np.arange(0, len(samples) * RATE // rate) * rate / RATE
    clip = np.interp(times, np.arange(len(samples)), smooth)
    loud = np.nonzero(np.abs(clip) > 0.01 * np.abs(clip).max())[0]
    clip = clip[loud[0] : loud[-1] + 1]
    fade = np.minimum(1, np.minimum(np.arange(len(clip)), np.arange(len(clip))[::-1]) / 80)
    return np.round(clip * fade / np.abs(clip).max() * 0.8 * 32767).astype(int)


def encoded(samples):
    predictor, index, nibbles = 0, 0, []
    for sample in samples:
        step = STEPS[index]
        difference = sample - predictor
        nibble = 8 if difference < 0 else 0
        nibble |= min(7, abs(difference) * 4 // step)
        change = step // 8 + sum(step >> shift for bit, shift in ((4, 0), (2, 1), (1, 2)) if nibble & bit)
        predictor = max(-32768, min(32767, predictor - change if nibble & 8 else predictor + change))
        index = max(0, min(88, index + TURNS[nibble & 7]))
        nibbles.append(nibble)
    if len(nibbles) % 2:
        nibbles.append(0)
    return bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2]))


def write(lang, voice, said):
    clips = {sign: record(voice, words) for sign, words in said}
    data = b"".join(struct.pack("<BH", ord(sign), len(clip)) + encoded(clip) for sign, clip in clips.items())
    (FOLDER / f"{lang}.voice").write_bytes(data)
    print(lang, len(data), "bytes, longest", max(map(len, clips.values())) / RATE, "s")


SIGNS = "0123456789+-*/="
write("en", "en-us", [*zip(SIGNS, EN), *zip(string.ascii_uppercase, string.ascii_uppercase)])
# The letters are said by their English names in Chinese too, and taken from there.
write("zh", "cmn", zip(SIGNS, ZH))
