//! Keeping a field's edges clear of the letters' own.
//!
//! Where a stripe begins at an edge of a letter that runs the same way, the leg of a `K` or the arm of an `X`, and covers what is inside,
//! the edge vanishes: of all that people found hard to read that was the worst. Where it ends there and lies outside, tint meets
//! ink, which is fainter than ground that does. So under each letter the field is moved up or down by as much as brings its edges
//! farthest from the letter's that run the same way, evenly from letter to letter, so that stripes stay stripes.
//!
//! Where there is more ground between two stripes than a letter takes, one could stand there as plain as in a book. It costs as much
//! as edges that vanish do, so that a stripe is moved there.

use wide::{f32x4, i32x4, u16x8, u8x16};

use super::{Phases, Stripes};
use crate::draw::canvas::Canvas;
use crate::simd::{padded, LANES};
use crate::text;

/// By how many different phases the field may be moved.
const BINS: usize = 16;
/// How near edges disturb each other, in px.
const REACH: f32 = 2.0;
/// How much of an edge is lost where a stripe lies along it outside, of what is where one lies inside.
const FAINT: f32 = 0.4;
/// An edge of a letter that goes on for so long the way that stripes run, in caps, runs along them.
const LONG: f32 = 0.25;
/// What it costs to move the field by half a period more under a letter than under the next one, in px of edges that vanish.
const STIFFNESS: f32 = 20.0;

/// The share of a letter's ink that must be cut for it not to be plain, and what it costs to leave all of it, in px of edges
/// that vanish.
const CUT: f32 = 0.2;
const PLAIN: f32 = 80.0;
/// The columns of a block that are looked at. Edges along stripes are longer than what lies in between.
const COLUMNS: [usize; 4] = [1, 5, 9, 13];
const LOOKED_AT: u16 = 1 << COLUMNS[0] | 1 << COLUMNS[1] | 1 << COLUMNS[2] | 1 << COLUMNS[3];
/// Ink is looked at in those columns of one row in so many.
const ROWS: usize = 2;

/// Moves a field of these stripes so that its edges keep clear of those of the letters on the canvas, whose capitals are `cap` px
/// high and whose middles lie at these columns, from the left, and that it runs through each. Stripes rise or fall by about `slope` px
/// for each px across.
pub(super) fn keep(phases: &mut Phases, canvas: &Canvas, cap: f32, middles: &[f32], stripes: Stripes, slope: f32) {
    if middles.is_empty() {
        return;
    }
    let owners = owners(middles, canvas.width());
    let [above, below] = disturbed(stripes.across(slope));
    let striped = striped(stripes);
    let found = found(phases, canvas, &ways(phases, canvas, middles, cap), &owners);
    let cost = |Found { tops, bottoms, ink }: &Found| {
        let (tops, bottoms, cut) = (sums(tops, &above), sums(bottoms, &below), sums(ink, &striped));
        let enough = CUT * ink.iter().sum::<f32>().max(1.0);
        std::array::from_fn(|bin| tops[bin] + bottoms[bin] + PLAIN * (1.0 - cut[bin] / enough).max(0.0))
    };
    let costs: Vec<Bins> = found.iter().map(cost).collect();
    let shifts = shifts(&costs);
    phases.shift(&between(middles, &shifts, canvas.width()));
}

/// To which letter each column belongs, in whole blocks: whose middle is nearest.
fn owners(middles: &[f32], width: usize) -> Vec<u8> {
    let mut owners = Vec::with_capacity(width.next_multiple_of(LANES));
    for (letter, pair) in (0..).zip(middles.windows(2)) {
        owners.resize((((pair[0] + pair[1]) / 2.0) as usize + 1).min(width), letter);
    }
    owners.resize(width.next_multiple_of(LANES), middles.len() as u8 - 1);
    owners
}

/// As [`f32::round`] of what an `i32` can hold, and of what is more as far as it; without a call, which that is where processors need not
/// have an instruction for it.
fn rounded(number: f32) -> f32 {
    let whole = number as i32 as f32;
    // What is left is exact, and so is twice of it.
    whole + ((number - whole) * 2.0) as i32 as f32
}

