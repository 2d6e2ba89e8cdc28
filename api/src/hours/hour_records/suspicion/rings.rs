//! Which positions belong together: a disjoint-set forest, with a ring through each set to list it.

/// The position of a unit.
pub type At = u32;

/// Disjoint sets of positions. The first position of a set stands for it.
#[derive(Default)]
pub struct Rings {
    /// For each position one before it in its set, or itself, and the next in the ring.
    nodes: Vec<(At, At)>,
}

impl Rings {
    /// Adds the next position, in a set of its own.
    pub fn push(&mut self) {
        let at = number(self.nodes.len());
        self.nodes.push((at, at));
    }

    /// Returns the position that stands for the set of another.
    pub fn first(&self, mut at: At) -> At {
        while self.nodes[index(at)].0 != at {
            at = self.nodes[index(at)].0;
        }
        at
    }

    /// Returns whether a position stands for a set of several.
    pub fn leads(&self, at: At) -> bool {
        let (before, next) = self.nodes[index(at)];
        before == at && next != at
    }

    /// Joins the sets of two positions that are not in the same one.
    pub fn join(&mut self, a: At, b: At) {
        let (one, other) = (self.first(a), self.first(b));
        let (low, high) = (one.min(other), one.max(other));
        self.nodes[index(high)].0 = low;
        let ring = self.nodes[index(low)].1;
        self.nodes[index(low)].1 = self.nodes[index(high)].1;
        self.nodes[index(high)].1 = ring;
    }

    /// Returns the set of a position, in order.
    pub fn members(&self, at: At) -> Vec<At> {
        let mut members = vec![at];
        let mut next = self.nodes[index(at)].1;
        while next != at {
            members.push(next);
            next = self.nodes[index(next)].1;
        }
        members.sort_unstable();
        members
    }

    /// Puts each of the members of a set into a set of its own.
    pub fn dissolve(&mut self, members: &[At]) {
        for member in members {
            self.nodes[index(*member)] = (*member, *member);
        }
    }
}

/// Converts a length to a position.
pub fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Converts a position to an index.
pub fn index(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_joined_listed_and_dissolved() {
        let mut rings = Rings::default();
        (0..5).for_each(|_| rings.push());
        rings.join(1, 3);
        rings.join(4, 3);
        assert_eq!((rings.members(3), rings.first(4), rings.leads(1), rings.leads(0)), (vec![1, 3, 4], 1, true, false));
        rings.join(4, 0);
        assert_eq!((rings.members(1), rings.first(3), rings.leads(1)), (vec![0, 1, 3, 4], 0, false));
        rings.dissolve(&[0, 1, 3, 4]);
        assert_eq!((rings.members(1), rings.leads(0)), (vec![1], false));
    }
}
