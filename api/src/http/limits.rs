//! Rate limits: requests to public operations by address, sign-ins and password changes by address at a lower rate,
//! requests to all others by user. Each process counts for itself.

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
    /// All limits.
    On {
        /// Requests of one address to public operations.
        address: Rate,
        /// Requests of one user to all others.
        user: Rate,
        /// Requests of one address that prove a password or a token. All teachers of a school may share one address.
        auth: Rate,
    },
}

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        let rates = text.split(',').map(|rate| rate.trim().parse()).collect::<Result<Vec<Rate>, _>>()?;
        match rates.as_slice() {
            [address, user, auth] => Ok(Self::On { address: *address, user: *user, auth: *auth }),
            _ => Err("three rates, such as 20/200,1000/5000,2/60, or off".to_owned()),
        }
    }
}

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// The counters of addresses and of users.
pub struct Limits(Option<Counters>);

struct Counters {
    addresses: Limiter<IpAddr>,
    users: Limiter<UserId>,
    auth: Limiter<IpAddr>,
}

impl Limits {
    /// Starts counting.
    pub fn new(limit: RateLimit) -> Self {
        let quota = |rate: Rate| Quota::per_second(rate.per_second).allow_burst(rate.burst);
        Self(match limit {
            RateLimit::Off => None,
            RateLimit::On { address, user, auth } => Some(Counters {
                addresses: RateLimiter::hashmap(quota(address)),
                users: RateLimiter::hashmap(quota(user)),
                auth: RateLimiter::hashmap(quota(auth)),
            }),
        })
    }

    /// Counts a request to a public operation.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_address(&self, request: &HttpRequest) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |counters| count(&counters.addresses, &client_network(request)))
    }

    /// Counts a request that proves a password or a token.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_auth(&self, request: &HttpRequest) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |counters| count(&counters.auth, &client_network(request)))
    }

    /// Counts a request of a signed-in user.
    ///
    /// # Errors
    /// 429 with the seconds to wait.
    pub fn count_user(&self, user: UserId) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |counters| count(&counters.users, &user))
    }

    /// Forgets callers whose burst is fully available again.
    pub fn forget_idle(&self) {
        if let Some(counters) = &self.0 {
            for addresses in [&counters.addresses, &counters.auth] {
                addresses.retain_recent();
                addresses.shrink_to_fit();
            }
            counters.users.retain_recent();
            counters.users.shrink_to_fit();
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

fn client_network(request: &HttpRequest) -> IpAddr {
    network(client_address(request).unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED)))
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
    fn a_limit_is_three_rates_or_off() {
        let rate = |per_second, burst| Rate { per_second: whole(per_second), burst: whole(burst) };
        let limit = RateLimit::On { address: rate(20, 200), user: rate(1000, 5000), auth: rate(2, 60) };
        assert_eq!("20/200, 1000/5000, 2/60".parse(), Ok(limit));
        assert_eq!("off".parse(), Ok(RateLimit::Off));
        for wrong in ["", "20", "20/200", "20/200,1000/5000", "0/1,1/1,1/1", "20/200,many,2/60", "on"] {
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
