//! JPEG as decoders see it: every picture is what was drawn, whatever its letters.

use ccap::draw::{draw, Canvas};
use ccap::{encode, random_text, Charset, Format, Level, Options};
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

/// Thousands of pictures, since of blocks that a number's range does not hold there may be one in hundreds of pictures.
const PICTURES: u64 = 4000;

#[test]
fn small_pictures_of_every_level_are_what_was_drawn() {
    for (width, height, level) in
        [(80, 32, Level::Normal), (100, 40, Level::Hard), (120, 40, Level::Easy), (128, 30, Level::Normal)]
    {
        let options = Options { width, height, length: 4, level, ..Options::default() };
        for seed in 0..PICTURES {
            let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
            let text = random_text(&Charset::DEFAULT, 4, &mut rng);
            let canvas = draw(&text, &options, &mut rng).unwrap();
            let jpeg = encode(&canvas, Format::Jpeg, 90).unwrap();
            let (worst, at) = worst_block(&canvas, &jpeg);
            // Half of what a wrong block was off by; a right one loses about 5 to quantization.
            assert!(worst < 20.0, "{text} at {width}x{height}, seed {seed}: a block is off by {worst} at {at:?}");
        }
    }
}

/// The block of 8x8 pixels in which luma differs most, on average, from what was drawn.
fn worst_block(canvas: &Canvas, jpeg: &[u8]) -> (f32, (usize, usize)) {
    let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap().into_rgb8();
    assert_eq!(picture.dimensions(), (canvas.width() as u32, canvas.height() as u32));
    let luma = |[r, g, b]: [u8; 3]| 0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b);
    let shades: Vec<f32> = (0..=255).map(|ink| luma(canvas.colors.mix(ink))).collect();
    let mut worst = (0.0, (0, 0));
    for top in (0..canvas.height()).step_by(8) {
        for left in (0..canvas.width()).step_by(8) {
            let (mut sum, mut count) = (0.0, 0.0);
            for y in top..(top + 8).min(canvas.height()) {
                for x in left..(left + 8).min(canvas.width()) {
                    let drawn = shades[usize::from(canvas.ink()[y * canvas.width() + x])];
                    sum += (luma(picture.get_pixel(x as u32, y as u32).0) - drawn).abs();
                    count += 1.0;
                }
            }
            if sum / count > worst.0 {
                worst = (sum / count, (left, top));
            }
        }
    }
    worst
}
