//! Smooth random displacement, which keeps a pattern from being a formula.

use std::ops::Range;

use rand::{Rng, RngExt};

/// Value noise: random numbers on a grid, and in between a smooth way from one to the next.
pub(super) struct Drift {
    /// Grid values, row by row.
    grid: Vec<f32>,
    columns: usize,
    /// Px from one row of the grid to the next.
    spacing: f32,
    /// For each px across, how far it is on the way from the grid column at its left to the next.
    on_the_way: Vec<f32>,
    /// The px between each grid column and the next.
    cells: Vec<Range<usize>>,
}

impl Drift {
    /// Numbers from `-strength` to `strength` that change over about `spacing` px.
    pub fn random(width: usize, height: usize, spacing: f32, strength: f32, rng: &mut impl Rng) -> Self {
        let columns = (width as f32 / spacing) as usize + 2;
        let rows = (height as f32 / spacing) as usize + 2;
        let edge = |column: usize| ((column as f32 * spacing).ceil() as usize).min(width);
        let cells: Vec<_> = (0..columns - 1).map(|column| edge(column)..edge(column + 1)).collect();
        let mut on_the_way = Vec::with_capacity(width);
        for (column, cell) in cells.iter().enumerate() {
            on_the_way.extend(cell.clone().map(|x| smooth(x as f32 / spacing - column as f32)));
        }
        let grid = (0..columns * rows).map(|_| rng.random_range(-strength..=strength)).collect();
        Self { grid, columns, spacing, on_the_way, cells }
    }

    /// Adds the noise `y` px down to `values`.
    pub fn add_row(&self, y: f32, values: &mut [f32]) {
        let place = y / self.spacing;
        let row = (place as usize).min(self.grid.len() / self.columns - 2);
        let down = smooth((place - row as f32).min(1.0));
        let start = row * self.columns;
        let (upper, lower) = (&self.grid[start..], &self.grid[start + self.columns..]);
        let at = |column: usize| upper[column] + (lower[column] - upper[column]) * down;
        for (column, cell) in self.cells.iter().enumerate() {
            let (left, right) = (at(column), at(column + 1));
            let way = &self.on_the_way[cell.clone()];
            for (value, on) in values[cell.clone()].iter_mut().zip(way) {
                *value += left + (right - left) * on;
            }
        }
    }
}

fn smooth(t: f32) -> f32 {
    t * t * (3.0 - 2.0 * t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

    #[test]
    fn noise_covers_every_px_smoothly_and_keeps_to_its_strength() {
        for (width, height, spacing) in [(256, 60, 17.3), (64, 64, 9.0), (33, 17, 100.0), (1024, 16, 0.9)] {
            let drift = Drift::random(width, height, spacing, 2.0, &mut Xoshiro256PlusPlus::seed_from_u64(1));
            let rows: Vec<Vec<f32>> = (0..height)
                .map(|y| {
                    let mut row = vec![0.0; width];
                    drift.add_row(y as f32, &mut row);
                    row
                })
                .collect();
            assert!(rows.iter().flatten().all(|value| value.abs() <= 2.0));
            assert!(rows.iter().flatten().any(|value| value.abs() > 0.1));
            // From one value to the next it is 4 at most, and nowhere steeper than half again the mean.
            let steepest = 6.0 / spacing + 1e-3;
            for y in 1..height {
                for x in 1..width {
                    let value = rows[y][x];
                    assert!((value - rows[y][x - 1]).abs() <= steepest && (value - rows[y - 1][x]).abs() <= steepest);
                }
            }
        }
    }
}
