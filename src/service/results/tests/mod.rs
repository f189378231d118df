//! The rules of domain.md §1.5, §2 and §3.1, §1.3 and §8.1 A7 to A12, row by row, and §8.2 where a case is about results.

mod education;
mod problems;
mod scene;
mod table;
mod work;
