//! Sixteen pixels at a time.

use wide::{i16x8, u8x16};

/// Pixels done at once.
pub(crate) const LANES: usize = 16;

/// Does `each` to the block at column `x` of each of some rows that are `width` px wide, from the top, and to a state of theirs. At
/// the rows' end a block may have pixels beyond it, which are lost.
#[inline(always)]
pub(crate) fn for_each_below<S>(
    rows: &mut [u8],
    width: usize,
    x: usize,
    mut state: S,
    each: impl Fn(u8x16, &mut S) -> u8x16,
) {
    if x + LANES > width {
        return for_each_rest(rows, width, x, state, each);
    }
    let mut place = x;
    while let Some(block) = rows.get_mut(place..).and_then(<[u8]>::first_chunk_mut) {
        *block = each(u8x16::new(*block), &mut state).to_array();
        place += width;
    }
}

/// The same where the rows end within a block. By itself, since copies of unknown length are calls, which would keep the states of all
/// others out of registers.
#[inline(never)]
fn for_each_rest<S>(rows: &mut [u8], width: usize, x: usize, mut state: S, each: impl Fn(u8x16, &mut S) -> u8x16) {
    for row in rows[x..].chunks_mut(width) {
        let rest = &mut row[..width - x];
        let done = each(u8x16::new(padded(rest, 0)), &mut state).to_array();
        rest.copy_from_slice(&done[..rest.len()]);
    }
}

/// The rest of a row, shorter than a block, and `beyond` it.
pub(crate) fn padded(rest: &[u8], beyond: u8) -> [u8; LANES] {
    let mut block = [beyond; LANES];
    block[..rest.len()].copy_from_slice(rest);
    block
}

/// Does `each` to both halves of a block, with room for products; what comes out is cut to 0 to 255.
#[inline(always)]
pub(crate) fn widened<const N: usize>(blocks: [u8x16; N], each: impl Fn([i16x8; N]) -> i16x8) -> u8x16 {
    u8x16::narrow_i16x8(each(blocks.map(i16x8::from_u8x16_low)), each(blocks.map(i16x8::from_u8x16_high)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_reach_to_the_end_of_any_row() {
        for width in [1, 15, 16, 17, 61] {
            let mut rows = vec![1; 3 * width];
            for x in (0..width).step_by(LANES) {
                for_each_below(&mut rows, width, x, 0, |pixels, below| {
                    *below += 10;
                    pixels + u8x16::splat(*below)
                });
            }
            let expected = [11, 21, 31].into_iter().flat_map(|pixel| std::iter::repeat_n(pixel, width));
            assert!(rows.into_iter().eq(expected), "{width}");
        }
    }

    #[test]
    fn products_have_room_and_come_out_within_a_byte() {
        let pixels = u8x16::new(std::array::from_fn(|i| i as u8 * 17));
        let doubled = widened([pixels], |[pixels]| pixels * i16x8::splat(2) - i16x8::splat(34)).to_array();
        assert!(doubled.iter().enumerate().all(|(i, &d)| i32::from(d) == (i as i32 * 34 - 34).clamp(0, 255)));
    }
}
