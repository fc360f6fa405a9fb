//! Inside of the crate arrows run one way: no file needs another one that needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The parts of the crate, a file or a folder each, with the parts that each uses. What only tests use does not count.
fn parts() -> BTreeMap<String, BTreeSet<String>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut parts = BTreeMap::new();
    for entry in fs::read_dir(&source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        // It names all, and gives them their outer names.
        if name != "lib" {
            parts.insert(name, files(&path).iter().flat_map(|file| used(&fs::read_to_string(file).unwrap())).collect());
        }
    }
    parts
}

fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        // Voices lie beside the code that decodes them.
        let is_code = path.extension().is_some_and(|extension| extension == "rs");
        return is_code.then(|| path.to_owned()).into_iter().collect();
    }
    fs::read_dir(path).unwrap().flat_map(|entry| files(&entry.unwrap().path())).collect()
}

/// What follows each `crate::` above the tests, but for what the crate itself gives.
fn used(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let name = |after: &str| after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split("crate::").skip(1).map(name)).filter(|name| !name.is_empty()).collect()
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

#[test]
fn no_part_of_the_crate_needs_one_that_needs_it() {
    let parts = parts();
    assert!(parts["registry"].contains("shelf") && parts["shelf"].contains("limits"), "{parts:?}");
    for part in parts.keys() {
        assert_eq!(circle(&parts, part, &mut Vec::new()), None, "{parts:#?}");
    }
}
