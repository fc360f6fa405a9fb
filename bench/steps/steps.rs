//! Each step of the way from a random number to a picture in the cache, at the default options: `npm run bench:steps`.
//!
//! Every call has another seed, as every picture does: with one alone a processor learns all branches by heart.

use std::hint::black_box;
use std::time::{Duration, Instant};

use ccap::draw::{self, steps, Canvas};
use ccap::{encode, random_text, render, Charset, Color, Format, Kind, Level, Math, Options, Picture, Registry, Style};
use criterion::{criterion_group, criterion_main, BatchSize, Criterion};
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

/// How many different pictures are drawn in turn.
const PICTURES: u64 = 256;
/// Height of a capital at the default options, about.
const CAP: f32 = 27.0;
/// Where its letters stand, about.
const MIDDLES: [f32; 6] = [53.0, 83.0, 113.0, 143.0, 173.0, 203.0];

/// Seeds in turn, each with its text.
struct Seeds {
    texts: Vec<String>,
    next: u64,
}

impl Seeds {
    fn new() -> Self {
        let text = |seed| random_text(&Charset::DEFAULT, 6, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
        Self { texts: (0..PICTURES).map(text).collect(), next: 0 }
    }

    fn next(&mut self) -> (&str, Xoshiro256PlusPlus) {
        self.next = (self.next + 1) % PICTURES;
        (&self.texts[self.next as usize], Xoshiro256PlusPlus::seed_from_u64(self.next))
    }
}

fn drawing(criterion: &mut Criterion) {
    let options = Options::default();
    let mut seeds = Seeds::new();
    let mut group = criterion.benchmark_group("draw");
    group.bench_function("text", |bencher| {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        bencher.iter(|| random_text(&options.charset, 6, &mut rng));
    });
    group.bench_function("layout", |bencher| {
        bencher.iter(|| {
            let (text, mut rng) = seeds.next();
            steps::layout(text, &options, &mut rng)
        });
    });
    group.bench_function("warp", |bencher| bencher.iter(|| steps::warp(&options, &mut seeds.next().1)));
    group.bench_function("letters", |bencher| {
        bencher.iter(|| {
            let (text, mut rng) = seeds.next();
            steps::letters(text, &options, &mut rng)
        });
    });
    let letters = letters(&mut seeds, &options);
    group.bench_function("field", |bencher| {
        on_canvases(bencher, &letters, &mut seeds, |canvas, rng| steps::field(canvas, CAP, &MIDDLES, rng));
    });
    for level in Level::ALL {
        let options = Options { level, ..options.clone() };
        group.bench_function(format!("all, {}", level.name()), |bencher| {
            bencher.iter(|| {
                let (text, mut rng) = seeds.next();
                draw::draw(text, &options, &mut rng)
            });
        });
    }
}

fn letters(seeds: &mut Seeds, options: &Options) -> Vec<Canvas> {
    let canvas = |_| {
        let (text, mut rng) = seeds.next();
        steps::letters(text, options, &mut rng).expect("the texts can be drawn")
    };
    (0..PICTURES).map(canvas).collect()
}

fn on_canvases(
    bencher: &mut criterion::Bencher,
    canvases: &[Canvas],
    seeds: &mut Seeds,
    draw: impl Fn(&mut Canvas, &mut Xoshiro256PlusPlus),
) {
    let mut canvases = canvases.iter().cycle();
    let setup = || canvases.next().expect("there are some").clone();
    bencher.iter_batched_ref(setup, |canvas| draw(canvas, &mut seeds.next().1), BatchSize::SmallInput);
}

fn encoding(criterion: &mut Criterion) {
    let mut seeds = Seeds::new();
    let options = Options::default();
    let canvases: Vec<Canvas> = (0..PICTURES)
        .map(|_| {
            let (text, mut rng) = seeds.next();
            draw::draw(text, &options, &mut rng).expect("the texts can be drawn")
        })
        .collect();
    let mut group = criterion.benchmark_group("encode");
    for format in Format::ALL {
        let mut canvases = canvases.iter().cycle();
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| encode(canvases.next().expect("there are some"), format, 50));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("render");
    for format in Format::ALL {
        let options = Options { format, ..options.clone() };
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| {
                let (text, _) = seeds.next();
                let text = text.to_owned();
                render(&text, &options, seeds.next)
            });
        });
    }
    // The system's random numbers included, which each picture's text and seed are made of.
    for (name, kind) in [("text", Kind::Text), ("sum", Kind::Math(Math::default()))] {
        let style = Style::new(Options { format: Format::Png, kind, ..options.clone() }).expect("in range");
        group.bench_function(format!("png, of a random {name}"), |bencher| bencher.iter(|| Picture::random(&style)));
    }
}

fn caching(criterion: &mut Criterion) {
    let options = Options { format: Format::Png, ..Options::default() };
    let style = Style::new(options.clone()).expect("in range");
    let small = Options { width: 32, height: 16, format: Format::Bmp, ..options.clone() };
    let mut group = criterion.benchmark_group("cache");
    // What is timed is short; what has to be drawn for it is not.
    group.sample_size(20).warm_up_time(Duration::from_millis(10)).measurement_time(Duration::from_millis(50));
    for others in [0, 63, 255, 1023] {
        group.bench_function(if others == 0 { "take".into() } else { format!("take, beside {others}") }, |bencher| {
            let registry = Registry::default();
            registry.configure(|limits| limits.with("maxCaches", 1024.0)).expect("in range");
            for other in 0..others {
                registry.warm(&beside(other, &small)).expect("it draws");
            }
            let mut taken = Vec::with_capacity(FULL);
            bencher.iter_custom(|takes| {
                let mut time = Duration::ZERO;
                let mut left = takes as usize;
                while left > 0 {
                    registry.warm(&style).expect("it draws");
                    let batch = left.min(FULL);
                    let start = Instant::now();
                    taken.extend((0..batch).map(|_| registry.try_take(&style).expect("the cache is full")));
                    time += start.elapsed();
                    taken.clear();
                    left -= batch;
                }
                time
            });
        });
    }
    group.sample_size(50).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    group.bench_function("refill", |bencher| {
        // From the take that leaves room for a quarter to the cache being full again: five pictures, and waking the thread.
        let (registry, mut refill) = Registry::with_refill();
        refill.start().expect("a thread starts");
        let full = registry.limits().cache_size() as usize;
        registry.warm(&style).expect("it draws");
        bencher.iter(|| {
            // The thread may still be there and put one back meanwhile; fewer than a quarter would then be missing, which wakes nobody.
            while registry.stats().pictures > full - full / 4 {
                registry.take(&style).expect("it draws");
            }
            while registry.stats().pictures < full {
                std::thread::yield_now();
            }
        });
    });
    group.bench_function("admission", |bencher| {
        // A take of a style that gets no cache, but for drawing.
        let registry = Registry::default();
        let styles: Vec<Style> = (0..10_000).map(|other| beside(other, &options)).collect();
        let mut styles = styles.iter().cycle();
        bencher.iter(|| black_box(registry.try_take(styles.next().expect("there are some"))));
    });
    group.finish();
}

/// Another style, whose pictures cost the same.
fn beside(other: u32, options: &Options) -> Style {
    let [_, r, g, b] = other.to_be_bytes();
    Style::new(Options { color: Color::Rgb([r / 8, g, b]), ..options.clone() }).expect("in range")
}

/// Pictures in a cache.
const FULL: usize = 20;

criterion_group! {
    name = steps;
    config = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    targets = drawing, encoding, caching
}
criterion_main!(steps);
