//! From coverage to distances.

use super::letter::Letter;

/// Signed distances to the outline as far as [`Letter::SPREAD`], from antialiased coverage.
///
/// Each pixel that the outline runs through knows where it does so, from its coverage and the direction in which coverage grows (S.
/// Gustavson and R. Strand, "Anti-aliased Euclidean distance transform", 2011). It stands for a short piece of
/// the outline, and every pixel around is as far from the outline as from the nearest piece.
pub(super) fn distances(coverage: &[f32], columns: usize, rows: usize) -> Box<[u8]> {
    let reach = Letter::SPREAD;
    // Squares, so that there is one root for each pixel and not for each piece around it; as f64, in which those of f32 are exact. There
    // are pixels more at the ends of each row, as far as pieces of the outermost columns reach, and what is left of their lanes.
    let stride = columns + LANES;
    let mut nearest = vec![(reach * reach) as f64; stride * rows];
    // From the columns that a pixel reaches to itself; a lane more is too far to be near.
    let across: [f32; LANES] = std::array::from_fn(|i| if i > 2 * reach { 1e6 } else { i as f32 - reach as f32 });
    for y in 1..rows - 1 {
        for x in 1..columns - 1 {
            let Some(piece) = Piece::within(|dx, dy| coverage[(y + dy - 1) * columns + x + dx - 1]) else { continue };
            for down in y.saturating_sub(reach)..(y + reach + 1).min(rows) {
                let down_there = down as f32 - y as f32;
                let around = nearest[down * stride + x..].first_chunk_mut::<LANES>().expect("rows have room");
                // As many as there always are, so that several are done at once.
                for (least, across) in around.iter_mut().zip(&across) {
                    let square = piece.squared_distance(*across, down_there);
                    *least = if square < *least { square } else { *least };
                }
            }
        }
    }
    let nearest = nearest.chunks_exact(stride).flat_map(|row| &row[reach..][..columns]);
    let distances = nearest.map(|square| square.sqrt() as f32);
    let signed = distances.zip(coverage).map(|(d, &c)| if c < 0.5 { -d } else { d });
    signed.map(|distance| (f32::from(Letter::EDGE) + distance * Letter::SLOPE) as u8).collect()
}

/// Pixels of a row that a piece reaches at most, and one more.
const LANES: usize = 2 * Letter::SPREAD + 2;

/// A straight piece of outline, relative to the middle of its pixel.
struct Piece {
    middle: (f32, f32),
    /// Of length 1.
    along: (f32, f32),
}

impl Piece {
    /// Half its length: enough to meet the next one, even across a pixel's corner.
    const HALF: f32 = 0.6;

    /// The outline within a pixel, if there is one, told the coverage of it and of its neighbours: at (1, 1) its own.
    fn within(at: impl Fn(usize, usize) -> f32) -> Option<Self> {
        let coverage = at(1, 1);
        let beside_nothing = || [at(0, 1), at(2, 1), at(1, 0), at(1, 2)].iter().any(|&c| c < TRACE);
        let is_crossed = (TRACE..=1.0 - TRACE).contains(&coverage) || (coverage > 0.5 && beside_nothing());
        // Most pixels are not, and need no other look.
        if !is_crossed {
            return None;
        }
        // On one side of an outline there is ink, on the other none. All else are the rasteriser's traces.
        let around = (0..9).map(|i| at(i % 3, i / 3));
        let (least, most) = around.fold((1.0f32, 0.0f32), |(least, most), c| (least.min(c), most.max(c)));
        if most < 0.5 || least > 0.5 {
            return None;
        }
        let side = std::f32::consts::SQRT_2;
        let inwards = (
            at(2, 0) + side * at(2, 1) + at(2, 2) - at(0, 0) - side * at(0, 1) - at(0, 2),
            at(0, 2) + side * at(1, 2) + at(2, 2) - at(0, 0) - side * at(1, 0) - at(2, 0),
        );
        let length = inwards.0.hypot(inwards.1);
        if length < 1e-3 {
            return None;
        }
        let (x, y) = (inwards.0 / length, inwards.1 / length);
        let depth = depth(coverage, x.abs().max(y.abs()), x.abs().min(y.abs()));
        Some(Self { middle: (x * depth, y * depth), along: (-y, x) })
    }