/// How far to the right and how far down a stripe gets on its way past each letter, in px, as far as that matters: out of the picture.
fn ways(phases: &Phases, canvas: &Canvas, middles: &[f32], cap: f32) -> Vec<(usize, isize)> {
    // Half of what is looked at to tell how phases change; no picture is lower or narrower than 16 px.
    const APART: usize = 4;
    let (y, last) = (canvas.height() / 2, canvas.width() - 1 - APART);
    let [above, here, below] = [y - APART, y, y + APART].map(|y| phases.in_row(y));
    let way = |&middle: &f32| {
        let x = (middle as usize).clamp(APART, last);
        let slope = (here(x - APART) - here(x + APART)) / (below(x) - above(x));
        let right = rounded(LONG * cap / slope.hypot(1.0)).max(1.0);
        let out = (canvas.height() + 2) as f32;
        (right as usize, rounded(slope * right).clamp(-out, out) as isize)
    };
    middles.iter().map(way).collect()
}

/// What lies in each of the field's phases.
type Bins = [f32; BINS];

/// How many px lie in each of the field's phases, letter after letter.
type Counts = [u32; text::LONGEST * BINS];
// A byte tells a letter and a bin of its.
const _: () = assert!(text::LONGEST * BINS <= 256);

/// How many px of a letter lie in each of the field's phases: of the edges that run the way of its stripes, those with ink below and those
/// with ink above; and of its ink.
struct Found {
    tops: Bins,
    bottoms: Bins,
    ink: Bins,
}

/// Looks through all letters.
fn found(phases: &Phases, canvas: &Canvas, ways: &[(usize, isize)], owners: &[u8]) -> Vec<Found> {
    // Each of the columns that are looked at stands for as many.
    const PX: f32 = (LANES / COLUMNS.len()) as f32;
    let bits = Bits::of_ink(canvas, ways);
    let [bottoms, tops] = bits.edges_along(phases, ways, owners);
    let ink = bits.ink(phases, owners);
    let px = |counts: &Counts, letter: usize, px: f32| -> Bins {
        std::array::from_fn(|bin| px * counts[letter * BINS + bin] as f32)
    };
    let of =
        |letter| Found { tops: px(&tops, letter, PX), bottoms: px(&bottoms, letter, PX), ink: px(&ink, letter, 1.0) };
    (0..ways.len()).map(of).collect()
}

/// The places of the bits that are set, from the lowest.
fn set(mut bits: u16) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        place
    })
}

/// A bit for each pixel, sixteen in a block, the leftmost in the lowest.
struct Bits {
    /// One column of blocks after the other, each from the top. Around the picture there are some that are 0.
    columns: Vec<u16>,
    stride: usize,
    height: usize,
    /// Rows above the picture, and below it.
    beyond: usize,
}

impl Bits {
    /// Rows done at once.
    const AT_ONCE: usize = 8;

    /// The pixels of which more than half is ink, and as much around them as ways lead to.
    fn of_ink(canvas: &Canvas, ways: &[(usize, isize)]) -> Self {
        let right = ways.iter().map(|(right, _)| right / LANES).max().unwrap_or(0);
        let beyond = ways.iter().map(|(_, down)| down.unsigned_abs()).max().unwrap_or(0) + 2;
        let stride = canvas.height().next_multiple_of(Self::AT_ONCE) + 2 * beyond;
        let mut columns = vec![0; (canvas.width().div_ceil(LANES) + right + 1) * stride];
        for (y, row) in canvas.rows().enumerate() {
            let (whole, rest) = row.as_chunks();
            for (block, pixels) in whole.iter().enumerate() {
                columns[block * stride + beyond + y] = u8x16::new(*pixels).to_bitmask() as u16;
            }
            if !rest.is_empty() {
                columns[whole.len() * stride + beyond + y] = u8x16::new(padded(rest, 0)).to_bitmask() as u16;
            }
        }
        Self { columns, stride, height: canvas.height(), beyond }
    }

