use songjiao_types::search::SearchHit;

/// A hit, and whether it begins with what was looked for.
pub struct Found {
    pub begins: bool,
    pub hit: SearchHit,
}

/// At most `limit` of what was found of each kind: as many of one as of another, as far as there
/// are any; what begins with the text first, and the kinds in their order.
pub fn share(limit: usize, kinds: [Vec<Found>; 3]) -> Vec<SearchHit> {
    let mut places = [0; 3];
    let mut left = limit;
    while left > 0 {
        let before = left;
        for (place, kind) in places.iter_mut().zip(&kinds) {
            if left > 0 && *place < kind.len() {
                *place += 1;
                left -= 1;
            }
        }
        if left == before {
            break;
        }
    }
    let mut found: Vec<Found> =
        kinds.into_iter().zip(places).flat_map(|(kind, places)| kind.into_iter().take(places)).collect();
    found.sort_by_key(|found| !found.begins);
    found.into_iter().map(|found| found.hit).collect()
}

#[cfg(test)]
mod tests {
    use songjiao_types::search::SearchKind;
    use uuid::Uuid;

    use super::*;

    fn found(kind: SearchKind, begins: &[bool]) -> Vec<Found> {
        let hit = |(at, begins): (usize, &bool)| Found {
            begins: *begins,
            hit: SearchHit { kind, id: Uuid::nil(), title: at.to_string(), detail: String::new() },
        };
        begins.iter().enumerate().map(hit).collect()
    }

    fn shared(limit: usize, teachers: &[bool], organizations: &[bool], projects: &[bool]) -> Vec<String> {
        let kinds = [
            found(SearchKind::Teacher, teachers),
            found(SearchKind::Organization, organizations),
            found(SearchKind::Project, projects),
        ];
        share(limit, kinds).into_iter().map(|hit| format!("{}{}", &hit.kind.to_string()[..1], hit.title)).collect()
    }

    #[test]
    fn no_kind_crowds_out_another() {
        assert_eq!(shared(5, &[true; 9], &[true; 9], &[true]), ["t0", "t1", "o0", "o1", "p0"]);
        assert_eq!(shared(4, &[true; 9], &[], &[]), ["t0", "t1", "t2", "t3"]);
        assert!(shared(4, &[], &[], &[]).is_empty());
    }

    #[test]
    fn what_begins_with_the_text_comes_first() {
        assert_eq!(shared(9, &[true, false], &[false], &[true]), ["t0", "p0", "t1", "o0"]);
    }
}
