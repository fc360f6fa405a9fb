//! Sixteen pixels at a time.

use wide::{i16x8, u8x16};

/// Pixels done at once.
pub(crate) const LANES: usize = 16;

/// Does `each` to the blocks of a row from the left and to the states that belong to them. The last block may have pixels beyond the
/// row's end, which are lost.
#[inline(always)]
pub(crate) fn for_each_block<T>(row: &mut [u8], states: &mut [T], mut each: impl FnMut(u8x16, &mut T) -> u8x16) {
    let (blocks, rest) = row.as_chunks_mut();
    let count = blocks.len();
    for (block, state) in blocks.iter_mut().zip(&mut *states) {
        *block = each(u8x16::new(*block), state).to_array();
    }
    if let (false, Some(state)) = (rest.is_empty(), states.get_mut(count)) {
        let done = each(u8x16::new(padded(rest, 0)), state).to_array();
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

/// Turns rows into columns. Laying the halves of all lines between each other, as cards are shuffled, moves the bits of a
/// place's number around by one, so that after four times row and column have changed places.
#[inline(always)]
pub(crate) fn transposed(lines: [u8x16; LANES]) -> [u8x16; LANES] {
    shuffled(shuffled(shuffled(shuffled(lines))))
}

/// Written out, since loops over the places keep the lines from staying in registers.
#[inline(always)]
fn shuffled(l: [u8x16; LANES]) -> [u8x16; LANES] {
    let (low, high) = (u8x16::unpack_low, u8x16::unpack_high);
    [
        low(l[0], l[8]),
        high(l[0], l[8]),
        low(l[1], l[9]),
        high(l[1], l[9]),
        low(l[2], l[10]),
        high(l[2], l[10]),
        low(l[3], l[11]),
        high(l[3], l[11]),
        low(l[4], l[12]),
        high(l[4], l[12]),
        low(l[5], l[13]),
        high(l[5], l[13]),
        low(l[6], l[14]),
        high(l[6], l[14]),
        low(l[7], l[15]),
        high(l[7], l[15]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_turns_columns_into_rows() {
        let lines = std::array::from_fn(|i| u8x16::new(std::array::from_fn(|j| (i * LANES + j) as u8)));
        for (j, line) in transposed(lines).into_iter().enumerate() {
            let expected: [u8; LANES] = std::array::from_fn(|i| (i * LANES + j) as u8);
            assert_eq!(line.to_array(), expected);
        }
    }

    #[test]
    fn blocks_reach_to_the_end_of_any_row() {
        for length in [0, 1, 15, 16, 17, 61] {
            let mut row: Vec<u8> = (0..length).collect();
            let mut states: Vec<u8> = (0..4).collect();
            for_each_block(&mut row, &mut states, |pixels, state| {
                *state += 10;
                pixels + u8x16::splat(1)
            });
            assert!(row.into_iter().eq(1..=length));
            let blocks = u8::from(length > 0) * (length.saturating_sub(1) / LANES as u8 + 1);
            assert!(states.into_iter().eq((0..4).map(|i| if i < blocks { i + 10 } else { i })));
        }
    }

    #[test]
    fn products_have_room_and_come_out_within_a_byte() {
        let pixels = u8x16::new(std::array::from_fn(|i| i as u8 * 17));
        let doubled = widened([pixels], |[pixels]| pixels * i16x8::splat(2) - i16x8::splat(34)).to_array();
        assert!(doubled.iter().enumerate().all(|(i, &d)| i32::from(d) == (i as i32 * 34 - 34).clamp(0, 255)));
    }
}
