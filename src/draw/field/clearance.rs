//! Keeping a field's edges clear of the letters' own.
//!
//! Where an edge of the field runs along a level edge of a letter, the bar of a `T` or the foot of an `L`, both vanish: of all that
//! people found hard to read that was the worst. So under each letter the field is moved up or down by as much as brings its edges
//! farthest from the letter's level ones, evenly from letter to letter, so that stripes stay stripes.
//!
//! Where there is more ground between two stripes than a letter is high, one could stand there as plain as in a book. It costs as much
//! as edges that vanish do, so that a stripe is moved there.

use wide::u8x16;

use super::{Phases, Stripes};
use crate::draw::canvas::Canvas;
use crate::simd::{padded, LANES};

/// By how many different phases the field may be moved.
const BINS: usize = 16;
/// How near edges disturb each other, in px.
const REACH: f32 = 2.0;
/// What it costs to move the field by half a period more under a letter than under the next one, in px of edges that vanish.
const STIFFNESS: f32 = 20.0;

/// The share of a letter's ink that must change places for it not to be plain, and what it costs to leave all of it, in px of edges
/// that vanish.
const SWAPPED: f32 = 0.15;
const PLAIN: f32 = 60.0;
/// The lowest that letters are, in caps. More than that between stripes may hold one.
const LOWEST: f32 = 0.77;

/// The columns of a block that are looked at. Level edges are longer than what lies in between.
const COLUMNS: u32 = 0x2222;

/// Moves a field of these stripes so that its edges keep clear of those of the letters on the canvas, whose capitals are `cap` px
/// high and whose middles lie at these columns, from the left, and that it runs through each.
pub(super) fn keep(phases: &mut Phases, canvas: &Canvas, cap: f32, middles: &[f32], stripes: Stripes) {
    if middles.is_empty() {
        return;
    }
    let owners = owners(middles, canvas.width());
    let disturbed = disturbed(stripes);
    let edges = edges(phases, canvas, middles.len(), &owners);
    let mut costs: Vec<[f32; BINS]> = edges.iter().map(|edges| sums(edges, &disturbed)).collect();
    if stripes.period * (1.0 - stripes.duty) > LOWEST * cap {
        let striped = striped(stripes);
        for (costs, ink) in costs.iter_mut().zip(ink(phases, canvas, middles, cap / 2.0)) {
            let enough = SWAPPED * ink.iter().sum::<f32>().max(1.0);
            let swapped = sums(&ink, &striped);
            costs.iter_mut().zip(swapped).for_each(|(cost, px)| *cost += PLAIN * (1.0 - px / enough).max(0.0));
        }
    }
    let shifts = shifts(&costs);
    phases.shift(&between(middles, &shifts, canvas.width()));
}

/// To which letter each column belongs: whose middle is nearest.
fn owners(middles: &[f32], width: usize) -> Vec<usize> {
    let mut owners = Vec::with_capacity(width);
    for (letter, pair) in middles.windows(2).enumerate() {
        owners.resize(((pair[0] + pair[1]) / 2.0) as usize + 1, letter);
    }
    owners.resize(width, middles.len() - 1);
    owners
}

/// For each of `count` letters, how many px of its level edges lie in each of the field's phases.
fn edges(phases: &Phases, canvas: &Canvas, count: usize, owners: &[usize]) -> Vec<[f32; BINS]> {
    let mut edges = vec![[0.0; BINS]; count];
    let blocks = canvas.width().div_ceil(LANES);
    let mut above = vec![0; blocks];
    for (y, row) in canvas.rows().enumerate() {
        let phase_at = phases.in_row(y);
        let mut look = |block: usize, ink: &[u8; LANES], above: &mut u32| {
            // More than half of such a pixel is ink.
            let inked = u8x16::new(*ink).to_bitmask();
            let mut changed = (inked ^ *above) & COLUMNS;
            *above = inked;
            while changed != 0 {
                let x = block * LANES + changed.trailing_zeros() as usize;
                changed &= changed - 1;
                edges[owners[x]][bin(phase_at(x))] += LANES as f32 / COLUMNS.count_ones() as f32;
            }
        };
        let (whole, rest) = row.as_chunks();
        for (block, (ink, above)) in whole.iter().zip(&mut above).enumerate() {
            look(block, ink, above);
        }
        if !rest.is_empty() {
            look(whole.len(), &padded(rest, 0), &mut above[whole.len()]);
        }
    }
    edges
}

/// For each letter, how much of its ink lies in each of the field's phases, of one column in two as far as `beside` its middle.
fn ink(phases: &Phases, canvas: &Canvas, middles: &[f32], beside: f32) -> Vec<[f32; BINS]> {
    let mut all = vec![[0.0; BINS]; middles.len()];
    for (y, row) in canvas.rows().enumerate() {
        let phase_at = phases.in_row(y);
        for (middle, sums) in middles.iter().zip(&mut all) {
            let columns = (middle - beside).max(0.0) as usize..row.len().min((middle + beside) as usize);
            for x in columns.step_by(2).filter(|&x| row[x] > 127) {
                sums[bin(phase_at(x))] += 1.0;
            }
        }
    }
    all
}

