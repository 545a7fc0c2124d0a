//! What AWS asks for keys and for requests to use them.
//!
//! Requests with asymmetric keys cost more, and none of them are free. Keys that AWS owns or manages cost nothing a
//! month, requests for those that it manages the same. China's regions have prices of their own.
//! <https://aws.amazon.com/kms/pricing/>

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul};

/// US dollars, in millionths: no price is less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usd(u64);

/// What a key costs a month, and so does each replica. Material that rotation has replaced costs as much again.
pub const KEY: Usd = Usd(1_000_000);

/// So many rotations add to the price of a key; later ones do not.
pub const BILLED_ROTATIONS: u64 = 2;

/// What a request with a symmetric key costs: 0.03 for 10,000.
pub const REQUEST: Usd = Usd(3);

/// So many requests are free each month, of an account in all its regions.
pub const FREE_REQUESTS: u64 = 20_000;

impl Add for Usd {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Mul<u64> for Usd {
    type Output = Self;

    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// In dollars and cents, rounded.
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.saturating_add(5_000) / 10_000;
        write!(f, "{}.{:02}", cents / 100, cents % 100)
    }
}
