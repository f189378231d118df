//! Which claims internal audit does again.
//!
//! What comes in: the claims of a window, a seed, how many. What goes out: those chosen. What always holds: the same seed, window and claims give the same sample, in whatever order they come; nobody can choose by
//! hand, and a claim's place depends on nothing but itself.

use crate::store::sha256_hex;

/// The families of the sample, sorted.
#[must_use]
pub fn sample(window: &str, families: &[&str], seed: u64, percent: u32, minimum: u32) -> Vec<String> {
    let share = (families.len() * percent as usize).div_ceil(100);
    let wanted = share.max(minimum as usize).min(families.len());
    let mut drawn: Vec<(String, &str)> =
        families.iter().map(|family| (sha256_hex(format!("{seed}|{window}|{family}").as_bytes()), *family)).collect();
    drawn.sort_unstable();
    let mut chosen: Vec<String> = drawn.into_iter().take(wanted).map(|(_, family)| family.to_owned()).collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_is_a_tenth_and_at_least_ten_and_the_same_for_the_same_seed() {
        let names: Vec<String> = (0..250).map(|number| format!("F{number:012x}")).collect();
        let mut families: Vec<&str> = names.iter().map(String::as_str).collect();
        let first = sample("2013-07", &families, 7, 10, 10);
        families.reverse();
        assert_eq!(first, sample("2013-07", &families, 7, 10, 10), "whatever the order");
        assert_eq!(first.len(), 25);
        assert_ne!(first, sample("2013-07", &families, 8, 10, 10), "another seed");
        assert_ne!(first, sample("2013-10", &families, 7, 10, 10), "another window");
        assert_eq!(sample("2013-07", &families[..30], 7, 10, 10).len(), 10);
        assert_eq!(sample("2013-07", &families[..4], 7, 10, 10).len(), 4);
        assert_eq!(sample("2013-07", &families[..101], 7, 10, 0).len(), 11, "a tenth of a claim is one");
        assert!(sample("2013-07", &[], 7, 10, 10).is_empty());
    }
}
