//! PNG for canvases: four shades, two bits a pixel.
//!
//! An encoder of our own, with a code worked out once from many pictures, made files a third smaller, but was only a
//! sixteenth faster end to end than the general one, which is too little for five hundred lines.

use wide::u8x16;

use super::{alphas, palette, Encoded, ROOM, SHADES};
use crate::draw::Canvas;
use crate::simd::{padded, LANES};

/// Encodes `canvas`.
pub(crate) fn encode(canvas: &Canvas) -> Encoded {
    let mut bytes = Vec::with_capacity(ROOM);
    let mut encoder = png::Encoder::new(&mut bytes, canvas.width() as u32, canvas.height() as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Two);
    if canvas.is_transparent {
        encoder.set_palette([canvas.colors.ink; SHADES].concat());
        encoder.set_trns(alphas().to_vec());
    } else {
        encoder.set_palette(palette(&canvas.colors).concat());
    }
    encoder.set_compression(png::Compression::Fast);
    // Filters predict numbers; shades of a palette are names.
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&lines(canvas))?;
    writer.finish()?;
    Ok(bytes)
}

/// Pixels in a byte.
const IN_BYTE: usize = 4;

/// Two bits a pixel, the leftmost in the highest, each row starting a byte of its own.
fn lines(canvas: &Canvas) -> Vec<u8> {
    let stride = canvas.width().div_ceil(IN_BYTE);
    let mut lines = vec![0; canvas.height() * stride];
    for (line, row) in lines.chunks_exact_mut(stride).zip(canvas.rows()) {
        let (whole, last) = line.split_at_mut(row.len() / LANES * (LANES / IN_BYTE));
        let (blocks, rest) = row.as_chunks();
        for (bytes, block) in whole.as_chunks_mut().0.iter_mut().zip(blocks) {
            *bytes = packed(*block);
        }
        if !rest.is_empty() {
            last.copy_from_slice(&packed(padded(rest, 0))[..last.len()]);
        }
    }
    lines
}

/// The nearest shades of sixteen shares of ink.
#[inline(always)]
fn packed(ink: [u8; LANES]) -> [u8; LANES / IN_BYTE] {
    let ink = u8x16::new(ink);
    // Half way between the shades, which lie 85 apart.
    let [first, second, third] = [43, 128, 213].map(|least| ink.max(u8x16::splat(least)).simd_eq(ink));
    let (upper, lower) = (second.to_bitmask(), (first ^ second ^ third).to_bitmask());
    let bits = |from: u32| (SPREAD[from as usize & 0xff], SPREAD[from as usize >> 8 & 0xff]);
    let ((a, b), (c, d)) = (bits(upper), bits(lower));
    let ([e, f], [g, h]) = ((a << 1 | c).to_be_bytes(), (b << 1 | d).to_be_bytes());
    [e, f, g, h]
}

/// For eight bits, the lowest of which is the leftmost pixel's: the lower bits of two bytes of pixels.
static SPREAD: [u16; 256] = {
    let mut table = [0; 256];
    let mut bits = 0;
    while bits < 256 {
        let mut pixel = 0;
        while pixel < 8 {
            table[bits] |= (bits as u16 >> pixel & 1) << (14 - 2 * pixel);
            pixel += 1;
        }
        bits += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::super::SHADE;
    use super::*;
    use crate::draw::Colors;

    #[test]
    fn every_share_of_ink_becomes_its_nearest_shade_wherever_rows_end() {
        for width in 32..=64 {
            let mut canvas = Canvas::new(width, 16, Colors { ground: [255; 3], ink: [0; 3] });
            let mut ink = 0u8;
            for pixel in canvas.rows_mut().flatten() {
                *pixel = ink;
                ink = ink.wrapping_add(1);
            }
            let lines = lines(&canvas);
            for (line, row) in lines.chunks_exact(width.div_ceil(IN_BYTE)).zip(canvas.rows()) {
                for (x, &ink) in row.iter().enumerate() {
                    let shade = line[x / IN_BYTE] >> (6 - 2 * (x % IN_BYTE)) & 3;
                    assert_eq!(shade, SHADE[usize::from(ink)], "{ink} in column {x} of {width}");
                }
            }
        }
    }
}