    /// Counts the pixels, of those that are looked at, that differ from the one above, and from there along the way of their letter: first
    /// ground below ink, then ink below ground.
    fn edges_along(&self, phases: &Phases, ways: &[(usize, isize)], owners: &[u8]) -> [Counts; 2] {
        let mut counts = [[0; _]; 2];
        for x in (0..owners.len()).step_by(LANES) {
            let (right, down) = ways[usize::from(owners[x + LANES / 2])];
            let here = self.from(x, 0).zip(self.from(x, -1));
            // An edge is still there at the end of the way, give or take a px, where both differ again, the same way round.
            let (end, share) = (x + right, (right % LANES) as u32);
            let below = self.from(end, down + 1).zip(self.from(end + LANES, down + 1));
            let above = self.from(end, down - 2).zip(self.from(end + LANES, down - 2));
            // In two steps, as there is none by all sixteen.
            let at_end = |(left, right): (u16x8, u16x8)| -> u16x8 {
                (left >> share) | (right << (LANES as u32 - 1 - share) << 1_u32)
            };
            for (eight, (((here, before), below), above)) in here.zip(below).zip(above).enumerate() {
                let is_edge = (here ^ before) & (at_end(above) ^ here) & !(at_end(below) ^ here);
                let edges = is_edge & u16x8::splat(LOOKED_AT);
                if edges != u16x8::ZERO {
                    let rows = edges.to_array().into_iter().zip(here.to_array());
                    for (y, (edges, here)) in (eight * Self::AT_ONCE..self.height).zip(rows) {
                        for column in set(edges) {
                            let x = x + column;
                            let bin = bins(f32x4::splat(phases.in_row(y)(x))).to_array()[0];
                            let is_ink = usize::from(here >> column & 1);
                            counts[is_ink][usize::from(owners[x]) * BINS + bin as usize] += 1;
                        }
                    }
                }
            }
        }
        counts
    }

    /// Counts those that are looked at.
    fn ink(&self, phases: &Phases, owners: &[u8]) -> Counts {
        let mut counts = [0; _];
        let downs: Vec<f32> = (0..phases.spacing).map(|y| phases.down(y)).collect();
        for (band, (upper, lower)) in phases.pairs().enumerate() {
            let top = band * phases.spacing;
            let bottom = (top + phases.spacing).min(self.height);
            for x in (0..owners.len()).step_by(LANES) {
                let columns = COLUMNS.map(|column| x + column);
                let first_bins = i32x4::new(columns.map(|x| i32::from(owners[x]) * BINS as i32));
                let [upper, lower] = [upper, lower].map(|phases| f32x4::new(columns.map(|x| phases[x])));
                let column = self.column(x);
                for y in (top.div_ceil(ROWS)..bottom.div_ceil(ROWS)).map(|row| row * ROWS) {
                    let ink = column[y];
                    if ink & LOOKED_AT == 0 {
                        continue;
                    }
                    let bins = (first_bins | bins(upper + (lower - upper) * f32x4::splat(downs[y - top]))).to_array();
                    // No branch for each pixel, which would be guessed wrong half of the time.
                    for i in 0..COLUMNS.len() {
                        counts[usize::from(bins[i] as u8)] += u32::from(ink >> COLUMNS[i] & 1);
                    }
                }
            }
        }
        counts
    }

    /// The bits of the column of blocks at `x`, from the picture's top.
    fn column(&self, x: usize) -> &[u16] {
        &self.columns[x / LANES * self.stride + self.beyond..]
    }

    /// As many of them as the picture has rows, from so far down.
    #[inline(always)]
    fn from(&self, x: usize, down: isize) -> impl Iterator<Item = u16x8> + '_ {
        let start = x / LANES * self.stride + self.beyond.wrapping_add_signed(down);
        self.columns[start..start + self.stride - 2 * self.beyond].as_chunks().0.iter().map(|bits| u16x8::new(*bits))
    }
}

