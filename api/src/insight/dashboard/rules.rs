use std::collections::HashMap;

use songjiao_types::dashboard::QuotaFigures;

use crate::hours::quotas::rules::rate;

/// Returns the figures of a quota that `met` of `teachers` met.
pub fn quota(teachers: i64, met: i64) -> QuotaFigures {
    QuotaFigures { met, short: teachers - met, rate: rate(teachers, met) }
}

/// Returns the path of the root's child at or above a path; `None` for the root itself and for paths
/// outside it.
pub fn child_of<'a>(root: &str, path: &'a str) -> Option<&'a str> {
    let below = path.strip_prefix(root)?.strip_prefix('/')?;
    let code = below.split('/').next()?;
    Some(&path[..root.len() + 1 + code.len()])
}

/// Sums the figures of organizations by the child of the root that they belong to.
pub fn by_child<'a>(root: &str, figures: impl Iterator<Item = (&'a str, [i64; 3])>) -> HashMap<&'a str, [i64; 3]> {
    let mut sums: HashMap<&str, [i64; 3]> = HashMap::new();
    for (path, amounts) in figures {
        if let Some(child) = child_of(root, path) {
            let sum = sums.entry(child).or_default();
            for (sum, amount) in sum.iter_mut().zip(amounts) {
                *sum += amount;
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_summed_up_under_the_children_of_the_root() {
        let figures =
            [("220283", [9, 9, 9]), ("220283/XQ01", [1, 0, 0]), ("220283/XQ01/A", [2, 3, 4]), ("220283/B", [5, 5, 5])];
        let sums = by_child("220283", figures.into_iter());
        assert_eq!(sums["220283/XQ01"], [3, 3, 4]);
        assert_eq!(sums["220283/B"], [5, 5, 5]);
        assert_eq!(sums.len(), 2);
        assert_eq!(child_of("220283/XQ0", "220283/XQ01"), None);
    }
}
