//! What one call can cost at most in memory: the largest picture of each format, the longest text, the longest sound. Counted where
//! memory is asked for, so that the figures of docs/trust.md are exact on any machine.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;

use ccap::{render, speak, Animation, Charset, Format, Language, Level, Options, Registry, Style};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: as the system's, which does all of it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(now, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time: the count is of the process.
static ALONE: Mutex<()> = Mutex::new(());

/// The bytes that a call held at most, beyond what was there before.
fn peak<T>(call: impl FnOnce() -> T) -> usize {
    let before = NOW.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    let result = call();
    let peak = MOST.load(Ordering::Relaxed) - before;
    drop(result);
    peak
}

const MIB: usize = 1 << 20;

fn largest(format: Format) -> Options {
    Options { width: 1024, height: 512, length: 16, quality: 100, format, level: Level::Hard, ..Options::default() }
}

#[test]
fn the_largest_picture_of_each_format_is_bounded() {
    let _alone = ALONE.lock();
    for (format, frames, most) in [
        (Format::Jpeg, 1, 5 * MIB),
        (Format::Png, 1, 4 * MIB),
        (Format::Webp, 1, 8 * MIB),
        (Format::Gif, 1, 4 * MIB),
        (Format::Bmp, 1, 4 * MIB),
        (Format::Svg, 1, 4 * MIB),
        // A canvas for each frame, half a MiB, and the file.
        (Format::Gif, 16, 16 * MIB),
    ] {
        let options = Options { animation: Animation { frames, ..Animation::STILL }, ..largest(format) };
        let text = "WM8@%&#$WM8@%&#$";
        let draw = |seed| render(text, &options, seed).unwrap();
        // Letters and tables are kept, which is another bound: once they are there.
        (0..40).for_each(|seed| drop(draw(seed)));
        let peak = (0..20).map(|seed| peak(|| draw(seed))).max().unwrap();
        assert!(peak <= most, "{format:?}, {frames} frames: {peak} of {most}");
        assert!(peak > most / 8, "{format:?}, {frames} frames: {peak} of {most}, which says nothing");
    }
}

#[test]
fn what_is_kept_of_letters_is_bounded() {
    let _alone = ALONE.lock();
    let before = NOW.load(Ordering::Relaxed);
    let all: String = ('!'..='~').collect();
    // Sizes without end, of every letter and the Chinese ones.
    for height in (16..=512).step_by(4) {
        for (seed, charset) in [all.as_str(), "hanzi"].into_iter().enumerate() {
            let options = Options { height, charset: Charset::parse(charset).unwrap(), ..largest(Format::Bmp) };
            let letters: Vec<char> = options.charset.letters().collect();
            for texts in letters.chunks(16).take(8) {
                let text: String = texts.iter().collect();
                render(&text, &options, seed as u64).unwrap();
            }
        }
    }
    // 16 MiB of glyphs, and what was measured of each letter of each face: 5 KB or so.
    let kept = NOW.load(Ordering::Relaxed) - before;
    assert!(kept <= 24 * MIB, "{kept}");
}

#[test]
fn caches_take_what_they_may_and_no_more() {
    let _alone = ALONE.lock();
    let registry = Registry::default();
    registry.configure(|limits| limits.with("maxBytes", 8.0 * MIB as f64)?.with("cacheSize", 1024.0)).unwrap();
    let before = NOW.load(Ordering::Relaxed);
    for width in 600..616 {
        let style = Style::new(Options { width, height: 200, format: Format::Bmp, ..Options::default() }).unwrap();
        registry.take(&style).unwrap();
        for _ in 0..16 {
            if !registry.draw_one_ahead(&style).unwrap() {
                break;
            }
        }
    }
    let stats = registry.stats();
    assert!(stats.bytes <= 8 * MIB && stats.bytes > 7 * MIB, "{stats:?}");
    let kept = NOW.load(Ordering::Relaxed) - before;
    // Beside them there are entries, and glyphs, which have a bound of their own.
    assert!(kept <= stats.bytes + 18 * MIB, "{kept} for {}", stats.bytes);
}

#[test]
fn the_longest_sound_is_bounded() {
    let _alone = ALONE.lock();
    let say = || speak("WWWWWWWWWWWWWWWW", Language::Chinese, true, 1).unwrap();
    drop(say());
    let peak = peak(say);
    assert!(peak <= 3 * MIB && peak > MIB / 2, "{peak}");
}

#[test]
fn what_is_refused_takes_next_to_nothing() {
    let _alone = ALONE.lock();
    let long = "W".repeat(20 * MIB);
    let options = Options::default();
    for refuse in [
        &(|| drop(render(&long, &options, 1).unwrap_err())) as &dyn Fn(),
        &|| drop(speak(&long, Language::English, true, 1).unwrap_err()),
        &|| drop(Charset::parse(&long).unwrap_err()),
        &|| drop(Options::from_key(&long).unwrap_err()),
        &|| drop(Style::from_key(&format!("\n\n\n\n\n\n{}", &long[..MIB])).unwrap_err()),
    ] {
        let peak = peak(refuse);
        assert!(peak <= 2 * MIB, "{peak}");
    }
}
