//! SVG: stripes as one path, and ink as another on top of it.
//!
//! Outlines are found on the canvas, where letters and field are one already, as marching squares find them (W. E. Lorensen and
//! H. E. Cline, "Marching Cubes: A High Resolution 3D Surface Construction Algorithm", SIGGRAPH 1987). So hardly a piece of a path
//! is a letter, and pieces follow each other by where they begin. Points that lie in line are left out as in Z. Zhao and A. Saalfeld,
//! "Linear-Time Sleeve-Fitting Polyline Simplification Algorithms" (1997), and what bends gently becomes curves.

use crate::draw::{Canvas, TINT};

/// The most bytes of a file, as long as an outline as coarse as [`COARSEST`] gets by with them; a third more than usual pictures take.
const MOST_BYTES: usize = 12 << 10;
/// How far outlines may lie from those of the canvas, in px: at first, and at most.
const FINEST: f32 = 0.15;
const COARSEST: f32 = 4.0;
/// Units to a px: all numbers are whole.
const UNITS: f32 = 10.0;

/// The canvas as an SVG document, as large as the canvas unless it is scaled: a rectangle of ground, if that is not transparent, and for
/// each layer a path that is filled even-odd.
pub(super) fn encode(canvas: &Canvas) -> Vec<u8> {
    let [stripes, ink] = layers(canvas);
    let layers = [(outlines(&stripes), TINT), (outlines(&ink), 255)];
    let mut tolerance = FINEST;
    loop {
        let svg = document(canvas, &layers, tolerance);
        if svg.len() <= MOST_BYTES || tolerance >= COARSEST {
            return svg.into_bytes();
        }
        tolerance *= 1.5;
    }
}

fn document(canvas: &Canvas, layers: &[(Vec<Vec<Point>>, u8)], tolerance: f32) -> String {
    let (width, height) = (canvas.width(), canvas.height());
    let (across, down) = (width * UNITS as usize, height * UNITS as usize);
    let hex = |[r, g, b]: [u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {across} {down}\">"
    );
    if !canvas.is_transparent {
        svg += &format!("<path fill=\"{}\" d=\"M0 0h{across}v{down}H0z\"/>", hex(canvas.colors.ground));
    }
    for (outlines, share) in layers {
        let mut path = Path::default();
        outlines.iter().for_each(|outline| path.add(&simplified(outline, tolerance)));
        let fill = match (canvas.is_transparent, share) {
            (true, &share) if share < 255 => {
                format!("{}\" fill-opacity=\"{:.2}", hex(canvas.colors.ink), f32::from(share) / 255.0)
            }
            (_, &share) => hex(canvas.colors.mix(share)),
        };
        svg += &format!("<path fill=\"{fill}\" fill-rule=\"evenodd\" d=\"{}\"/>", path.data);
    }
    svg + "</svg>"
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Point {
    x: f32,
    y: f32,
}

impl Point {
    fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    fn middle(self, other: Self) -> Self {
        Self { x: (self.x + other.x) / 2.0, y: (self.y + other.y) / 2.0 }
    }

    fn length(self) -> f32 {
        self.dot(self).sqrt()
    }

    fn cross(self, other: Self) -> f32 {
        self.x * other.y - self.y * other.x
    }

    fn dot(self, other: Self) -> f32 {
        self.x * other.x + self.y * other.y
    }
}

/// The sides of a cell, whose corners are the middles of four pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

/// The stripes of a canvas, and its ink. Each pixel belongs to one of the two: one that is between ground and ink is the edge of a letter, if
/// there is ink beside it, and otherwise of a stripe.
fn layers(canvas: &Canvas) -> [Samples; 2] {
    let all = Samples::of(canvas);
    let [mut stripes, mut ink] = [(); 2].map(|()| Samples { samples: vec![0; all.samples.len()], ..all });
    for y in 1..all.height - 1 {
        for x in 1..all.width - 1 {
            let (at, share) = (y * all.width + x, all.at(x, y));
            let mut around = (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (x, y)));
            if share > TINT || (share > 0 && around.any(|(x, y)| all.at(x, y) > TINT)) {
                ink.samples[at] = share;
            } else {
                stripes.samples[at] = (u32::from(share) * 255 / u32::from(TINT)) as u8;
            }
        }
    }
    [stripes, ink]
}

