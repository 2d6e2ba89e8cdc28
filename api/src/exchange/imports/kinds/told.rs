//! What the rows so far told of.

use std::{
    collections::{BTreeMap, btree_map::Entry, hash_map::RandomState},
    hash::{BuildHasher, Hash},
};

/// By the hash of its key, which row told of something first, and the hash of what it says: a few
/// bytes a row, whatever a row says, and never twice as many while it grows.
#[derive(Default)]
pub struct Told {
    rows: BTreeMap<u64, (u32, u32)>,
    hasher: RandomState,
}

impl Told {
    /// The row that told of the same before, and whether it says the same; else remembers this one.
    pub fn before(&mut self, row: i64, key: impl Hash, says: impl Hash) -> Option<(u32, bool)> {
        let says = u32::try_from(self.hasher.hash_one(says) & u64::from(u32::MAX)).unwrap_or_default();
        match self.rows.entry(self.hasher.hash_one(key)) {
            Entry::Occupied(first) => {
                let (first, said) = *first.get();
                Some((first, said == says))
            }
            Entry::Vacant(slot) => {
                slot.insert((u32::try_from(row).unwrap_or(u32::MAX), says));
                None
            }
        }
    }
}
