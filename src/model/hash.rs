//! Fast hashes of text for tables in memory.
//!
//! What comes in: text. What goes out: 64 or 128 well-mixed bits, the same in every run and on every machine.
//! What always holds: nothing here is cryptographic; an identifier that leaves the program is a SHA-256 ([`super::ids`]).
//! The mixing step is the folded 64 × 64 → 128 bit multiplication of wyhash (github.com/wangyi-fudan/wyhash).

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

const FIRST: u64 = 0xa076_1d64_78bd_642f;
const SECOND: u64 = 0xe703_7ed1_a0b4_28db;
const THIRD: u64 = 0x8ebc_6af0_9c88_c6e3;

fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    (product as u64) ^ ((product >> 64) as u64)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u64> {
    let (whole, rest) = bytes.as_chunks::<8>();
    let last = rest.iter().rev().fold(0_u64, |word, &byte| (word << 8) | u64::from(byte));
    whole.iter().map(|chunk| u64::from_le_bytes(*chunk)).chain(std::iter::once(last))
}

/// 64 bits of a text.
#[must_use]
pub fn text_hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    words(bytes).fold(fold(FIRST ^ bytes.len() as u64, THIRD), |state, word| fold(state ^ word, SECOND))
}

/// 128 bits of a sequence of texts and numbers; the boundaries between them count.
#[derive(Clone, Copy, Debug)]
pub struct ContentHash {
    left: u64,
    right: u64,
}

impl ContentHash {
    /// The hash of nothing yet; `domain` keeps different uses apart.
    #[must_use]
    pub fn new(domain: u64) -> Self {
        Self { left: fold(domain ^ FIRST, SECOND), right: fold(domain ^ THIRD, FIRST) }
    }

    /// Adds a number.
    pub fn number(&mut self, number: u64) {
        self.left = fold(self.left ^ number, SECOND);
        self.right = fold(self.right.rotate_left(29) ^ number, THIRD);
    }

    /// Adds a text.
    pub fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        for word in words(text.as_bytes()) {
            self.number(word);
        }
    }

    /// The hash of what was added.
    #[must_use]
    pub fn finish(self) -> u128 {
        (u128::from(fold(self.left, THIRD)) << 64) | u128::from(fold(self.right, SECOND))
    }
}

/// The hasher behind [`FastMap`] and [`FastSet`].
#[derive(Clone, Copy, Debug, Default)]
pub struct FastHasher(u64);

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = words(bytes).fold(self.0 ^ FIRST ^ bytes.len() as u64, |state, word| fold(state ^ word, SECOND));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(u64::from(number));
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = fold(self.0 ^ number ^ FIRST, SECOND);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64);
        self.write_u64((number >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A map in memory whose order must never be seen.
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;

/// A set in memory whose order must never be seen.
pub type FastSet<K> = HashSet<K, BuildHasherDefault<FastHasher>>;

#[cfg(test)]
mod tests {
    use super::*;

    fn content(texts: &[&str]) -> u128 {
        let mut hash = ContentHash::new(1);
        for text in texts {
            hash.text(text);
        }
        hash.finish()
    }

    #[test]
    fn boundaries_and_padding_count() {
        let different =
            [content(&["ab", "c"]), content(&["a", "bc"]), content(&["abc"]), content(&["abc", ""]), content(&["abc\0"]), content(&[])];
        let unique: FastSet<u128> = different.into_iter().collect();
        assert_eq!(unique.len(), different.len());
    }

    #[test]
    fn a_million_near_texts_have_a_million_hashes() {
        let hashes: FastSet<u64> = (0..1_000_000).map(|number| text_hash(&format!("LN{number:07}"))).collect();
        assert_eq!(hashes.len(), 1_000_000);
        let low: FastSet<u64> = hashes.iter().map(|hash| hash & 0xffff).collect();
        assert!(low.len() > 65_000, "the low bits are well spread");
    }
}
