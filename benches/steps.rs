//! Each step of the way from a random number to a picture in the cache, at the default options: `npm run bench:steps`.
//!
//! Every call has another seed, as every picture does: with one alone a processor learns all branches by heart.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ccap::draw::{self, steps, Canvas};
use ccap::{encode, random_text, render, Charset, Format, Level, Options, Refill, Registry};
use criterion::{criterion_group, criterion_main, BatchSize, Criterion};
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

/// How many different pictures are drawn in turn.
const PICTURES: u64 = 256;
/// Height of a capital at the default options, about.
const CAP: f32 = 22.0;

/// Seeds in turn, each with its text.
struct Seeds {
    texts: Vec<String>,
    next: u64,
}

impl Seeds {
    fn new() -> Self {
        let text = |seed| random_text(Charset::DEFAULT, 6, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
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
        let mut rng = rand::rng();
        bencher.iter(|| random_text(options.charset, 6, &mut rng));
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
    for (family, swap) in steps::fields() {
        group.bench_function(format!("field, {family}"), |bencher| {
            on_canvases(bencher, &letters, &mut seeds, |canvas, rng| swap(canvas, CAP, rng));
        });
    }
    group.bench_function("curve (hard)", |bencher| on_canvases(bencher, &letters, &mut seeds, steps::curve));
    group.bench_function("specks (hard)", |bencher| on_canvases(bencher, &letters, &mut seeds, steps::specks));
    for level in Level::ALL {
        let options = Options { level, ..options };
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
        let options = Options { format, ..options };
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| {
                let (text, _) = seeds.next();
                let text = text.to_owned();
                render(&text, &options, seeds.next)
            });
        });
    }
}

fn caching(criterion: &mut Criterion) {
    let options = Options { format: Format::Png, ..Options::default() };
    let mut group = criterion.benchmark_group("cache");
    // What is timed is short; what has to be drawn for it is not.
    group.sample_size(20).warm_up_time(Duration::from_millis(10)).measurement_time(Duration::from_millis(50));
    group.bench_function("take", |bencher| {
        let registry = Arc::new(Registry::default());
        registry.configure(registry.limits().with("cacheSize", FULL as f64).expect("in range"));
        registry.take(&options).expect("it draws");
        bencher.iter_custom(|takes| {
            let mut time = Duration::ZERO;
            let mut left = takes as usize;
            while left > 0 {
                fill(&registry);
                let batch = left.min(FULL);
                let start = Instant::now();
                for _ in 0..batch {
                    black_box(registry.take(&options)).expect("the cache is full");
                }
                time += start.elapsed();
                left -= batch;
            }
            time
        });
    });
    group.sample_size(50).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    group.bench_function("refill", |bencher| {
        // From a take that leaves room for one to the cache being full again: a picture, and waking the thread.
        let registry = Arc::new(Registry::default());
        let refill = Refill::start(Arc::clone(&registry)).expect("a thread starts");
        let full = registry.limits().cache_size() as usize;
        registry.take(&options).expect("it draws");
        bencher.iter(|| {
            registry.take(&options).expect("it draws");
            while registry.stats().pictures < full {
                std::thread::yield_now();
            }
        });
        refill.stop();
    });
}

/// Pictures in a cache whose takes are timed.
const FULL: usize = 1000;

/// Fills the only cache, with nobody drawing any more when it is full.
fn fill(registry: &Arc<Registry>) {
    let refill = Refill::start(Arc::clone(registry)).expect("a thread starts");
    while registry.stats().pictures < FULL {
        std::thread::yield_now();
    }
    refill.stop();
}

criterion_group! {
    name = steps;
    config = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2));
    targets = drawing, encoding, caching
}
criterion_main!(steps);
