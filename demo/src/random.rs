use chrono::{NaiveDate, TimeDelta};
use songjiao_types::Id;
use uuid::Builder;

use super::calendar::nine;

/// A pseudo-random generator (SplitMix64): one seed gives the same county on every machine.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low + 1).unwrap_or(1).max(1);
        low + i64::try_from(self.next() % width).unwrap_or_default()
    }

    /// Returns an index below `len`.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.next() % (len.max(1) as u64)).unwrap_or_default()
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.index(of.len())]
    }

    /// Picks a value by weight.
    pub fn weighted<T: Copy>(&mut self, of: &[(i64, T)]) -> T {
        let total = of.iter().map(|(weight, _)| weight).sum::<i64>();
        let mut at = self.between(1, total);
        for (weight, value) in of {
            at -= weight;
            if at <= 0 {
                return *value;
            }
        }
        of[of.len() - 1].1
    }

    /// Picks a word by weight from a list such as `3小学 1幼儿园`.
    pub fn weighted_word(&mut self, of: &'static str) -> &'static str {
        let word = |item: &'static str| {
            let (weight, word) = item.split_at(item.find(|c: char| !c.is_ascii_digit()).unwrap_or_default());
            (weight.parse().unwrap_or_default(), word)
        };
        self.weighted(&of.split_whitespace().map(word).collect::<Vec<(i64, &str)>>())
    }

    pub fn per_mille(&mut self, chance: i64) -> bool {
        self.between(1, 1000) <= chance
    }

    /// Returns a day from the first to the last.
    pub fn day(&mut self, first: NaiveDate, last: NaiveDate) -> NaiveDate {
        first + TimeDelta::days(self.between(0, (last - first).num_days().max(0)))
    }

    /// Returns a UUIDv7 as if created on that day soon after nine in the morning.
    pub fn id<T>(&mut self, day: NaiveDate) -> Id<T> {
        let (high, low) = (self.next(), self.next());
        let mut random = [0; 10];
        random[..8].copy_from_slice(&high.to_be_bytes());
        random[8..].copy_from_slice(&low.to_be_bytes()[..2]);
        let at = chrono::DateTime::from(nine(day)).timestamp_millis() + self.between(0, 3_600_000);
        Id::from_uuid(Builder::from_unix_timestamp_millis(u64::try_from(at).unwrap_or_default(), &random).into_uuid())
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            let other = self.index(at + 1);
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::TeacherId;

    use super::{super::calendar::day, *};

    #[test]
    fn the_same_seed_makes_the_same_ids_in_the_order_of_their_days() {
        let made = |seed| {
            let mut chance = Chance::new(seed);
            [day(2025, 3, 1), day(2026, 3, 1)].map(|day| chance.id::<songjiao_types::markers::Teacher>(day))
        };
        let ids: [TeacherId; 2] = made(7);
        assert_eq!(ids, made(7));
        assert_ne!(ids, made(8));
        assert!(ids[0] < ids[1]);
        assert_eq!(ids[0].uuid().get_version_num(), 7);
    }

    #[test]
    fn chance_stays_within_its_bounds() {
        let mut chance = Chance::new(1);
        let drawn: Vec<_> = (0..1000).map(|_| chance.between(-2, 2)).collect();
        assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&-2), Some(&2)));
        assert_eq!(chance.weighted(&[(0, 'a'), (1, 'b')]), 'b');
    }
}
