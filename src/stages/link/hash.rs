//! Mixing of 64-bit numbers: for keys of blocks, hash-chosen samples and small maps.
//!
//! What always holds: the same numbers give the same result on every machine and in every run; nothing is seeded at random.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// The finaliser of `SplitMix64` (Steele, Lea and Flood 2014): a bijection whose output bits all depend on all input bits.
#[must_use]
pub(crate) fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Two numbers in one, order kept.
#[must_use]
pub(crate) fn join(left: u64, right: u64) -> u64 {
    mix(left ^ mix(right).rotate_left(17))
}

/// Hashes whole integers by [`mix`]; made for keys that are one number or a struct of numbers.
#[derive(Clone, Copy, Default)]
pub(crate) struct MixHasher(u64);

impl Hasher for MixHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            for (slot, byte) in word.iter_mut().zip(chunk) {
                *slot = *byte;
            }
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0 ^ value);
    }
}

/// A map keyed by numbers. Its order of iteration must never reach an output.
pub(crate) type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<MixHasher>>;
