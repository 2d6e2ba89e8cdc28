//! When two units are suspected to state the same training, and which unit of a group counts.

use chrono::NaiveDate;
use songjiao_types::{
    HourRecordId, Hours,
    duplicate_groups::DuplicateGround,
    hour_records::{IMPORT_SOURCE, MANUAL_SOURCE, PROJECT_SOURCE},
};

use super::texts::{Text, Texts};

/// Why a record ends if a decision gives no reason.
pub const DUPLICATE: &str = "与其他登记重复，以保留的登记为准";

/// How many days may lie between two sessions of one training that two acts entered.
const DAYS_APART: i64 = 3;

/// What a unit states, as far as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// The title.
    pub title: Text,
    /// The institution.
    pub institution: Text,
    /// The first and the last day.
    pub days: (NaiveDate, NaiveDate),
    /// The hours; of a project's unit, the sum.
    pub hours: Hours,
    /// The training year.
    pub training_year: i32,
    /// The source.
    pub source: Text,
    /// Whether the source is a platform.
    pub platform: bool,
    /// The file or the request that entered it.
    pub act: u32,
    /// The project that it belongs to; 0 for none.
    pub project: u32,
    /// Whether the project issued it.
    pub issued: bool,
    /// Whether it counts already, in whole or in part.
    pub recognized: bool,
    /// Its first record, or the one that this record restores or corrects.
    pub entered: HourRecordId,
}

impl Unit {
    fn overlaps(&self, other: &Self) -> bool {
        self.days.0 <= other.days.1 && other.days.0 <= self.days.1
    }

    /// Returns how many days after the end of one unit the other begins.
    fn days_apart(&self, other: &Self) -> i64 {
        let gap = (self.days.0 - other.days.1).max(other.days.0 - self.days.1);
        gap.num_days().max(0)
    }

    /// Returns whether one file, one request or one project entered both.
    fn same_act(&self, other: &Self) -> bool {
        self.act == other.act || (self.project != 0 && self.project == other.project)
    }
}

/// Returns whether a source is a platform: neither people nor projects write under it.
pub fn is_platform(source: &str) -> bool {
    ![MANUAL_SOURCE, IMPORT_SOURCE, PROJECT_SOURCE].contains(&source)
}

/// Returns why two units of one teacher are suspected to state the same training; `None` if they are not.
pub fn ground(texts: &Texts, a: &Unit, b: &Unit) -> Option<DuplicateGround> {
    use DuplicateGround as G;
    let titles = a.title == b.title;
    let overlap = a.overlaps(b);
    let same_claim = a.institution == b.institution && a.hours == b.hours;
    if titles && same_claim && a.source == b.source && a.days == b.days && !a.issued && !b.issued {
        Some(G::OtherId)
    } else if titles && overlap {
        Some(G::SameTitle)
    } else if titles
        && same_claim
        && a.days_apart(b) <= mutate!(FourDaysApart, DAYS_APART, DAYS_APART + 1)
        && mutate!(OneActSuspected, !a.same_act(b), true)
    {
        Some(G::Adjacent)
    } else if titles
        && same_claim
        && a.platform != b.platform
        && mutate!(PlatformOfAnyYear, a.training_year == b.training_year, true)
    {
        Some(G::Platform)
    } else if overlap && same_claim && texts.are_similar(a.title, b.title) {
        Some(G::SimilarTitle)
    } else {
        None
    }
}