/// The lines around what is more than half covered, each closed. They go round the picture's own border where that meets it. No more points
/// than twice as many as there are pixels.
fn outlines(field: &Samples) -> Vec<Vec<Point>> {
    let (columns, rows) = (field.width - 1, field.height - 1);
    let mut seen = vec![false; columns * rows];
    let mut outlines = Vec::new();
    for y in 0..rows {
        for x in 0..columns {
            // Every line goes down somewhere, with ink to its right.
            if !seen[y * columns + x] && !field.is_ink(x, y) && field.is_ink(x + 1, y) {
                outlines.push(field.outline((x, y), columns, &mut seen));
            }
        }
    }
    outlines
}

/// The canvas with a border of ground around it: sample `(x + 1, y + 1)` is pixel `(x, y)`.
struct Samples {
    samples: Vec<u8>,
    width: usize,
    height: usize,
}

impl Samples {
    /// Half a pixel. What is more counts.
    const HALF: f32 = 127.5;

    fn of(canvas: &Canvas) -> Self {
        let (width, height) = (canvas.width() + 2, canvas.height() + 2);
        let mut samples = vec![0; width * height];
        for (row, drawn) in samples.chunks_exact_mut(width).skip(1).zip(canvas.rows()) {
            row[1..width - 1].copy_from_slice(drawn);
        }
        Self { samples, width, height }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.samples[y * self.width + x]
    }

    fn is_ink(&self, x: usize, y: usize) -> bool {
        f32::from(self.at(x, y)) > Self::HALF
    }

    /// The line that enters the cell of this upper left corner from above, with ink to the right of that.
    fn outline(&self, start: (usize, usize), columns: usize, seen: &mut [bool]) -> Vec<Point> {
        let mut points = Vec::new();
        let ((mut x, mut y), mut entry) = (start, Side::Top);
        loop {
            if entry == Side::Top {
                let seen = &mut seen[y * columns + x];
                if *seen {
                    return points;
                }
                *seen = true;
            }
            points.push(self.crossing(x, y, entry));
            // The neighbour on the other side of where it leaves.
            match self.exit(x, y, entry) {
                Side::Top => (y, entry) = (y - 1, Side::Bottom),
                Side::Right => (x, entry) = (x + 1, Side::Left),
                Side::Bottom => (y, entry) = (y + 1, Side::Top),
                Side::Left => (x, entry) = (x - 1, Side::Right),
            }
        }
    }

    /// Where a line that came in by a side leaves a cell: ink is always on the same side of it.
    fn exit(&self, x: usize, y: usize, entry: Side) -> Side {
        let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        match corners.map(|(x, y)| self.is_ink(x, y)) {
            // Two corners that face each other: they are one if the middle is ink.
            [true, false, true, false] | [false, true, false, true] => {
                let middle: f32 = corners.iter().map(|&(x, y)| f32::from(self.at(x, y))).sum::<f32>() / 4.0;
                match (entry, middle > Self::HALF) {
                    (Side::Left, false) | (Side::Right, true) => Side::Top,
                    (Side::Left, true) | (Side::Right, false) => Side::Bottom,
                    (Side::Top, false) | (Side::Bottom, true) => Side::Right,
                    (Side::Top, true) | (Side::Bottom, false) => Side::Left,
                }
            }
            [upper_left, upper_right, lower_right, lower_left] => {
                if upper_left && !upper_right {
                    Side::Top
                } else if upper_right && !lower_right {
                    Side::Right
                } else if lower_right && !lower_left {
                    Side::Bottom
                } else {
                    debug_assert!(lower_left && !upper_left);
                    Side::Left
                }
            }
        }
    }

    /// Where the line crosses a side of a cell, in px of the canvas.
    fn crossing(&self, x: usize, y: usize, side: Side) -> Point {
        let ((ax, ay), (bx, by)) = match side {
            Side::Top => ((x, y), (x + 1, y)),
            Side::Bottom => ((x, y + 1), (x + 1, y + 1)),
            Side::Left => ((x, y), (x, y + 1)),
            Side::Right => ((x + 1, y), (x + 1, y + 1)),
        };
        let (a, b) = (f32::from(self.at(ax, ay)), f32::from(self.at(bx, by)));
        let share = (Self::HALF - a) / (b - a);
        let place = |a: usize, b: usize, end: usize| {
            let middle = a as f32 - 0.5;
            (middle + (b as f32 - a as f32) * share).clamp(0.0, end as f32)
        };
        Point { x: place(ax, bx, self.width - 2), y: place(ay, by, self.height - 2) }
    }
}