fn bin(phase: f32) -> usize {
    (phase * BINS as f32).floor() as i32 as usize % BINS
}

/// How much of each of the field's phases is stripe, twice over.
fn striped(Stripes { duty, .. }: Stripes) -> [f32; 2 * BINS] {
    std::array::from_fn(|bin| {
        let phase = (bin as f32 + 0.5) / BINS as f32;
        let inside = duty / 2.0 - (phase - phase.round()).abs();
        (inside * BINS as f32 + 0.5).clamp(0.0, 1.0)
    })
}

/// How strongly the field disturbs an edge in each of its phases, twice over, so that 16 from any on are a whole turn.
fn disturbed(Stripes { period, duty }: Stripes) -> [f32; 2 * BINS] {
    std::array::from_fn(|bin| {
        let phase = (bin as f32 + 0.5) / BINS as f32;
        // The field's edges lie half the duty from whole numbers.
        let distance = ((phase - phase.round()).abs() - duty / 2.0).abs() * period;
        (1.0 - distance / REACH).max(0.0)
    })
}

/// How many px the field touches, told how many lie in each of its phases, for each bin that it is moved by.
fn sums(px: &[f32; BINS], touched: &[f32; 2 * BINS]) -> [f32; BINS] {
    let mut sums = [0.0; BINS];
    for (bin, px) in px.iter().enumerate().filter(|(_, &px)| px > 0.0) {
        sums.iter_mut().zip(&touched[bin..]).for_each(|(sum, touched)| *sum += px * touched);
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
fn shifts(costs: &[[f32; BINS]]) -> Vec<f32> {
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
        last += turn - turn.round();
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
        for x in all.len()..(middles[1] as usize).min(width) {
            let t = ((x as f32 + 0.5 - middles[0]) * share).clamp(0.0, 1.0);
            all.push(shifts[0] + (shifts[1] - shifts[0]) * t * t * (3.0 - 2.0 * t));
        }
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

    const LEVEL: Bends = Bends { slope: (0.0, 0.0), wave: 0.0, arc: 0.0, fan: 0.0, chirp: 0.0, drift: 0.0 };

    /// Two bars, as of an `E` and of an `F`, at heights that no single phase keeps clear of.
    fn bars() -> Canvas {
        let mut canvas = Canvas::new(120, 60, Colors { ground: [255; 3], ink: [0; 3] });
        for (y, row) in canvas.rows_mut().enumerate() {
            if (12..17).contains(&y) {
                row[20..50].fill(255);
            }
            if (37..42).contains(&y) {
                row[70..100].fill(255);
            }
        }
        canvas
    }

    /// How many px of the letters' level edges come within 1.5 px of one of the field's.
    fn hidden(phases: &Phases, canvas: &Canvas, middles: &[f32], Stripes { period, duty }: Stripes) -> f32 {
        let near =
            |bin: usize| (((bin as f32 + 0.5) / BINS as f32 - 0.5).abs() - (0.5 - duty / 2.0)).abs() * period < 1.5;
        let edges = edges(phases, canvas, middles.len(), &owners(middles, canvas.width()));
        edges.iter().flat_map(|edges| edges.iter().enumerate()).filter(|(bin, _)| near(*bin)).map(|(_, px)| px).sum()
    }

    #[test]
    fn the_fields_edges_keep_clear_of_the_letters() {
        let (canvas, middles) = (bars(), [35.0, 85.0]);
        for duty in [0.5, 0.3] {
            let stripes = Stripes { period: 18.0, duty };
            let mut before = 0.0;
            for seed in 0..40 {
                let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
                let course = Course::random(120, 60, stripes.period, 30.0, &LEVEL, &mut rng);
                let mut phases = Phases::of(&course, 120, 60);
                before += hidden(&phases, &canvas, &middles, stripes);
                keep(&mut phases, &canvas, 30.0, &middles, stripes);
                let after = hidden(&phases, &canvas, &middles, stripes);
                assert!(after < 1.0, "{duty}, seed {seed}: {after} px");
            }
            assert!(before / 40.0 > 20.0, "{duty}: {before}");
        }
    }

    /// How much of the ink of a letter on the canvas the field swaps.
    fn swapped(phases: &Phases, canvas: &Canvas, stripes: Stripes) -> f32 {
        let mut drawn = canvas.clone();
        phases.swap(&mut drawn, super::super::Edge::of(stripes), 0.0);
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
            let course = Course::random(120, 60, stripes.period, 24.0, &LEVEL, &mut rng);
            let mut phases = Phases::of(&course, 120, 60);
            plain += u32::from(swapped(&phases, &canvas, stripes) < 0.05);
            keep(&mut phases, &canvas, 24.0, &[60.0], stripes);
            let after = swapped(&phases, &canvas, stripes);
            assert!(after > 0.1, "seed {seed}: {after}");
        }
        assert!(plain > 4, "{plain}");
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
        let costs: Vec<[f32; BINS]> =
            (0..3).map(|i| std::array::from_fn(|bin| ((bin * 7 + i * 5) % 11) as f32)).collect();
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
