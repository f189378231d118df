//! Targets: how many families a county has agreed to find, by when.

use super::Day;

/// One target of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Name, such as `year-one`.
    pub name: String,
    /// Title, in words.
    pub title: String,
    /// Pack whose list counts towards it.
    pub pack: String,
    /// First day that counts.
    pub starts: Day,
    /// Day by which it is to be reached.
    pub ends: Day,
    /// Families to reach.
    pub families: u32,
    /// Families the government pays for out of every [`Target::funded_out_of`].
    pub funded: u32,
    /// See [`Target::funded`].
    pub funded_out_of: u32,
    /// Where the numbers come from.
    pub source: String,
}

impl Target {
    /// Families of the target that the government pays for, to the nearest whole family.
    #[must_use]
    pub fn funded_families(&self) -> u32 {
        let (families, funded, out_of) = (u64::from(self.families), u64::from(self.funded), u64::from(self.funded_out_of.max(1)));
        ((2 * families * funded + out_of) / (2 * out_of)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_sixths_of_lincolnshires_families_are_paid_for() {
        let target = |families| Target {
            name: "all".into(),
            title: String::new(),
            pack: String::new(),
            starts: 0,
            ends: 0,
            families,
            funded: 5,
            funded_out_of: 6,
            source: String::new(),
        };
        // domain.md §1.4: 1,370 × 5/6 = 1,141.67, 457 × 5/6 = 380.83.
        assert_eq!([1370, 457, 0, 3].map(|families| target(families).funded_families()), [1142, 381, 0, 3]);
    }
}