/// The points of a closed line that a line through them alone needs to come within `tolerance` of all.
fn simplified(points: &[Point], tolerance: f32) -> Vec<Point> {
    let mut kept = vec![points[0]];
    let mut anchor = points[0];
    // The directions from the anchor that come near enough to all points since: between the right one and the left one.
    let mut sleeve: Option<(Point, Point)> = None;
    let (mut farthest, mut last) = (0.0f32, points[0]);
    for &point in points[1..].iter().chain(&points[..1]) {
        let way = point.minus(anchor);
        let leaves = sleeve.is_some_and(|(right, left)| right.cross(way) < 0.0 || way.cross(left) < 0.0);
        if leaves || way.length() + tolerance < farthest {
            kept.push(last);
            anchor = last;
            (sleeve, farthest) = (None, 0.0);
        }
        let way = point.minus(anchor);
        let length = way.length();
        if length > tolerance {
            let sine = tolerance / length;
            let cosine = (1.0 - sine * sine).sqrt();
            let turned = |sine: f32| Point { x: way.x * cosine - way.y * sine, y: way.x * sine + way.y * cosine };
            let (right, left) = (turned(-sine), turned(sine));
            sleeve = Some(sleeve.map_or((right, left), |(r, l)| {
                (if r.cross(right) > 0.0 { right } else { r }, if l.cross(left) < 0.0 { left } else { l })
            }));
        }
        farthest = farthest.max(length);
        last = point;
    }
    kept
}

/// The data of a path, in whole units.
#[derive(Default)]
struct Path {
    data: String,
    /// Where the pen is.
    pen: (i32, i32),
}

impl Path {
    /// How much a line turns at a corner: less is a curve. The cosine.
    const CORNER: f32 = 0.7;

    /// Adds a closed line with these corners, if it encloses anything.
    fn add(&mut self, points: &[Point]) {
        let count = points.len();
        if count < 3 {
            return;
        }
        let at = |i: usize| points[i % count];
        let is_corner = |i: usize| {
            let (before, after) = (at(i).minus(at(i + count - 1)), at(i + 1).minus(at(i)));
            before.dot(after) < Self::CORNER * before.length() * after.length()
        };
        // Between two points that are corners there is a line, between others half of one, which curves meet.
        let begins = |i: usize| if is_corner(i) { at(i) } else { at(i + count - 1).middle(at(i)) };
        self.pen = whole(begins(0));
        self.command('M', &[self.pen.0, self.pen.1]);
        for i in 0..count {
            if !is_corner(i) {
                self.line_to(at(i + count - 1).middle(at(i)));
                self.curve_to(at(i), at(i).middle(at(i + 1)));
            } else {
                self.line_to(at(i));
            }
        }
        self.data.push('z');
    }

    fn line_to(&mut self, to: Point) {
        let (to, from) = (whole(to), self.pen);
        match (to.0 - from.0, to.1 - from.1) {
            (0, 0) => {}
            (x, 0) => self.command('h', &[x]),
            (0, y) => self.command('v', &[y]),
            (x, y) => self.command('l', &[x, y]),
        }
        self.pen = to;
    }

    fn curve_to(&mut self, by: Point, to: Point) {
        let (by, to, from) = (whole(by), whole(to), self.pen);
        self.command('q', &[by.0 - from.0, by.1 - from.1, to.0 - from.0, to.1 - from.1]);
        self.pen = to;
    }

    fn command(&mut self, letter: char, numbers: &[i32]) {
        self.data.push(letter);
        for (i, &number) in numbers.iter().enumerate() {
            // A sign parts two numbers as well as a space does.
            if number < 0 {
                self.data.push('-');
            } else if i > 0 {
                self.data.push(' ');
            }
            self.digits(number.unsigned_abs());
        }
    }

    /// Hardly a number is longer than three digits.
    fn digits(&mut self, number: u32) {
        if number > 9 {
            self.digits(number / 10);
        }
        self.data.push(char::from(b'0' + (number % 10) as u8));
    }
}

fn whole(point: Point) -> (i32, i32) {
    ((point.x * UNITS).round() as i32, (point.y * UNITS).round() as i32)
}

#[cfg(test)]
mod tests {
    use rand::{rngs::Xoshiro256PlusPlus, RngExt, SeedableRng};

    use super::*;
    use crate::draw::{draw, Colors};
    use crate::options::{Level, Options};

    const COLORS: Colors = Colors { ground: [250, 240, 225], ink: [20, 40, 90] };
    /// Samples of a pixel either way.
    const SAMPLES: usize = 4;

    fn text(canvas: &Canvas) -> String {
        String::from_utf8(encode(canvas)).unwrap()
    }

