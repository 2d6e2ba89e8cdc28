use songjiao_types::search::SearchHit;

/// A hit, and whether it begins with the text.
pub struct RankedHit {
    pub is_prefix: bool,
    pub hit: SearchHit,
}

/// Picks at most `limit` hits, an equal share of each kind if it has enough. Hits that begin with the text come first;
/// otherwise the kinds keep their order.
pub fn pick(limit: usize, kinds: [Vec<RankedHit>; 3]) -> Vec<SearchHit> {
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
    let mut hits: Vec<RankedHit> =
        kinds.into_iter().zip(places).flat_map(|(kind, places)| kind.into_iter().take(places)).collect();
    hits.sort_by_key(|hit| !hit.is_prefix);
    hits.into_iter().map(|ranked| ranked.hit).collect()
}

#[cfg(test)]
mod tests {
    use songjiao_types::search::SearchKind;
    use uuid::Uuid;

    use super::*;

    fn hits(kind: SearchKind, prefixes: &[bool]) -> Vec<RankedHit> {
        let hit = |(at, is_prefix): (usize, &bool)| RankedHit {
            is_prefix: *is_prefix,
            hit: SearchHit { kind, id: Uuid::nil(), title: at.to_string(), detail: String::new() },
        };
        prefixes.iter().enumerate().map(hit).collect()
    }

    fn picked(limit: usize, teachers: &[bool], organizations: &[bool], projects: &[bool]) -> Vec<String> {
        let kinds = [
            hits(SearchKind::Teacher, teachers),
            hits(SearchKind::Organization, organizations),
            hits(SearchKind::Project, projects),
        ];
        pick(limit, kinds).into_iter().map(|hit| format!("{}{}", &hit.kind.to_string()[..1], hit.title)).collect()
    }

    #[test]
    fn no_kind_crowds_out_another() {
        assert_eq!(picked(5, &[true; 9], &[true; 9], &[true]), ["t0", "t1", "o0", "o1", "p0"]);
        assert_eq!(picked(4, &[true; 9], &[], &[]), ["t0", "t1", "t2", "t3"]);
        assert!(picked(4, &[], &[], &[]).is_empty());
    }

    #[test]
    fn what_begins_with_the_text_comes_first() {
        assert_eq!(picked(9, &[true, false], &[false], &[true]), ["t0", "p0", "t1", "o0"]);
    }
}
