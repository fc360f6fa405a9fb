//! Any text as a charset, as what is drawn and as what is said.

#![no_main]

use ccap::{random_text, render, speak, Charset, Language, Options, MAX_AUDIO};
use libfuzzer_sys::fuzz_target;
use rand::{rngs::Xoshiro256PlusPlus, SeedableRng};
use unicode_segmentation::UnicodeSegmentation;

fuzz_target!(|text: &str| {
    if let Ok(charset) = Charset::parse(text) {
        let letters: String = charset.letters().collect();
        assert!((1..=Charset::MAX_LETTERS).contains(&letters.chars().count()));
        // Some sets have a name, under which another one goes.
        if !Charset::NAMED.iter().any(|(name, _)| *name == letters) {
            assert_eq!(Charset::parse(&letters).as_ref(), Ok(&charset));
        }
        let random = random_text(&charset, 16, &mut Xoshiro256PlusPlus::seed_from_u64(1));
        assert_eq!(random.graphemes(true).count(), 16, "{random:?}");
        assert!(random.chars().all(|letter| letters.contains(letter)));
        let options = Options { charset, width: 64, height: 24, ..Options::default() };
        if options.validate().is_ok() {
            assert!(render(&random, &options, 1).is_ok(), "{random}");
        }
    }
    let small = Options { width: 64, height: 24, ..Options::default() };
    if let Err(error) = render(text, &small, 1) {
        assert!(error.is_out_of_range() && error.to_string().len() < 400, "{error}");
    }
    for (language, murmurs) in [(Language::English, true), (Language::Chinese, false)] {
        match speak(text, language, murmurs, 1) {
            Ok(file) => {
                assert!(file.len() <= MAX_AUDIO && file.starts_with(b"RIFF"));
                let size = u32::from_le_bytes(file[40..44].try_into().expect("four bytes")) as usize;
                // Whole samples, as many as the header says, and not all of them silent.
                assert!(size == file.len() - 44 && size.is_multiple_of(2) && file[44..].iter().any(|&byte| byte != 0));
            }
            Err(error) => assert!(error.is_out_of_range() && error.to_string().len() < 400, "{error}"),
        }
    }
});
