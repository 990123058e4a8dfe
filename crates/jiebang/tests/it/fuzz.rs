//! The targets of `fuzz` over their corpus and a bounded number of random changes to it, so that
//! they build and hold without a fuzzer.

#[path = "../../../../fuzz/entry.rs"]
mod entry;

use std::path::Path;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Changed inputs for each target.
const CHANGED: usize = 3_000;
/// What the formats are made of.
const WORDS: [&[u8]; 12] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"<![CDATA[",
    b"]]>",
    b"&#0;",
    b"\xff",
    b"\xe4\xbd",
];

fn changed(random: &mut ChaCha8Rng, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[random.random_range(0..seeds.len())].clone();
    for _ in 0..random.random_range(1..6) {
        let place = random.random_range(0..=bytes.len());
        match random.random_range(0..5) {
            0 => bytes.truncate(place),
            1 => {
                let word = WORDS[random.random_range(0..WORDS.len())];
                bytes.splice(place..place, word.iter().copied());
            }
            2 => {
                let end = (place + random.random_range(0..20)).min(bytes.len());
                bytes.drain(place..end);
            }
            3 => {
                let again = bytes[place..].to_vec();
                bytes.extend(again);
            }
            _ => {
                if let Some(byte) = bytes.get_mut(place) {
                    *byte = random.random_range(0..=255);
                }
            }
        }
        bytes.truncate(1 << 16);
    }
    bytes
}

#[test]
fn no_target_of_the_fuzzer_panics_on_its_corpus_or_on_changes_to_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, target) in entry::TARGETS {
        let files = std::fs::read_dir(folder.join(name)).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        let seeds: Vec<Vec<u8>> = paths
            .iter()
            .map(|path| std::fs::read(path).unwrap())
            .collect();
        assert!(!seeds.is_empty(), "{name} has no corpus");
        seeds.iter().for_each(|seed| target(seed));
        target(b"");
        let mut random = ChaCha8Rng::seed_from_u64(5);
        for _ in 0..CHANGED {
            target(&changed(&mut random, &seeds));
        }
    }
}
