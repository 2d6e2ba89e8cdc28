//! Attempts to prove a password, at sign-in and before a change of the password.
//!
//! An attempt is counted before the password is verified, so that guesses in flight count as well: however many arrive
//! at once, no more are verified than the limits allow. Each network locks itself out of a user name early; the sum of
//! all networks locks the name late, and only for networks from which the user has never signed in.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use songjiao_types::{ErrorCode, UserId, id_numbers::mask_owned};

use crate::{
    db::{
        DbConnection, Tx, on_connection,
        schema::{sign_in_attempts, user_networks, users},
        types::{UtcTime, lower},
    },
    error::{ApiError, Result},
};

/// The number of consecutive failures that lock a user name for one network.
const FAILURES_OF_A_NETWORK: i32 = 5;
/// The number of failures that lock a user name for all networks unknown to the user.
const FAILURES_OF_ALL: i32 = 10;
/// The number of consecutive failures that name no user and lock their network. A whole school may share one.
const FAILURES_UNNAMED: i32 = 20;
/// How long a name stays locked, by round.
const LOCKS: [TimeDelta; 4] = [TimeDelta::minutes(15), TimeDelta::hours(1), TimeDelta::hours(4), TimeDelta::hours(24)];
/// After how long without an attempt the failures are forgotten: longer than the longest lock.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(2);
/// How long a network stays known to a user after a sign-in.
const KNOWN_FOR: TimeDelta = TimeDelta::days(90);
/// The key of the attempts of all networks.
const ALL_NETWORKS: &str = "";

/// Who tries to prove a password.
#[derive(Clone, Debug)]
pub struct Attempt {
    username: String,
    network: String,
}

impl Attempt {
    /// Names an attempt by the user name, in which case does not matter, and by the client's network.
    pub fn new(username: &str, client: Option<IpAddr>) -> Self {
        Self { username: key(username), network: network(client) }
    }
}

impl Attempt {
    /// Names an attempt to give the last characters of a user's ID number, from wherever it comes.
    pub fn of_id_number(user: UserId) -> Self {
        Self { username: id_number_key(user), network: ALL_NETWORKS.to_owned() }
    }
}

/// No user name contains `#`.
fn id_number_key(user: UserId) -> String {
    format!("#id-number:{user}")
}

/// Returns the name under which attempts are counted. Somebody who types an ID number leaves none behind.
fn key(username: &str) -> String {
    mask_owned(username.to_lowercase())
}

/// Returns the network of an address: the /24 or, for IPv6, the /48. A site has one; an attacker has few of them.
fn network(client: Option<IpAddr>) -> String {
    let address = client.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |address| address.to_canonical());
    match address {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << 8)).to_string(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80)).to_string(),
    }
}

/// Counts an attempt as a failure, until [`succeed`] takes it back.
///
/// # Errors
/// 429 `too_many_attempts` with the seconds to wait, if the name is locked for the network. Such an attempt does not
/// count.
pub fn begin(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    count(tx, &attempt.username, &attempt.network, FAILURES_OF_A_NETWORK, &LOCKS, false)?;
    let known = is_known(tx.conn, attempt, tx.now)?;
    count(tx, &attempt.username, ALL_NETWORKS, FAILURES_OF_ALL, &LOCKS, known)?;
    Ok(())
}

/// Refuses an attempt that names no user, such as one at an activation code, if its network is locked.
///
/// # Errors
/// 429 `too_many_attempts` with the seconds to wait.
pub fn check_unnamed(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    let row = sign_in_attempts::table.find((&attempt.username, &attempt.network));
    let until: Option<Option<UtcTime>> = row.select(sign_in_attempts::locked_until).first(tx.conn).optional()?;
    refuse_until(until.flatten(), tx.now)
}

/// Counts a failure that names no user, in the transaction of the verification.
pub fn fail_unnamed(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    count(tx, &attempt.username, &attempt.network, FAILURES_UNNAMED, &LOCKS[..1], true)?;
    Ok(())
}

/// Takes one failure of an attempt's network back: a school whose teachers mistype now and then is not locked out, and
/// nobody clears the way for guesses with a code of their own.
pub fn succeed_unnamed(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    let row = sign_in_attempts::table.find((&attempt.username, &attempt.network));
    diesel::update(row).set(sign_in_attempts::failures.eq(sign_in_attempts::failures - 1)).execute(tx.conn)?;
    diesel::delete(row.filter(sign_in_attempts::failures.le(0))).execute(tx.conn)?;
    Ok(())
}

