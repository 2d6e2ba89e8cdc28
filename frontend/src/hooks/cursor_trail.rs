//! The way back through a list whose API only pages forwards. The cursors of the visited pages are kept for the life of
//! the tab, so that 上一页 works after a reload, too.

/// The cursors of the second and all later pages, in order.
#[derive(Clone, Default)]
pub struct CursorTrail(Vec<String>);

impl CursorTrail {
    /// Parses the output of [`Self::write`].
    pub fn read(text: &str) -> Self {
        Self(text.lines().map(str::to_owned).collect())
    }

    /// One cursor per line; cursors are plain tokens.
    pub fn write(&self) -> String {
        self.0.join("\n")
    }

    /// Records that `page` (2 or later) begins at `cursor`, and drops the pages after it.
    pub fn record(&mut self, page: usize, cursor: &str) {
        let Some(at) = page.checked_sub(2) else { return };
        if at > self.0.len() {
            return;
        }
        self.0.truncate(at);
        self.0.push(cursor.to_owned());
    }

    /// The number of the page before `page`, and its cursor unless it is the first. If the cursor is unknown (a link
    /// from another user), this is the first page.
    pub fn previous(&self, page: usize) -> (usize, Option<&str>) {
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
    fn going_back_follows_the_same_cursors() {
        let mut trail = CursorTrail::default();
        trail.record(2, "b");
        trail.record(3, "c");
        trail.record(4, "d");
        let trail = CursorTrail::read(&trail.write());
        assert_eq!(trail.previous(4), (3, Some("c")));
        assert_eq!(trail.previous(3), (2, Some("b")));
        assert_eq!(trail.previous(2), (1, None));
        assert_eq!(trail.previous(1), (1, None));
    }

    #[test]
    fn an_unknown_page_leads_to_the_first() {
        let mut trail = CursorTrail::default();
        trail.record(7, "g");
        assert_eq!(trail.previous(7), (1, None));
        assert_eq!(CursorTrail::default().previous(3), (1, None));
    }

    #[test]
    fn another_cursor_discards_the_later_ones() {
        let mut trail = CursorTrail::read("b\nc\nd");
        trail.record(2, "x");
        assert_eq!(trail.write(), "x");
    }
}
