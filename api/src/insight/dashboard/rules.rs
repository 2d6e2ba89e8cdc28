use std::collections::HashMap;

use songjiao_types::dashboard::QuotaFigures;

use crate::hours::quotas::rules::rate;

/// Returns the figures of a quota that `met` of `rated` teachers met, beside those of whom nothing is required.
pub fn quota([rated, met, exempt]: [i64; 3]) -> QuotaFigures {
    QuotaFigures { met, short: rated - met, exempt, rate: rate(rated, met) }
}

/// Returns the path of the root's child at or above a path; `None` for the root itself and for paths
/// outside it.
pub fn child_of<'a>(root: &str, path: &'a str) -> Option<&'a str> {
    let below = path.strip_prefix(root)?.strip_prefix('/')?;
    let code = below.split('/').next()?;
    Some(&path[..root.len() + 1 + code.len()])
}

/// Sums the figures of organizations by the child of the root that they belong to.
pub fn by_child<'a, const N: usize>(
    root: &str,
    figures: impl Iterator<Item = (&'a str, [i64; N])>,
) -> HashMap<&'a str, [i64; N]> {
    let mut sums: HashMap<&str, [i64; N]> = HashMap::new();
    for (path, amounts) in figures {
        if let Some(child) = child_of(root, path) {
            let sum = sums.entry(child).or_insert([0; N]);
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