/// The bins of phases, of which whole periods count for nothing. Phases of the widest picture in the thinnest stripes are some hundreds.
#[inline(always)]
fn bins(phases: f32x4) -> i32x4 {
    // Whole periods enough that no phase is left below zero, where numbers are cut the other way.
    const MOST: f32 = 4096.0;
    let all = (phases + f32x4::splat(MOST)) * f32x4::splat(BINS as f32);
    all.fast_trunc_int() & i32x4::splat(BINS as i32 - 1)
}

/// How far the middle of each bin lies below a whole number, or above it if less than 0, twice over, so that 16 from any on are a whole
/// turn.
const FROM_WHOLE: [f32; 2 * BINS] = {
    let mut from_whole = [0.0; 2 * BINS];
    let mut bin = 0;
    while bin < 2 * BINS {
        let phase = ((bin % BINS) as f32 + 0.5) / BINS as f32;
        from_whole[bin] = if phase < 0.5 { phase } else { phase - 1.0 };
        bin += 1;
    }
    from_whole
};

/// How much of each of the field's phases is stripe, twice over.
fn striped(Stripes { duty, .. }: Stripes) -> [f32; 2 * BINS] {
    FROM_WHOLE.map(|from_whole| ((duty / 2.0 - from_whole.abs()) * BINS as f32 + 0.5).clamp(0.0, 1.0))
}

/// How strongly the field disturbs an edge in each of its phases, twice over, if ink lies below the edge, and if it lies above.
fn disturbed(Stripes { period, duty }: Stripes) -> [[f32; 2 * BINS]; 2] {
    // The upper edge of a stripe, and the one below, lie half the duty from whole numbers; phases grow down the picture.
    let near = |from_whole: f32, edge: f32| (1.0 - (from_whole - edge).abs() * period / REACH).max(0.0);
    let (upper, lower) = (-duty / 2.0, duty / 2.0);
    [(upper, lower), (lower, upper)].map(|(inside, outside)| {
        FROM_WHOLE.map(|from_whole| near(from_whole, inside).max(FAINT * near(from_whole, outside)))
    })
}

/// How many px the field touches, told how many lie in each of its phases, for each bin that it is moved by.
fn sums(px: &Bins, touched: &[f32; 2 * BINS]) -> Bins {
    let mut sums = [0.0; BINS];
    for (bin, px) in px.iter().enumerate().filter(|(_, &px)| px > 0.0) {
        sums.iter_mut().zip(&touched[bin..bin + BINS]).for_each(|(sum, touched)| *sum += px * touched);
    }
    sums
}

/// What it costs to move the field by so many bins more under a letter than under the one before, either way round, twice over.
const TURNS: [f32; 2 * BINS] = {
    let mut turns = [0.0; 2 * BINS];
    let mut bins = 0;
    while bins < 2 * BINS {
        let one_way = bins % BINS;
        let nearer = if one_way < BINS - one_way { one_way } else { BINS - one_way };
        let halves = nearer as f32 * 2.0 / BINS as f32;
        turns[bins] = STIFFNESS * halves * halves;
        bins += 1;
    }
    turns
};

/// By how much to move the field under each letter, in periods, so that what it costs in all is least: a shortest path through
/// the letters' bins (R. Bellman, "On a Routing Problem", 1958).
fn shifts(costs: &[Bins]) -> Vec<f32> {
    let mut least = costs[0];
    let mut ways: Vec<[u32; BINS]> = Vec::with_capacity(costs.len());
    for costs in &costs[1..] {
        let (mut next, mut way) = ([f32::MAX; BINS], [0; BINS]);
        for (from, least) in least.iter().enumerate() {
            let turns = &TURNS[BINS - from..2 * BINS - from];
            // Without branches, all bins at once.
            for ((next, way), turn) in next.iter_mut().zip(&mut way).zip(turns) {
                let cost = least + turn;
                let is_less = cost < *next;
                *next = if is_less { cost } else { *next };
                *way = if is_less { from as u32 } else { *way };
            }
        }
        next.iter_mut().zip(costs).for_each(|(next, cost)| *next += cost);
        least = next;
        ways.push(way);
    }
    let mut bin = (0..BINS).min_by(|&a, &b| least[a].total_cmp(&least[b])).unwrap_or(0);
    let mut bins = vec![bin];
    for way in ways.iter().rev() {
        bin = way[bin] as usize;
        bins.push(bin);
    }
    // From the first letter on, each moved to the nearest phase that has the bin.
    let mut shifts = Vec::with_capacity(bins.len());
    let mut last = bin as f32 / BINS as f32;
    for bin in bins.into_iter().rev() {
        let turn = bin as f32 / BINS as f32 - last;
        last += turn - rounded(turn);
        shifts.push(last);
    }
    shifts
}

