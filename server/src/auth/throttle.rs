//! Slows down those who guess passwords, and nobody else.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Attempts that are left, of one address, and of one address for one user. They come back with time,
/// so that nobody is ever locked out; and no address takes another's, so that who guesses does not
/// keep the right one out. A login that was right costs nothing.
#[derive(Default)]
pub(super) struct Throttle {
    buckets: Mutex<HashMap<Key, Bucket>>,
}

type Key = (IpAddr, Option<String>);

/// When the last of the attempts that were taken is back.
type Bucket = Instant;

struct Rate {
    /// Until one attempt is back.
    one: Duration,
    /// Attempts that may be taken at once.
    burst: u32,
}

const OF_ADDRESS: Rate = Rate {
    one: Duration::from_millis(500),
    burst: 40,
};
const OF_USER: Rate = Rate {
    one: Duration::from_secs(2),
    burst: 10,
};
/// As many are kept; beyond that those who have all their attempts are dropped, and then all.
const MOST: usize = 20_000;

impl Throttle {
    /// Takes an attempt for this user from this address; or says when there will be one again.
    pub(super) fn admit(&self, address: IpAddr, user: &str, now: Instant) -> Result<(), Duration> {
        let address = network(address);
        // A long name would fill the memory, and is nobody's.
        let user = user.chars().take(64).collect();
        let keys = [
            ((address, None), OF_ADDRESS),
            ((address, Some(user)), OF_USER),
        ];
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|_, back| *back > now);
            if buckets.len() >= MOST {
                buckets.clear();
            }
        }
        for (key, rate) in &keys {
            let back = buckets.get(key).copied().unwrap_or(now).max(now);
            let full = rate.one * (rate.burst - 1);
            let wait = back.saturating_duration_since(now + full);
            if !wait.is_zero() {
                return Err(wait);
            }
        }
        for (key, rate) in keys {
            let back = buckets.entry(key).or_insert(now);
            *back = (*back).max(now) + rate.one;
        }
        Ok(())
    }

    /// Gives the attempts of this user back, and the last one of the address: it was right.
    pub(super) fn forgive(&self, address: IpAddr, user: &str) {
        let address = network(address);
        let user = user.chars().take(64).collect();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.remove(&(address, Some(user)));
        if let Some(back) = buckets.get_mut(&(address, None)) {
            *back = back.checked_sub(OF_ADDRESS.one).unwrap_or(*back);
        }
    }
}

/// Whoever has one address of IPv6 has the network of 64 bits around it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        IpAddr::V4(address) => address.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[test]
    fn who_guesses_waits_and_nobody_else() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..OF_USER.burst {
            assert_eq!(throttle.admit(address(1), "admin", now), Ok(()));
        }
        let wait = throttle.admit(address(1), "admin", now).unwrap_err();
        assert_eq!(wait, OF_USER.one);
        assert_eq!(throttle.admit(address(2), "admin", now), Ok(()));
        assert_eq!(throttle.admit(address(1), "other", now), Ok(()));
        // One comes back, whatever was tried meanwhile.
        for _ in 0..10_000 {
            assert!(throttle.admit(address(1), "admin", now).is_err());
        }
        assert_eq!(throttle.admit(address(1), "admin", now + wait), Ok(()));
        assert!(throttle.admit(address(1), "admin", now + wait).is_err());
    }

    #[test]
    fn a_right_login_costs_nothing() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for _ in 0..1000 {
            assert_eq!(throttle.admit(address(1), "admin", now), Ok(()));
            throttle.forgive(address(1), "admin");
        }
    }

    #[test]
    fn one_address_does_not_try_all_names() {
        let throttle = Throttle::default();
        let now = Instant::now();
        let tried = (0..1000)
            .filter(|number: &u32| throttle.admit(address(1), &number.to_string(), now).is_ok());
        assert_eq!(u32::try_from(tried.count()), Ok(OF_ADDRESS.burst));
    }

    #[test]
    fn a_network_of_ipv6_is_one_address_and_an_ipv4_one_is_itself() {
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        let two: IpAddr = "2001:db8::2".parse().unwrap();
        assert_eq!(network(one), network(two));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), address(1));
    }

    #[test]
    fn the_memory_is_bounded() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for number in 0..100_000_u32 {
            let address = std::net::Ipv4Addr::from(number).into();
            let _ = throttle.admit(address, "admin", now);
        }
        assert!(throttle.buckets.lock().unwrap().len() <= MOST + 1);
    }
}
