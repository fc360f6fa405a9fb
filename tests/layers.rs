//! Inside of the crate arrows run one way: no file needs another one that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn no_part_of_the_crate_needs_one_that_needs_it() {
    let parts = parts();
    assert!(parts["registry"].contains("shelf") && parts["shelf"].contains("limits"), "{parts:?}");
    for part in parts.keys() {
        assert_eq!(circle(&parts, part, &mut Vec::new()), None, "{parts:#?}");
    }
}

#[test]
fn what_is_used_is_found_by_whatever_name() {
    let outer = outer_names(
        "pub use registry::{Registry, Stats};\npub use encode::encode;\npub use text::{\n    Charset,\n};\n",
    );
    for (line, parts) in [
        ("use crate::cache::Cache;", &["cache"][..]),
        ("use crate::Registry;", &["registry"]),
        ("use crate::{\n    cache::{Cache, Entry},\n    Stats, encode,\n};", &["cache", "registry", "encode"]),
        ("fn of(charset: crate::Charset) {}", &["text"]),
        ("// as crate::refill does\nuse super::Cache;", &[]),
        ("#[cfg(test)]\nmod tests {\n    use crate::Registry;\n}", &[]),
    ] {
        assert_eq!(used(line, &outer), *parts, "{line}");
    }
}

/// The parts of the crate, a file or a folder each, with the parts that each uses. What only tests use does not count.
fn parts() -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let outer = outer_names(&fs::read_to_string(source.join("lib.rs")).unwrap());
    let mut parts = BTreeMap::new();
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // It names all, and gives them their outer names.
        if name != "lib" {
            let files = files(&path).into_iter().filter(|file| !file.ends_with("tests.rs"));
            let used = files.flat_map(|file| used(&fs::read_to_string(file).unwrap(), &outer)).collect();
            parts.insert(name, used);
        }
    }
    parts
}

/// The names that the crate gives to what its parts hold, each with its part.
fn outer_names(lib: &str) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for statement in lib.split("pub use ").skip(1) {
        let statement = statement.split(';').next().unwrap();
        let (part, given) = statement.split_once("::").unwrap();
        for name in given.split(|c: char| !is_of_a_name(c)).filter(|name| !name.is_empty()) {
            names.insert(name.to_owned(), part.to_owned());
        }
    }
    names
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        // Voices lie beside the code that decodes them.
        let is_code = path.extension().is_some_and(|extension| extension == "rs");
        return is_code.then(|| path.to_owned()).into_iter().collect();
    }
    fs::read_dir(path).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// The parts that the code above the tests names after `crate::`, be it by what the crate calls their contents.
fn used(text: &str, outer: &BTreeMap<String, String>) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let paths = code.split("crate::").skip(1).flat_map(heads);
    paths.map(|name| outer.get(&name).cloned().unwrap_or(name)).collect()
}

/// The first name of the path, or of each path of the group, that a text starts with.
fn heads(text: &str) -> Vec<String> {
    let name = |path: &str| path.trim_start().chars().take_while(|&c| is_of_a_name(c)).collect::<String>();
    let Some(group) = text.strip_prefix('{') else {
        return [name(text)].into_iter().filter(|name| !name.is_empty()).collect();
    };
    let mut depth = 1;
    let ends = |c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        (c == ',' && depth == 1) || depth == 0
    };
    let mut within = group.split_inclusive(ends);
    let mut heads = Vec::new();
    for path in within.by_ref() {
        heads.extend(Some(name(path)).filter(|name| !name.is_empty()));
        if path.ends_with('}') {
            break;
        }
    }
    heads
}

/// A way from `part` back to a part on `way`, if there is one.
fn circle(parts: &BTreeMap<String, BTreeSet<String>>, part: &str, way: &mut Vec<String>) -> Option<Vec<String>> {
    if let Some(start) = way.iter().position(|earlier| earlier == part) {
        return Some(way[start..].to_vec());
    }
    way.push(part.to_owned());
    let uses = parts.get(part).into_iter().flatten();
    let found = uses.filter(|other| *other != part).find_map(|other| circle(parts, other, way));
    way.pop();
    found
}