    /// How far from it the point lies, squared.
    fn squared_distance(&self, x: f32, y: f32) -> f64 {
        let (x, y) = (x - self.middle.0, y - self.middle.1);
        let along = (x * self.along.0 + y * self.along.1).clamp(-Self::HALF, Self::HALF);
        let (x, y) = (f64::from(x - along * self.along.0), f64::from(y - along * self.along.1));
        x * x + y * y
    }
}

/// Coverage that a rasteriser's sums leave where there is none, or take where there is all.
const TRACE: f32 = 0.01;

/// How far inwards from a pixel's middle a straight edge lies that leaves so much of it covered, where the direction inwards has these
/// two components, the larger first.
fn depth(coverage: f32, larger: f32, smaller: f32) -> f32 {
    // The share that lies beyond the edge when it goes through a corner.
    let corner = 0.5 * smaller / larger;
    if coverage < corner {
        0.5 * (larger + smaller) - (2.0 * larger * smaller * coverage).sqrt()
    } else if coverage > 1.0 - corner {
        (2.0 * larger * smaller * (1.0 - coverage)).sqrt() - 0.5 * (larger + smaller)
    } else {
        (0.5 - coverage) * larger
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_along_a_slanted_edge_are_true() {
        // A half plane, its coverage worked out from sixteen by sixteen points in each pixel.
        let (columns, rows) = (30, 30);
        for degrees in [0.0f32, 12.0, 30.0, 45.0, 71.0] {
            let (sin, cos) = degrees.to_radians().sin_cos();
            let depth = |x: f32, y: f32| (x - 15.2) * cos + (y - 14.7) * sin;
            let coverage = |i: usize| {
                let point = |n: usize, start: usize| start as f32 + (n as f32 + 0.5) / 16.0;
                let points = (0..256).map(|j| depth(point(j % 16, i % columns), point(j / 16, i / columns)));
                points.filter(|&depth| depth > 0.0).count() as f32 / 256.0
            };
            let coverage: Vec<f32> = (0..columns * rows).map(coverage).collect();
            let field = distances(&coverage, columns, rows);
            for (i, &value) in field.iter().enumerate() {
                let (x, y) = (i % columns, i / columns);
                // Near the sides the edge goes on beyond them.
                if (6..24).contains(&x) && (6..24).contains(&y) {
                    let expected = depth(x as f32 + 0.5, y as f32 + 0.5).clamp(-4.9, 4.9);
                    let told = (f32::from(value) - f32::from(Letter::EDGE)) / Letter::SLOPE;
                    let room = if expected.abs() > 4.5 { 0.5 } else { 0.12 };
                    assert!((told - expected).abs() < room, "{degrees}: {told} for {expected} at {x}, {y}");
                }
            }
        }
    }

    #[test]
    fn fields_tell_distances_to_a_pixel_edge() {
        // A half plane whose edge runs through the middle of column 10.
        let (columns, rows) = (20, 8);
        let coverage: Vec<f32> = (0..columns * rows)
            .map(|i| match i % columns {
                10 => 0.5,
                x if x > 10 => 1.0,
                _ => 0.0,
            })
            .collect();
        let field = distances(&coverage, columns, rows);
        for row in field.chunks(columns) {
            for (x, &value) in row.iter().enumerate() {
                let distance = (x as f32 - 10.0).clamp(-5.0, 5.0);
                let expected = f32::from(Letter::EDGE) + distance * Letter::SLOPE;
                assert!((f32::from(value) - expected).abs() <= Letter::SLOPE / 2.0 + 1.0, "{x}: {value}");
            }
        }
    }
}
