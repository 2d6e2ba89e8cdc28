//! Rate limits: requests to public operations by address, requests to all others by user. Each process
//! counts for itself.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    str::FromStr,
    time::Duration,
};

use actix_web::HttpRequest;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::HashMapStateStore,
};
use songjiao_types::{ErrorCode, UserId};

use crate::{
    error::{ApiError, Result},
    http::problems::client_address,
};

/// How often idle callers are forgotten, which bounds the memory.
pub const CLEANUP_INTERVAL: Duration = Duration::from_mins(1);

/// A sustained rate in requests a second, and a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    per_second: NonZeroU32,
    burst: NonZeroU32,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(rate, burst)| Some((rate.parse().ok()?, burst.parse().ok()?)));
        let (per_second, burst) = parts.ok_or_else(|| format!("{text} is no rate such as 20/200"))?;
        Ok(Self { per_second, burst })
    }
}

/// The limits that an installation sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimit {
    /// No limits.
    Off,
    /// Both limits.
    On {
        /// Requests of one address to public operations.
        address: Rate,
        /// Requests of one user to all others.
        user: Rate,
    },
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let (address, user) = text.split_once(',').ok_or("two rates, such as 20/200,1000/5000, or off")?;
        Ok(Self::On { address: address.trim().parse()?, user: user.trim().parse()? })
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// The counters of addresses and of users.
pub struct Limits(Option<(Limiter<IpAddr>, Limiter<UserId>)>);

impl Limits {
    /// Starts counting.
    pub fn new(limit: RateLimit) -> Self {
        let quota = |rate: Rate| Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self(match limit {
            RateLimit::Off => None,
            RateLimit::On { address, user } => {
                Some((RateLimiter::hashmap(quota(address)), RateLimiter::hashmap(quota(user))))
            }
        })
    }

    /// Counts a request to a public operation.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_address(&self, request: &HttpRequest) -> Result<()> {
        let Some((addresses, _)) = &self.0 else { return Ok(()) };
        count(addresses, &network(client_address(request).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))))
    }

    /// Counts a request of a signed-in user.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_user(&self, user: UserId) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |(_, users)| count(users, &user))
    }

    /// Forgets callers whose burst is fully available again.
    pub fn forget_idle(&self) {
        if let Some((addresses, users)) = &self.0 {
            addresses.retain_recent();
            addresses.shrink_to_fit();
            users.retain_recent();
            users.shrink_to_fit();
        }
    }
}

fn count<K: Clone + Hash + Eq>(limiter: &Limiter<K>, key: &K) -> Result<()> {
    limiter.check_key(key).map_err(|refused| {
        let wait = refused.wait_time_from(DefaultClock::default().now());
        // Rounded up, since an earlier retry would be refused again.
        let seconds = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX).saturating_add(1);
        ApiError::new(ErrorCode::RateLimited).retry_after(seconds)
    })
}

/// Returns the address that counts; for IPv6 the /64 network, since a subscriber owns all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(number: u32) -> NonZeroU32 {
        NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
    }

    #[test]
    fn a_limit_is_two_rates_or_off() {
        let rate = |per_second, burst| Rate { per_second: whole(per_second), burst: whole(burst) };
        let limit = RateLimit::On { address: rate(20, 200), user: rate(1000, 5000) };
        assert_eq!("20/200, 1000/5000".parse(), Ok(limit));
        assert_eq!("off".parse(), Ok(RateLimit::Off));
        for wrong in ["", "20", "20/200", "0/1,1/1", "20/200,many", "on"] {
            assert!(wrong.parse::<RateLimit>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn one_subscriber_counts_as_one() {
        let of = |text: &str| text.parse().map(network);
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
