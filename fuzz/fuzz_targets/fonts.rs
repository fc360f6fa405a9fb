//! Any file as a font: it is refused, or what it draws is drawn in bounded time and memory.

#![no_main]

use ccap::{load_font, render, Fonts, Options, Registry};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    if load_font("fuzz", file.to_vec()).is_err() {
        return;
    }
    let options =
        Options { fonts: Fonts::named(["fuzz"]).expect("it is loaded"), width: 64, height: 24, ..Options::default() };
    for text in ["H", "AB12", "éж", "山"] {
        if let Err(error) = render(text, &options, 1) {
            assert!(error.is_out_of_range(), "{error}");
        }
    }
    assert!(Registry::default().unload_font("fuzz"));
});
