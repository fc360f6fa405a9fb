//! Code lengths for the trainers of PNG's and JPEG's codes.

/// The lengths of the best code of up to `longest` bits; 0 for what does not occur: package-merge (L. Larmore and D. Hirschberg, "A
/// fast algorithm for optimal length-limited Huffman codes", 1990).
pub(super) fn code_lengths(counts: &[u64], longest: usize) -> Vec<u8> {
    let single: Vec<(u64, Vec<usize>)> =
        (0..counts.len()).filter(|&i| counts[i] > 0).map(|i| (counts[i], vec![i])).collect();
    let mut packages = Vec::new();
    for _ in 0..longest {
        packages.extend_from_slice(&single);
        packages.sort();
        packages =
            packages.chunks_exact(2).map(|two| (two[0].0 + two[1].0, [&*two[0].1, &two[1].1].concat())).collect();
    }
    let mut lengths = vec![0; counts.len()];
    packages[..single.len() - 1].iter().flat_map(|(_, symbols)| symbols).for_each(|&symbol| lengths[symbol] += 1);
    lengths
}

#[test]
fn lengths_are_those_of_the_best_code_within_the_limit() {
    assert_eq!(code_lengths(&[8, 4, 2, 1, 1, 0], 15), [1, 2, 3, 4, 4, 0]);
    assert_eq!(code_lengths(&[8, 4, 2, 1, 1, 0], 3), [1, 3, 3, 3, 3, 0]);
}