/// The shift of each column: under a letter its own, smoothly changed on the way to the next.
fn between(middles: &[f32], shifts: &[f32], width: usize) -> Vec<f32> {
    let mut all = Vec::with_capacity(width);
    all.resize((middles[0] as usize).min(width), shifts[0]);
    for (middles, shifts) in middles.windows(2).zip(shifts.windows(2)) {
        let share = 1.0 / (middles[1] - middles[0]);
        let columns = all.len()..(middles[1] as usize).min(width);
        all.extend(columns.map(|x| {
            let t = ((x as f32 + 0.5 - middles[0]) * share).clamp(0.0, 1.0);
            shifts[0] + (shifts[1] - shifts[0]) * t * t * (3.0 - 2.0 * t)
        }));
    }
    all.resize(width, shifts[shifts.len() - 1]);
    all
}

#[cfg(test)]
mod tests {
    use super::super::course::{Bends, Course};
    use super::*;
    use crate::draw::canvas::Colors;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    /// Stripes that fall or rise by as much everywhere.
    fn straight(slope: f32) -> Bends {
        Bends { slope: (slope, slope), wave: 0.0, arc: 0.0, fan: 0.0, chirp: 0.0, drift: 0.0 }
    }

    /// Two bars that fall by `slope`, as of an `E` and of an `F`, or of an `X` and a `K`, at heights that no single phase keeps clear of.
    fn bars(slope: f32) -> Canvas {
        let mut canvas = Canvas::new(120, 60, Colors { ground: [255; 3], ink: [0; 3] });
        for (y, row) in canvas.rows_mut().enumerate() {
            for (columns, middle) in [(20..50, 14.5), (70..100, 39.5)] {
                let across = (columns.start + columns.end) as f32 / 2.0;
                for x in columns {
                    if (y as f32 - middle - slope * (x as f32 - across)).abs() < 3.0 * slope.hypot(1.0) {
                        row[x] = 255;
                    }
                }
            }
        }
        canvas
    }

    /// How many px of the letters' edges along stripes come within 1.5 px of one of the field's whose stripe is on the side of the ink.
    fn hidden(phases: &Phases, canvas: &Canvas, middles: &[f32], Stripes { period, duty }: Stripes) -> f32 {
        let ways = ways(phases, canvas, middles, 30.0);
        let found = found(phases, canvas, &ways, &owners(middles, canvas.width()));
        let near = |edges: &Bins, edge: f32| -> f32 {
            let from = |bin: usize| (bin as f32 + 0.5) / BINS as f32 - edge;
            let is_near = |bin: usize| (from(bin) - from(bin).round()).abs() * period < 1.5;
            edges.iter().enumerate().filter(|(bin, _)| is_near(*bin)).map(|(_, px)| px).sum()
        };
        found.iter().map(|Found { tops, bottoms, .. }| near(tops, -duty / 2.0) + near(bottoms, duty / 2.0)).sum()
    }

