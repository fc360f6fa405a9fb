//! Numbers within limits.

use std::ops::RangeInclusive;

use crate::error::{Error, Result};

/// A numeric option's name and limits.
pub(super) type Limited = (&'static str, RangeInclusive<u32>);

/// Checks numbers against their limits.
pub(super) fn check_numbers(all: &[Limited], values: &[u32]) -> Result<()> {
    match all.iter().zip(values).find(|((_, limits), value)| !limits.contains(value)) {
        Some(((name, limits), value)) => Err(outside(name, limits, value.to_string())),
        None => Ok(()),
    }
}

/// Reads numbers, each from the next field, unless that is empty.
pub(super) fn read_numbers<'a, const N: usize>(
    all: &[Limited; N],
    numbers: [&mut u32; N],
    fields: &mut impl Iterator<Item = &'a str>,
) -> Result<()> {
    for ((name, limits), value) in all.iter().zip(numbers) {
        let field = fields.next().unwrap_or_default();
        if field.is_empty() {
            continue;
        }
        match field.parse() {
            Ok(number) if limits.contains(&number) => *value = number,
            // What is no u32 is negative, infinite or enormous: out of range all the same.
            _ => return Err(outside(name, limits, start_of(field))),
        }
    }
    Ok(())
}

/// As much of a field as the longest number has that JavaScript writes.
fn start_of(field: &str) -> String {
    const LONGEST: usize = 25;
    field.chars().take(LONGEST).collect()
}

fn outside(name: &'static str, limits: &RangeInclusive<u32>, received: String) -> Error {
    let allowed = format!(">= {} && <= {}", limits.start(), limits.end());
    Error::out_of_range(name, allowed, received)
}
