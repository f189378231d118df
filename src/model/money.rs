//! Money: whole pence, never a fraction.
//!
//! What comes in: pence. What goes out: the amount as people read it. What always holds: nothing here rounds.

use super::amounts::thousands;

/// An amount of money in whole pence.
pub type Pence = u64;

/// `£3,200`, or `£3,200.50` where there are pence.
#[must_use]
pub fn pounds(pence: Pence) -> String {
    let (whole, rest) = (pence / 100, pence % 100);
    if rest == 0 { format!("£{}", thousands(whole)) } else { format!("£{}.{rest:02}", thousands(whole)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_penny() {
        assert_eq!([0, 1, 320_000, 45_666_666, 7_500_000].map(pounds), ["£0", "£0.01", "£3,200", "£456,666.66", "£75,000"]);
    }
}