    #[test]
    fn the_fields_edges_keep_clear_of_the_letters_that_run_along_them() {
        let middles = [35.0, 85.0];
        for (slope, duty) in [(0.0, 0.5), (0.0, 0.3), (0.4, 0.3), (0.8, 0.3), (1.2, 0.3)] {
            // As far apart at a right angle, however steep.
            let stripes = Stripes { period: 18.0 * f32::hypot(slope, 1.0), duty };
            let mut before = 0.0;
            for seed in 0..40 {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let course = Course::random(120, 60, stripes.period, 30.0, &straight(slope), &mut rng);
                let canvas = bars(-course.slope());
                let mut phases = Phases::of(&course, 120, 60);
                before += hidden(&phases, &canvas, &middles, stripes.across(slope));
                keep(&mut phases, &canvas, 30.0, &middles, stripes, course.slope());
                let after = hidden(&phases, &canvas, &middles, stripes.across(slope));
                // Where bars have steps, one of the columns that are looked at, which stands for four.
                let most = if slope == 0.0 { 0.0 } else { 4.0 };
                assert!(after <= most, "slope {slope}, duty {duty}, seed {seed}: {after} px");
            }
            assert!(before / 40.0 > if slope == 0.0 { 10.0 } else { 7.5 }, "slope {slope}, duty {duty}: {before}");
        }
    }

    /// A single edge and straight stripes, moved to where each side's is disturbed most: with the stripe over the ink nothing of the edge
    /// is left, and with the stripe over the ground what tint and ink differ by.
    #[test]
    fn an_edge_vanishes_where_a_stripe_begins_at_it_inside() {
        let stripes = Stripes { period: 32.0, duty: 5.0 / BINS as f32 };
        for (side, is_ink_below) in disturbed(stripes).into_iter().zip([true, false]) {
            let left_at = |cost: f32| {
                let bin = side[..BINS].iter().position(|&c| (c - cost).abs() < 1e-3).expect("it is disturbed so");
                let mut canvas = Canvas::new(16, 64, Colors { ground: [255; 3], ink: [0; 3] });
                canvas
                    .rows_mut()
                    .enumerate()
                    .filter(|(y, _)| (*y >= 32) == is_ink_below)
                    .for_each(|(_, r)| r.fill(255));
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
                let course = Course::random(16, 64, stripes.period, 30.0, &straight(0.0), &mut rng);
                let mut phases = Phases::of(&course, 16, 64);
                let here = phases.in_row(32)(8) - 0.5 / stripes.period;
                phases.shift(&[(bin as f32 + 0.5) / BINS as f32 - here; 16]);
                phases.draw(&mut canvas, super::super::Edge::of(stripes), 0.0);
                let row = |y: usize| i32::from(canvas.ink()[16 * y]);
                // A row of edge may lie in between.
                (row(33) - row(30)).abs()
            };
            assert!(left_at(1.0) < 40, "{is_ink_below}: {}", left_at(1.0));
            assert!((90..140).contains(&left_at(FAINT)), "{is_ink_below}: {}", left_at(FAINT));
        }
    }

    /// Edges that cross stripes can't vanish in them.
    #[test]
    fn edges_that_run_another_way_are_left_alone() {
        for (stripes, bars_fall) in [(0.8, -0.8), (0.8, 0.0), (0.0, 0.8)] {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
            let course = Course::random(120, 60, 20.0, 30.0, &straight(stripes), &mut rng);
            let canvas = bars(bars_fall * -course.slope().signum());
            let phases = Phases::of(&course, 120, 60);
            let ways = ways(&phases, &canvas, &[35.0, 85.0], 30.0);
            let found = found(&phases, &canvas, &ways, &owners(&[35.0, 85.0], 120));
            let px: f32 = found.iter().flat_map(|Found { tops, bottoms, .. }| tops.iter().chain(bottoms)).sum();
            assert!(px < 20.0, "{stripes}, {bars_fall}: {px}");
        }
    }

    /// How much of the ink of a letter on the canvas the field cuts away.
    fn cut(phases: &Phases, canvas: &Canvas, stripes: Stripes) -> f32 {
        let mut drawn = canvas.clone();
        phases.draw(&mut drawn, super::super::Edge::of(stripes), 0.0);
        let inked = canvas.ink().iter().zip(drawn.ink()).filter(|(&ink, _)| ink > 127);
        inked.clone().filter(|(_, &drawn)| drawn < 128).count() as f32 / inked.count() as f32
    }

