//! `layers DIR COUNT WIDTH HEIGHT LENGTH [SEED]`: pictures at the normal level into DIR, beside each its letters alone, black on
//! white, and `manifest.tsv` with a line `file<TAB>text<TAB>file of the letters` for each.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;
use std::str::FromStr;

use ccap::draw::{steps, Colors};
use ccap::{encode, random_text, render, Format, Options};
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};

const USAGE: &str = "Usage: layers DIR COUNT WIDTH HEIGHT LENGTH [SEED]";
const BLACK_ON_WHITE: Colors = Colors { ground: [255; 3], ink: [0; 3] };

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, count, width, height, length, seed @ ..] = args.as_slice() else { return Err(USAGE.into()) };
    let (width, height, length) = (number(width)?, number(height)?, number(length)?);
    let options = Options { width, height, length, format: Format::Png, ..Options::default() };
    options.validate()?;
    let start = seed.first().map_or(Ok(1), |seed| number(seed))?;
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    let mut manifest = String::new();
    for i in 0..number::<u64>(count)? {
        let seed = start + i;
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(!seed);
        let text = random_text(&options.charset, length as usize, &mut rng);
        let picture = render(&text, &options, seed)?;
        // Letters are drawn before the field and from the same stream, so that the same seed gives the same ones.
        let mut letters = steps::letters(&text, &options, &mut Xoshiro256PlusPlus::seed_from_u64(seed))?;
        letters.colors = BLACK_ON_WHITE;
        let (file, alone) = (format!("{i:06}.png"), format!("{i:06}-letters.png"));
        std::fs::write(folder.join(&file), picture)?;
        std::fs::write(folder.join(&alone), encode(&letters, Format::Png, 100)?)?;
        writeln!(manifest, "{file}\t{text}\t{alone}")?;
    }
    std::fs::write(folder.join("manifest.tsv"), manifest)?;
    Ok(())
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{text} is no whole number that can be used here.\n{USAGE}"))
}
