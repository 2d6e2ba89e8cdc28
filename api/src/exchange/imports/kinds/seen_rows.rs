use std::{
    collections::{BTreeMap, btree_map::Entry, hash_map::RandomState},
    hash::{BuildHasher, Hash},
};

use super::super::report::Counts;

/// The earlier rows of a file by the hash of their key, with the hash of their content: a few bytes a row,
/// and a map that never doubles while it grows.
#[derive(Default)]
pub struct SeenRows {
    rows: BTreeMap<u64, (u32, u32)>,
    hasher: RandomState,
}

impl SeenRows {
    /// Returns whether an earlier row has the same key. If the contents are equal, the row counts as
    /// unchanged; otherwise `differs` is called with the number of the first row.
    pub fn is_repeated(
        &mut self,
        row: i64,
        (key, content): (impl Hash, impl Hash),
        counts: &mut Counts,
        differs: impl FnOnce(u32),
    ) -> bool {
        match self.first(row, key, content) {
            Some((_, true)) => counts.unchanged += 1,
            Some((first, false)) => differs(first),
            None => return false,
        }
        true
    }

    /// Returns the first row with the same key and whether its content is equal; else remembers this row.
    fn first(&mut self, row: i64, key: impl Hash, content: impl Hash) -> Option<(u32, bool)> {
        let content = u32::try_from(self.hasher.hash_one(content) & u64::from(u32::MAX)).unwrap_or_default();
        match self.rows.entry(self.hasher.hash_one(key)) {
            Entry::Occupied(first) => {
                let (first, first_content) = *first.get();
                Some((first, first_content == content))
            }
            Entry::Vacant(slot) => {
                slot.insert((u32::try_from(row).unwrap_or(u32::MAX), content));
                None
            }
        }
    }
}
