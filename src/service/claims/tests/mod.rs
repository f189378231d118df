//! Who may be claimed for, and what: domain.md §8.2 where a case is about claims.

mod cases;
mod numbers;