    /// The lines of each layer's path, curves cut into straight pieces, in px: a reading of its own of the commands that are written.
    fn paths(svg: &str) -> [Vec<Vec<(f32, f32)>>; 2] {
        let mut paths = svg.split("fill-rule=\"evenodd\" d=\"").skip(1).map(|path| path.split('"').next().unwrap());
        let both = [(); 2].map(|()| lines(paths.next().unwrap()));
        assert_eq!(paths.next(), None);
        both
    }

    fn lines(data: &str) -> Vec<Vec<(f32, f32)>> {
        let spaced: String = data
            .chars()
            .flat_map(|c| match c {
                '-' => vec![' ', '-'],
                c if c.is_alphabetic() => vec![' ', c, ' '],
                c => vec![c],
            })
            .collect();
        let mut words = spaced.split_whitespace().peekable();
        let (mut lines, mut x, mut y) = (Vec::new(), 0.0, 0.0);
        while let Some(command) = words.next() {
            let mut number = || words.next().unwrap().parse::<i32>().unwrap() as f32 / UNITS;
            match command {
                "M" => {
                    (x, y) = (number(), number());
                    lines.push(Vec::new());
                }
                "h" => x += number(),
                "v" => y += number(),
                "l" => (x, y) = (x + number(), y + number()),
                "q" => {
                    let (cx, cy, dx, dy) = (number(), number(), number(), number());
                    for step in 1..8 {
                        let t = step as f32 / 8.0;
                        let of = |c: f32, d: f32| 2.0 * t * (1.0 - t) * c + t * t * d;
                        lines.last_mut().unwrap().push((x + of(cx, dx), y + of(cy, dy)));
                    }
                    (x, y) = (x + dx, y + dy);
                }
                "z" => continue,
                other => panic!("{other}"),
            }
            lines.last_mut().unwrap().push((x, y));
        }
        lines
    }

    /// How much ink there is in each pixel when the layers are filled.
    fn filled(svg: &str, width: usize, height: usize) -> Vec<u8> {
        let [tint, ink] = paths(svg).map(|lines| covered(&lines, width, height));
        let mixed = |(tint, ink): (f32, f32)| 255.0 * ink + f32::from(TINT) * tint * (1.0 - ink);
        tint.into_iter().zip(ink).map(|shares| mixed(shares) as u8).collect()
    }

    /// The share of each pixel that an even-odd filling of the lines covers.
    fn covered(lines: &[Vec<(f32, f32)>], width: usize, height: usize) -> Vec<f32> {
        let mut covered = vec![0u32; width * height];
        for row in 0..height * SAMPLES {
            let y = (row as f32 + 0.5) / SAMPLES as f32;
            let mut crossings = Vec::new();
            for line in lines {
                for (i, &(ax, ay)) in line.iter().enumerate() {
                    let (bx, by) = line[(i + 1) % line.len()];
                    if (ay <= y) != (by <= y) {
                        crossings.push(ax + (bx - ax) * (y - ay) / (by - ay));
                    }
                }
            }
            crossings.sort_by(f32::total_cmp);
            for column in 0..width * SAMPLES {
                let x = (column as f32 + 0.5) / SAMPLES as f32;
                let inside = crossings.iter().take_while(|&&crossing| crossing < x).count() % 2;
                covered[row / SAMPLES * width + column / SAMPLES] += inside as u32;
            }
        }
        covered.into_iter().map(|covered| covered as f32 / (SAMPLES * SAMPLES) as f32).collect()
    }

    /// The mean difference of what is drawn and what is filled, as a share.
    fn difference(canvas: &Canvas) -> f32 {
        let filled = filled(&text(canvas), canvas.width(), canvas.height());
        let apart = canvas.ink().iter().zip(&filled).map(|(a, b)| f32::from(a.abs_diff(*b))).sum::<f32>();
        apart / 255.0 / filled.len() as f32
    }

