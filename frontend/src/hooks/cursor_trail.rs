//! The way back through a list whose API only goes forwards: the cursors of the pages seen, kept
//! for the tab's life, so that 上一页 works after a reload too.

/// The cursors of the second page and those after it, in order.
#[derive(Clone, Default)]
pub struct CursorTrail(Vec<String>);

impl CursorTrail {
    /// Reads what [`Self::write`] wrote.
    pub fn read(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// One cursor a line: cursors are plain tokens.
    pub fn write(&self) -> String {
        self.0.join("\n")
    }

    /// Notes that `page` (2 or later) begins at `cursor`; what lay beyond is forgotten.
    pub fn note(&mut self, page: usize, cursor: &str) {
        let Some(at) = page.checked_sub(2) else { return };
        if at > self.0.len() {
            return;
        }
        self.0.truncate(at);
        self.0.push(cursor.to_owned());
    }

    /// Where the page before `page` begins: its number, and its cursor unless it is the first.
    /// Where the way is not known (a link from somebody else), it leads back to the first.
    pub fn before(&self, page: usize) -> (usize, Option<&str>) {
        let at = page.checked_sub(3).and_then(|at| self.0.get(at));
        match at {
            Some(cursor) => (page - 1, Some(cursor)),
            None => (1, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_retraces_the_way_there() {
        let mut trail = CursorTrail::default();
        trail.note(2, "b");
        trail.note(3, "c");
        trail.note(4, "d");
        let trail = CursorTrail::read(&trail.write());
        assert_eq!(trail.before(4), (3, Some("c")));
        assert_eq!(trail.before(3), (2, Some("b")));
        assert_eq!(trail.before(2), (1, None));
        assert_eq!(trail.before(1), (1, None));
    }

    #[test]
    fn an_unknown_way_leads_to_the_first_page() {
        let mut trail = CursorTrail::default();
        trail.note(7, "g");
        assert_eq!(trail.before(7), (1, None));
        assert_eq!(CursorTrail::default().before(3), (1, None));
    }

    #[test]
    fn turning_another_way_forgets_the_old_one() {
        let mut trail = CursorTrail::read("b\nc\nd");
        trail.note(2, "x");
        assert_eq!(trail.write(), "x");
    }
}
