use std::{cmp::Ordering, collections::HashMap};

use songjiao_types::organizations::{OrganizationKind, OrganizationRef};

use crate::{
    hours::quotas::{rules::rate, tallies::Sums},
    visibility::ancestors,
};

/// Organizations with their paths, ordered by path.
pub type Tree = [(String, OrganizationRef)];

/// Returns the district 学区 of each organization by path: the nearest among itself and its ancestors,
/// or the tree's root if there is none.
pub fn districts(tree: &Tree) -> HashMap<&str, &OrganizationRef> {
    let Some((_, root)) = tree.first() else { return HashMap::new() };
    let by_path: HashMap<&str, &OrganizationRef> =
        tree.iter().map(|(path, organization)| (path.as_str(), organization)).collect();
    let district = |path: &str| {
        let mut above = ancestors(path).into_iter().rev().filter_map(|path| by_path.get(path.as_str()).copied());
        above.find(|organization| organization.kind == OrganizationKind::District).unwrap_or(root)
    };
    tree.iter().map(|(path, _)| (path.as_str(), district(path))).collect()
}

/// Orders groups by rate, the lowest first and those without a rate last. Compares fractions, since rounded rates tie.
pub fn lowest_first(a: &Sums, b: &Sums) -> Ordering {
    match (a.rated(), b.rated()) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        (of_a, of_b) => (a.met * of_b).cmp(&(b.met * of_a)),
    }
}

/// Returns the percentage that a part is of the whole, to one decimal; `None` if the whole is zero.
pub fn share(whole: i64, part: i64) -> Option<f64> {
    rate(whole, part)
}

#[cfg(test)]
mod tests {
    use songjiao_types::OrganizationId;
    use uuid::Uuid;

    use super::*;

    fn place(path: &str, kind: OrganizationKind) -> (String, OrganizationRef) {
        let code = path.rsplit('/').next().expect("a code").to_owned();
        let id = OrganizationId::from_uuid(Uuid::nil());
        (path.to_owned(), OrganizationRef { id, name: code.clone(), code, kind })
    }

    #[test]
    fn a_school_belongs_to_the_nearest_district_above_it_or_to_the_root() {
        use OrganizationKind as K;
        let tree = [
            place("C", K::Bureau),
            place("C/D1", K::District),
            place("C/D1/S", K::School),
            place("C/D1/S/B", K::School),
            place("C/D10", K::School),
            place("C/J", K::TrainingSchool),
        ];
        let districts = districts(&tree);
        let code = |path: &str| districts[path].code.as_str();
        assert_eq!([code("C/D1"), code("C/D1/S"), code("C/D1/S/B")], ["D1"; 3]);
        assert_eq!([code("C"), code("C/D10"), code("C/J")], ["C"; 3]);
    }

    #[test]
    fn a_tree_that_begins_below_its_district_is_one_group() {
        let tree = [place("C/D1/S", OrganizationKind::School), place("C/D1/S/B", OrganizationKind::School)];
        let districts = districts(&tree);
        assert!(districts.values().all(|district| district.code == "S"));
    }

    #[test]
    fn the_lowest_rate_comes_first_however_large_the_group() {
        let of = |teachers, met| Sums { teachers, met, ..Sums::default() };
        let mut groups = [of(2, 1), of(1000, 499), of(3, 0), of(1, 1)];
        groups.sort_by(lowest_first);
        assert_eq!(groups.map(|group| group.teachers), [3, 1000, 2, 1]);
    }
}