/// Counts a failure in the transaction of the verification. Returns whether it has locked the name.
pub fn fail(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<bool> {
    count(tx, &attempt.username, &attempt.network, FAILURES_OF_A_NETWORK, &LOCKS, true)
}

/// Clears the failures of a user's ID number.
pub fn clear_id_number(tx: &mut Tx<'_>, user: UserId) -> Result<()> {
    clear(tx, &id_number_key(user))
}

/// Refuses an attempt if the name is locked for its network, whether or not such a user exists. [`begin`] does so, too:
/// this saves the write.
///
/// # Errors
/// 429 as for [`begin`].
pub fn check(conn: &mut DbConnection, attempt: &Attempt, now: UtcTime) -> Result<()> {
    let locks: Vec<(String, Option<UtcTime>)> = sign_in_attempts::table
        .filter(sign_in_attempts::username.eq(&attempt.username))
        .filter(sign_in_attempts::network.eq_any([attempt.network.as_str(), ALL_NETWORKS]))
        .filter(sign_in_attempts::locked_until.gt(Some(now)))
        .select((sign_in_attempts::network, sign_in_attempts::locked_until))
        .load(conn)?;
    let known = locks.iter().any(|(network, _)| network == ALL_NETWORKS) && is_known(conn, attempt, now)?;
    let until =
        locks.into_iter().filter(|(network, _)| network != ALL_NETWORKS || !known).filter_map(|lock| lock.1).max();
    refuse_until(until, now)
}

fn refuse_until(until: Option<UtcTime>, now: UtcTime) -> Result<()> {
    match until {
        Some(until) if until > now => {
            let seconds = (DateTime::<Utc>::from(until) - DateTime::from(now)).num_seconds().max(1);
            Err(ApiError::new(ErrorCode::TooManyAttempts).retry_after(seconds))
        }
        _ => Ok(()),
    }
}

/// Returns whether the user has signed in from an attempt's network.
pub fn is_known(conn: &mut DbConnection, attempt: &Attempt, now: UtcTime) -> Result<bool> {
    let known = user_networks::table
        .inner_join(users::table)
        .filter(lower(users::username).eq(&attempt.username).and(user_networks::network.eq(&attempt.network)))
        .filter(user_networks::last_used_at.gt(now.after(-KNOWN_FOR)));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(conn)?)
}

/// Counts one failure. Concurrent attempts wait here for each other, and see the lock that another has set. Returns whether
/// this failure sets one.
fn count(
    tx: &mut Tx<'_>,
    username: &str,
    network: &str,
    limit: i32,
    locks: &[TimeDelta],
    passes_locks: bool,
) -> Result<bool> {
    let row = (
        sign_in_attempts::username.eq(username),
        sign_in_attempts::network.eq(network),
        sign_in_attempts::failures.eq(1),
        sign_in_attempts::last_attempt_at.eq(tx.now),
    );
    let (failures, locked_until): (i32, Option<UtcTime>) = on_connection!(tx.conn, connection => {
        diesel::insert_into(sign_in_attempts::table)
            .values(row)
            .on_conflict((sign_in_attempts::username, sign_in_attempts::network))
            .do_update()
            .set((
                sign_in_attempts::failures.eq(sign_in_attempts::failures + 1),
                sign_in_attempts::last_attempt_at.eq(tx.now),
            ))
            .returning((sign_in_attempts::failures, sign_in_attempts::locked_until))
            .get_result(connection)?
    });
    if !passes_locks {
        refuse_until(locked_until, tx.now)?;
    }
    let lock = lock_after(failures, limit, locks);
    if let Some(lock) = lock {
        diesel::update(sign_in_attempts::table.find((username, network)))
            .set(sign_in_attempts::locked_until.eq(Some(tx.now.after(lock))))
            .execute(tx.conn)?;
    }
    Ok(lock.is_some())
}

/// Returns how long a name stays locked after its latest failure, by round; the last one repeats.
fn lock_after(failures: i32, limit: i32, locks: &[TimeDelta]) -> Option<TimeDelta> {
    let round = usize::try_from(failures / limit).ok().filter(|round| *round > 0 && failures % limit == 0)?;
    locks.get(round - 1).or(locks.last()).copied()
}

