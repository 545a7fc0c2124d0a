//! Addresses and ranges of them.

use std::net::IpAddr;

/// Whether an address is in a range such as `203.0.113.0/24`; a range without a prefix is the one address. Nothing
/// where one of the two is not what it should be.
pub(super) fn in_range(address: &str, range: &str) -> Option<bool> {
    let address: IpAddr = address.parse().ok()?;
    let (network, prefix) = range.split_once('/').map_or((range, None), |(network, prefix)| (network, Some(prefix)));
    let network: IpAddr = network.parse().ok()?;
    let most: u32 = if network.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.map_or(Some(most), |prefix| prefix.parse().ok())?;
    let host = most.checked_sub(prefix)?;
    let same = |one: u128, other: u128| (one ^ other).checked_shr(host).unwrap_or(0) == 0;
    Some(match (address, network) {
        (IpAddr::V4(one), IpAddr::V4(other)) => same(u32::from(one).into(), u32::from(other).into()),
        (IpAddr::V6(one), IpAddr::V6(other)) => same(one.into(), other.into()),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::in_range;

    #[test]
    fn ranges_are_compared_by_their_prefix() {
        for (address, range, expected) in [
            ("203.0.113.9", "203.0.113.0/24", Some(true)),
            ("203.0.114.9", "203.0.113.0/24", Some(false)),
            ("203.0.113.9", "203.0.113.9", Some(true)),
            ("203.0.113.9", "0.0.0.0/0", Some(true)),
            ("2001:db8::1", "2001:DB8:0::/32", Some(true)),
            ("2001:db9::1", "2001:db8::/32", Some(false)),
            ("2001:db8::1", "::/0", Some(true)),
            ("2001:db8::1", "0.0.0.0/0", Some(false)),
            ("203.0.113.9", "203.0.113.0/33", None),
            ("somewhere", "203.0.113.0/24", None),
        ] {
            assert_eq!(in_range(address, range), expected, "{address} in {range}");
        }
    }
}
