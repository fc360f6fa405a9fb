//! Keeping a field's edges clear of the letters' own.
//!
//! Where an edge of the field runs along a level edge of a letter, the bar of a `T` or the foot of an `L`, both vanish: of all that
//! people found hard to read that was the worst. So under each letter the field is moved up or down by as much as brings its edges
//! farthest from the letter's level ones, evenly from letter to letter, so that stripes stay stripes.

use super::Phases;
use crate::draw::canvas::Canvas;

/// By how many different phases the field may be moved.
const BINS: usize = 16;
/// How near edges disturb each other, in px.
const REACH: f32 = 2.0;
/// What it costs to move the field by half a period more under a letter than under the next one, in px of edges that vanish.
const STIFFNESS: f32 = 20.0;
/// One column in how many is looked at.
const COLUMNS: usize = 2;

/// Moves a field of this period so that its edges keep clear of those of the letters on the canvas, whose middles lie at these
/// columns, from the left.
pub(super) fn keep(phases: &mut Phases, canvas: &Canvas, middles: &[f32], period: f32) {
    if middles.is_empty() {
        return;
    }
    let costs: Vec<[f32; BINS]> =
        edges(phases, canvas, middles).into_iter().map(|edges| costs(&edges, period)).collect();
    let shifts = shifts(&costs);
    let between = (0..canvas.width()).map(|x| between(middles, &shifts, x as f32 + 0.5));
    phases.shift(&between.collect::<Vec<_>>());
}

/// For each letter, how many px of its level edges lie in each of the field's phases.
fn edges(phases: &Phases, canvas: &Canvas, middles: &[f32]) -> Vec<[f32; BINS]> {
    let (width, ink) = (canvas.width(), canvas.ink());
    let mut edges = vec![[0.0; BINS]; middles.len()];
    let mut letter = 0;
    for x in (0..width).step_by(COLUMNS) {
        while letter + 1 < middles.len() && x as f32 > (middles[letter] + middles[letter + 1]) / 2.0 {
            letter += 1;
        }
        let mut above = false;
        for (y, &ink) in ink[x..].iter().step_by(width).enumerate() {
            let is_inked = ink >= 128;
            if is_inked != above {
                above = is_inked;
                let phase = phases.at(x, y);
                let bin = ((phase - phase.floor()) * BINS as f32) as usize % BINS;
                edges[letter][bin] += COLUMNS as f32;
            }
        }
    }
    edges
}

/// How many px of edges come near the field's, for each bin that the field is moved by.
fn costs(edges: &[f32; BINS], period: f32) -> [f32; BINS] {
    // How strongly an edge in each bin is disturbed.
    let disturbed: [f32; BINS] = std::array::from_fn(|bin| {
        let phase = (bin as f32 + 0.5) / BINS as f32;
        // The field's edges lie a quarter of a period from whole numbers.
        let distance = ((phase - phase.round()).abs() - 0.25).abs() * period;
        (1.0 - distance / REACH).max(0.0)
    });
    std::array::from_fn(|moved| edges.iter().enumerate().map(|(bin, px)| px * disturbed[(bin + moved) % BINS]).sum())
}

/// By how much to move the field under each letter, in periods, so that what it costs in all is least: a shortest path through
/// the letters' bins (R. Bellman, "On a Routing Problem", 1958).
fn shifts(costs: &[[f32; BINS]]) -> Vec<f32> {
    let apart = |a: usize, b: usize| {
        let bins = a.abs_diff(b);
        bins.min(BINS - bins) as f32 * 2.0 / BINS as f32
    };
    let mut least = costs[0];
    let mut ways: Vec<[usize; BINS]> = Vec::with_capacity(costs.len());
    for costs in &costs[1..] {
        let way: [usize; BINS] = std::array::from_fn(|to| {
            let cost = |from: usize| least[from] + STIFFNESS * apart(from, to) * apart(from, to);
            (0..BINS).min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(to)
        });
        least = std::array::from_fn(|to| {
            let apart = apart(way[to], to);
            least[way[to]] + STIFFNESS * apart * apart + costs[to]
        });
        ways.push(way);
    }
    let mut bin = (0..BINS).min_by(|&a, &b| least[a].total_cmp(&least[b])).unwrap_or(0);
    let mut bins = vec![bin];
    for way in ways.iter().rev() {
        bin = way[bin];
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

/// The shift at a column: that of the letter there, smoothly changed on the way to the next.
fn between(middles: &[f32], shifts: &[f32], x: f32) -> f32 {
    let next = middles.partition_point(|&middle| middle <= x);
    if next == 0 || next == middles.len() {
        return shifts[next.saturating_sub(1)];
    }
    let t = (x - middles[next - 1]) / (middles[next] - middles[next - 1]);
    shifts[next - 1] + (shifts[next] - shifts[next - 1]) * t * t * (3.0 - 2.0 * t)
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
    fn hidden(phases: &Phases, canvas: &Canvas, middles: &[f32], period: f32) -> f32 {
        let near = |bin: usize| (((bin as f32 + 0.5) / BINS as f32 - 0.5).abs() - 0.25).abs() * period < 1.5;
        let edges = edges(phases, canvas, middles);
        edges.iter().flat_map(|edges| edges.iter().enumerate()).filter(|(bin, _)| near(*bin)).map(|(_, px)| px).sum()
    }

    #[test]
    fn the_fields_edges_keep_clear_of_the_letters() {
        let (canvas, middles, period) = (bars(), [35.0, 85.0], 18.0);
        let mut before = 0.0;
        for seed in 0..40 {
            let course = Course::random(120, 60, period, 30.0, &LEVEL, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
            let mut phases = Phases::of(&course, 120, 60);
            before += hidden(&phases, &canvas, &middles, period);
            keep(&mut phases, &canvas, &middles, period);
            let after = hidden(&phases, &canvas, &middles, period);
            assert!(after < 1.0, "seed {seed}: {after} px");
        }
        assert!(before / 40.0 > 20.0, "{before}");
    }

    #[test]
    fn shifts_change_smoothly_and_reach_each_letters_own() {
        let (middles, shifts) = ([10.0, 30.0, 60.0], [0.1, -0.3, 0.2]);
        for (middle, shift) in middles.iter().zip(shifts) {
            assert!((between(&middles, &shifts, *middle) - shift).abs() < 1e-6);
        }
        assert_eq!((between(&middles, &shifts, 0.0), between(&middles, &shifts, 99.0)), (0.1, 0.2));
        let all: Vec<f32> = (0..100).map(|x| between(&middles, &shifts, x as f32)).collect();
        assert!(all.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.035));
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