/// Returns the position of the unit of a group that counts: the first entered of those that count already, else the first
/// entered. The pending records of the others wait.
pub fn counting(units: &[&Unit]) -> Option<usize> {
    let of = |at: &usize| (!units[*at].recognized, units[*at].entered);
    mutate!(LastEnteredCounts, (0..units.len()).min_by_key(of), (0..units.len()).max_by_key(of))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[derive(Clone, Copy)]
    struct Case {
        title: &'static str,
        institution: &'static str,
        days: (u32, u32),
        hours: i64,
        source: &'static str,
        act: u32,
        project: u32,
        year: i32,
    }

    const BASE: Case = Case {
        title: "小学数学骨干教师提升培训",
        institution: "舒兰市教师进修学校",
        days: (10, 12),
        hours: 24,
        source: MANUAL_SOURCE,
        act: 1,
        project: 0,
        year: 2026,
    };

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, number).expect("a day of March")
    }

    fn unit(texts: &mut Texts, case: &Case, number: u128) -> Unit {
        Unit {
            title: texts.intern(case.title),
            institution: texts.intern(case.institution),
            days: (day(case.days.0), day(case.days.1)),
            hours: Hours::whole(case.hours),
            training_year: case.year,
            source: texts.intern(case.source),
            platform: is_platform(case.source),
            act: case.act,
            project: case.project,
            issued: case.source == PROJECT_SOURCE,
            recognized: false,
            entered: HourRecordId::from_uuid(Uuid::from_u128(number)),
        }
    }

    fn between(a: Case, b: Case) -> Option<DuplicateGround> {
        let mut texts = Texts::default();
        let (a, b) = (unit(&mut texts, &a, 1), unit(&mut texts, &b, 2));
        let found = ground(&texts, &a, &b);
        assert_eq!(found, ground(&texts, &b, &a), "either way");
        found
    }

    #[test]
    fn equal_titles_with_overlapping_days_are_suspected() {
        let other = Case { institution: "进修学校", hours: 8, act: 2, ..BASE };
        assert_eq!(between(BASE, other), Some(DuplicateGround::SameTitle));
        assert_eq!(between(BASE, Case { days: (12, 13), ..other }), Some(DuplicateGround::SameTitle));
        assert_eq!(
            between(BASE, Case { title: "小学数学骨干教师（提升）培训", ..other }),
            Some(DuplicateGround::SameTitle)
        );
        assert_eq!(between(BASE, Case { days: (13, 14), ..other }), None, "the day after");
        assert_eq!(between(BASE, Case { title: "小学语文骨干教师提升培训", ..other }), None, "another title");
    }

    #[test]
    fn sessions_at_most_three_days_apart_from_two_acts_are_suspected() {
        let other = Case { days: (15, 17), act: 2, ..BASE };
        assert_eq!(between(BASE, other), Some(DuplicateGround::Adjacent));
        assert_eq!(between(BASE, Case { days: (16, 17), ..other }), None, "four days apart");
        assert_eq!(between(BASE, Case { act: 1, ..other }), None, "one file");
        let project = Case { project: 7, ..BASE };
        assert_eq!(between(project, Case { project: 7, ..other }), None, "one project");
        assert_eq!(between(project, Case { project: 8, ..other }), Some(DuplicateGround::Adjacent), "two projects");
        assert_eq!(between(BASE, Case { hours: 23, ..other }), None, "other hours");
        assert_eq!(between(BASE, Case { institution: "吉林省教育学院", ..other }), None, "another institution");
    }

    #[test]
    fn a_platform_and_another_door_are_suspected_within_a_training_year() {
        let other = Case { days: (25, 27), source: "province", act: 2, ..BASE };
        assert_eq!(between(BASE, other), Some(DuplicateGround::Platform));
        assert_eq!(between(Case { source: PROJECT_SOURCE, ..BASE }, other), Some(DuplicateGround::Platform));
        assert_eq!(between(BASE, Case { year: 2025, ..other }), None, "another year");
        assert_eq!(between(BASE, Case { source: IMPORT_SOURCE, ..other }), None, "no platform");
        assert_eq!(between(Case { source: "city", ..BASE }, other), None, "two platforms");
        assert_eq!(between(BASE, Case { hours: 16, ..other }), None, "other hours");
    }

    #[test]
    fn similar_titles_with_equal_hours_at_one_place_and_time_are_suspected() {
        let other = Case { title: "小学数学骨干教师能力提升培训", act: 2, ..BASE };
        assert_eq!(between(BASE, other), Some(DuplicateGround::SimilarTitle));
        assert_eq!(between(BASE, Case { hours: 16, ..other }), None, "other hours");
        assert_eq!(between(BASE, Case { institution: "吉林省教育学院", ..other }), None, "another institution");
        assert_eq!(between(BASE, Case { days: (13, 14), ..other }), None, "other days");
        assert_eq!(between(BASE, Case { title: "小学数学骨干教师提升培训2", ..other }), None, "another number");
    }

    #[test]
    fn one_source_that_states_the_same_under_two_ids_is_suspected() {
        let other = Case { act: 2, ..BASE };
        assert_eq!(between(BASE, other), Some(DuplicateGround::OtherId));
        assert_eq!(between(BASE, BASE), Some(DuplicateGround::OtherId), "also in one file");
        assert_eq!(between(BASE, Case { source: IMPORT_SOURCE, ..other }), Some(DuplicateGround::SameTitle));
        let issued = Case { source: PROJECT_SOURCE, project: 1, ..BASE };
        assert_eq!(between(issued, Case { project: 2, ..issued }), Some(DuplicateGround::SameTitle), "two projects");
    }

    #[test]
    fn half_days_a_week_apart_are_not_suspected() {
        let weekly = |days, act| Case { days: (days, days), hours: 4, title: "校本研修", act, ..BASE };
        for (first, second) in
            [(weekly(3, 1), weekly(10, 1)), (weekly(3, 1), weekly(10, 2)), (weekly(10, 1), weekly(17, 3))]
        {
            assert_eq!(between(first, second), None);
        }
    }

    #[test]
    fn the_first_entered_counts_unless_another_counts_already() {
        let mut texts = Texts::default();
        let mut units = [1, 2, 3].map(|number| unit(&mut texts, &BASE, number));
        let counts = |units: &[Unit; 3]| counting(&units.iter().collect::<Vec<_>>());
        assert_eq!(counts(&units), Some(0));
        units[2].recognized = true;
        assert_eq!(counts(&units), Some(2));
        units[1].recognized = true;
        assert_eq!(counts(&units), Some(1));
        assert_eq!(counting(&[]), None);
    }
}