    /// A letter that is lower than what lies between two stripes is not left there.
    #[test]
    fn a_stripe_runs_through_each_letter_however_far_apart_they_are() {
        let mut canvas = Canvas::new(120, 60, Colors { ground: [255; 3], ink: [0; 3] });
        canvas.rows_mut().skip(18).take(24).for_each(|row| row[50..70].fill(255));
        let stripes = Stripes { period: 36.0, duty: 0.2 };
        let mut plain = 0;
        for seed in 0..40 {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let course = Course::random(120, 60, stripes.period, 24.0, &straight(0.0), &mut rng);
            let mut phases = Phases::of(&course, 120, 60);
            plain += u32::from(cut(&phases, &canvas, stripes) < 0.05);
            keep(&mut phases, &canvas, 24.0, &[60.0], stripes, 0.0);
            let after = cut(&phases, &canvas, stripes);
            assert!(after > 0.1, "seed {seed}: {after}");
        }
        assert!(plain > 4, "{plain}");
    }

    #[test]
    fn numbers_are_rounded_as_by_the_standard_library() {
        let near = |number: f32| [number.next_down(), number, number.next_up()];
        let halves = (-4000..=4000).map(|n| n as f32 / 2.0).chain([4_194_303.5, 8_388_607.0, 8_388_609.0, 2e9]);
        for number in halves.flat_map(near) {
            assert_eq!(rounded(number), number.round(), "{number}");
        }
        assert!(rounded(f32::INFINITY) > 1e9 && rounded(f32::NEG_INFINITY) < -1e9 && rounded(f32::NAN) == 0.0);
    }

    #[test]
    fn whole_periods_and_the_side_of_zero_make_no_difference_to_a_bin() {
        for whole in [-4000.0, -300.0, -1.0, 0.0, 1.0, 300.0, 4000.0] {
            for wanted in 0..BINS as i32 {
                let phase = whole + (wanted as f32 + 0.5) / BINS as f32;
                assert_eq!(bins(f32x4::splat(phase)).to_array(), [wanted; 4], "{whole}");
            }
        }
    }

    #[test]
    fn shifts_change_smoothly_and_reach_each_letters_own() {
        let (middles, shifts) = ([10.5, 30.5, 60.5], [0.1, -0.3, 0.2]);
        let all = between(&middles, &shifts, 100);
        assert_eq!(all.len(), 100);
        for (x, shift) in [10, 30, 60].into_iter().zip(shifts) {
            assert!((all[x] - shift).abs() < 1e-6, "{} at {x}", all[x]);
        }
        assert_eq!((all[0], all[99]), (0.1, 0.2));
        assert!(all.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.035));
        // Letters beyond a picture's edge, as of a text that does not fit.
        assert_eq!(between(&[5.0, 40.0], &[0.0, 1.0], 20).len(), 20);
    }

    /// The way that costs least among all that there are.
    #[test]
    fn the_shortest_path_is_the_shortest() {
        let costs: Vec<Bins> = (0..3).map(|i| std::array::from_fn(|bin| ((bin * 7 + i * 5) % 11) as f32)).collect();
        let cost = |bins: [usize; 3]| {
            let turn = |a: usize, b: usize| {
                let bins = a.abs_diff(b).min(BINS - a.abs_diff(b)) as f32 * 2.0 / BINS as f32;
                STIFFNESS * bins * bins
            };
            let own: f32 = bins.iter().zip(&costs).map(|(&bin, costs)| costs[bin]).sum();
            own + turn(bins[0], bins[1]) + turn(bins[1], bins[2])
        };
        let all = (0..BINS.pow(3)).map(|i| cost([i % BINS, i / BINS % BINS, i / BINS / BINS]));
        let found = shifts(&costs);
        let bins = |shift: f32| (shift * BINS as f32).round().rem_euclid(BINS as f32) as usize;
        assert_eq!(cost([bins(found[0]), bins(found[1]), bins(found[2])]), all.fold(f32::MAX, f32::min));
        // Neighbours by the nearer way round.
        assert!(found.windows(2).all(|pair| (pair[1] - pair[0]).abs() <= 0.5));
    }
}