/// Takes an attempt back that proved the password: the network's failures are cleared, and of the failures of all
/// networks the attempt's own, so that a sign-in does not clear the way for guesses from elsewhere.
pub fn succeed(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<()> {
    diesel::delete(sign_in_attempts::table.find((&attempt.username, &attempt.network))).execute(tx.conn)?;
    let all = sign_in_attempts::table.find((&attempt.username, ALL_NETWORKS));
    let failures: Option<i32> = all.select(sign_in_attempts::failures).first(tx.conn).optional()?;
    if failures.is_some_and(|failures| failures % FAILURES_OF_ALL == 0) {
        // A lock that this attempt has set ends with it.
        diesel::update(all).set(sign_in_attempts::locked_until.eq(None::<UtcTime>)).execute(tx.conn)?;
    }
    diesel::update(all).set(sign_in_attempts::failures.eq(sign_in_attempts::failures - 1)).execute(tx.conn)?;
    diesel::delete(all.filter(sign_in_attempts::failures.le(0))).execute(tx.conn)?;
    Ok(())
}

/// Forgets names without an attempt for longer than the longest lock.
pub fn forget_old(tx: &mut Tx<'_>) -> Result<()> {
    let old = sign_in_attempts::table.filter(sign_in_attempts::last_attempt_at.lt(tx.now.after(-FORGOTTEN_AFTER)));
    diesel::delete(old).execute(tx.conn)?;
    Ok(())
}

/// Records the network of a sign-in as known to the user.
pub fn record_network(tx: &mut Tx<'_>, user: UserId, attempt: &Attempt) -> Result<()> {
    let row = user_networks::table.find((user, &attempt.network));
    if diesel::update(row).set(user_networks::last_used_at.eq(tx.now)).execute(tx.conn)? == 0 {
        let new = (
            user_networks::user_id.eq(user),
            user_networks::network.eq(&attempt.network),
            user_networks::last_used_at.eq(tx.now),
        );
        diesel::insert_into(user_networks::table).values(new).execute(tx.conn)?;
    }
    let forgotten = tx.now.after(-KNOWN_FOR);
    let old =
        user_networks::table.filter(user_networks::user_id.eq(user).and(user_networks::last_used_at.lt(forgotten)));
    diesel::delete(old).execute(tx.conn)?;
    Ok(())
}

/// Clears all failures of a user name, which unlocks it everywhere.
pub fn clear(tx: &mut Tx<'_>, username: &str) -> Result<()> {
    let of_name = sign_in_attempts::table.filter(sign_in_attempts::username.eq(key(username)));
    diesel::delete(of_name).execute(tx.conn)?;
    Ok(())
}

/// Returns until when user names are locked for some network, by name in lower case.
pub fn locks<'a>(
    conn: &mut DbConnection,
    usernames: impl Iterator<Item = &'a str>,
    now: UtcTime,
) -> Result<HashMap<String, DateTime<Utc>>> {
    let names: Vec<String> = usernames.map(key).collect();
    let rows: Vec<(String, Option<UtcTime>)> = sign_in_attempts::table
        .filter(sign_in_attempts::username.eq_any(names).and(sign_in_attempts::locked_until.gt(Some(now))))
        .order(sign_in_attempts::locked_until)
        .select((sign_in_attempts::username, sign_in_attempts::locked_until))
        .load(conn)?;
    // Of several locks of a name the last one to end remains.
    Ok(rows.into_iter().filter_map(|(name, until)| Some((name, until?.into()))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_longer_by_round() {
        let minutes = |failures| lock_after(failures, 5, &LOCKS).map(|lock| lock.num_minutes());
        assert_eq!((1..=4).find_map(minutes), None);
        assert_eq!([5, 10, 15, 20, 25, 500].map(minutes), [15, 60, 240, 1440, 1440, 1440].map(Some));
        assert_eq!(minutes(6), None);
    }

    #[test]
    fn a_site_is_one_network() {
        let of = |address: &str| network(address.parse().ok());
        assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.254"));
        assert_ne!(of("192.0.2.1"), of("192.0.3.1"));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:ffff::1"));
        assert_ne!(of("2001:db8:1::1"), of("2001:db8:2::1"));
    }
}