    #[test]
    fn the_paths_are_what_was_drawn_at_every_size_and_level() {
        for level in Level::ALL {
            for (width, height) in [(32, 16), (80, 32), (120, 40), (256, 60), (400, 200)] {
                for seed in 0..4 {
                    let options = Options { width, height, level, ..Options::default() };
                    let canvas = draw("K7W", &options, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
                    let difference = difference(&canvas);
                    // Of letters 9 px high hardly a pixel is all ink or none.
                    let most = if height < 20 { 0.1 } else { 0.035 };
                    assert!(difference < most, "{level:?} {width}x{height}, seed {seed}: {difference}");
                }
            }
        }
    }

    /// A rim of stripe around letters would be their edges taken for stripes.
    #[test]
    fn smooth_edges_of_ink_are_no_stripes_and_those_of_stripes_no_ink() {
        let disc = |most: f32| {
            let mut canvas = Canvas::new(40, 40, COLORS);
            for (y, row) in canvas.rows_mut().enumerate() {
                for (x, pixel) in row.iter_mut().enumerate() {
                    let inside = 14.3 - (x as f32 - 19.2).hypot(y as f32 - 20.7);
                    *pixel = ((inside + 0.5).clamp(0.0, 1.0) * most) as u8;
                }
            }
            paths(&text(&canvas)).map(|lines| lines.len())
        };
        assert_eq!(disc(255.0), [0, 1]);
        assert_eq!(disc(f32::from(TINT)), [1, 0]);
    }

    /// Ink of all kinds: none, all, single pixels, corners that touch, noise.
    #[test]
    fn whatever_a_canvas_holds_is_written() {
        let filled_by = |ink: &dyn Fn(usize, usize) -> u8| {
            let mut canvas = Canvas::new(21, 17, COLORS);
            for (y, row) in canvas.rows_mut().enumerate() {
                row.iter_mut().enumerate().for_each(|(x, pixel)| *pixel = ink(x, y));
            }
            canvas
        };
        assert!(paths(&text(&filled_by(&|_, _| 0))).concat().is_empty());
        assert!(difference(&filled_by(&|x, _| if x > 9 { TINT } else { 0 })) < 0.01);
        assert!(difference(&filled_by(&|_, _| 255)) < 0.01);
        assert!(difference(&filled_by(&|x, y| if (x / 5 + y / 5) % 2 == 0 { 255 } else { 0 })) < 0.05);
        assert!(difference(&filled_by(&|x, _| if x > 9 { 255 } else { 0 })) < 0.01);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        for _ in 0..200 {
            let noise: Vec<u8> = (0..21 * 17).map(|_| rng.random()).collect();
            let svg = text(&filled_by(&|x, y| noise[y * 21 + x]));
            assert!(svg.ends_with("z\"/></svg>"));
            for (x, y) in paths(&svg).concat().concat() {
                assert!((-0.01..=21.01).contains(&x) && (-0.01..=17.01).contains(&y), "{x}, {y}");
            }
        }
    }

    #[test]
    fn a_file_is_bounded_at_every_size() {
        for (width, height, text) in
            [(256, 60, "K7WPX2"), (1024, 512, "ABCDEFGHJKLMNPQR"), (1024, 16, "K7WPX2"), (32, 512, "K7WPX2")]
        {
            for level in Level::ALL {
                for seed in 0..10 {
                    let options = Options { width, height, level, ..Options::default() };
                    let canvas = draw(text, &options, &mut Xoshiro256PlusPlus::seed_from_u64(seed)).unwrap();
                    let bytes = encode(&canvas).len();
                    assert!(bytes <= MOST_BYTES, "{bytes} at {width}x{height}, {level:?}");
                }
            }
        }
    }

    /// There is a limit to how coarse outlines become: noise at the largest size costs what it costs, once for each coarseness.
    #[test]
    fn the_largest_noise_ends() {
        let mut canvas = Canvas::new(1024, 512, COLORS);
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(2);
        canvas.rows_mut().flatten().for_each(|pixel| *pixel = rng.random());
        for layer in layers(&canvas) {
            let points = outlines(&layer).iter().map(Vec::len).sum::<usize>();
            assert!(points <= 2 * (1024 + 1) * (512 + 1), "{points}");
        }
        let bytes = encode(&canvas).len();
        assert!(bytes < 8 << 20, "{bytes}");
    }

    #[test]
    fn lines_keep_near_all_points_with_few_of_them() {
        let ring: Vec<Point> = (0..400)
            .map(|i| i as f32 / 400.0 * std::f32::consts::TAU)
            .map(|angle| Point { x: 30.0 * angle.cos(), y: 30.0 * angle.sin() })
            .collect();
        let kept = simplified(&ring, 0.2);
        assert!((20..60).contains(&kept.len()), "{}", kept.len());
        for point in &ring {
            let near = kept.iter().zip(kept.iter().cycle().skip(1)).any(|(&a, &b)| {
                let way = b.minus(a);
                let along = (point.minus(a).dot(way) / way.dot(way)).clamp(0.0, 1.0);
                let on = Point { x: a.x + way.x * along, y: a.y + way.y * along };
                point.minus(on).length() <= 0.45
            });
            assert!(near, "{point:?}");
        }
    }
}
