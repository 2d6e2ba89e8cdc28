//! Visits 入校 of 送教下乡: consecutive days at schools of one district 学区 for one subject, over a training
//! year's projects of a county. They follow from the organizations of the activities in phases ② to ⑤, not from
//! words about a place.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    iter,
};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{
    OrganizationId, ProjectId,
    activities::ActivityStatus,
    organizations::OrganizationKind,
    projects::{ProjectKind, ProjectStatus},
};

use super::{batch::Project, rules::is_open};
use crate::{
    auth::scope::Scope,
    db::{
        DbConnection,
        schema::{activities, organizations, phases, projects},
    },
    error::Result,
    visibility::{ancestors, organization_ids_in},
};

/// The visits to the schools of one district.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DistrictVisits {
    /// The district's name; the school's own if it lies in no district.
    pub district: String,
    /// All visits of the year.
    pub count: usize,
    /// The days of each visit in which the project takes part.
    pub own_days: Vec<usize>,
}

/// The projects whose visits count together.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Course {
    /// The path of the county's bureau.
    county: String,
    training_year: i32,
    subject: Option<String>,
}

/// The days at the schools of a district, each with the projects that are there.
type Days = BTreeMap<NaiveDate, BTreeSet<ProjectId>>;

/// The visits of the courses to which some projects belong.
pub struct Visits {
    courses: HashMap<ProjectId, Course>,
    /// By the path of the district.
    days: HashMap<Course, BTreeMap<String, Days>>,
    places: Places,
}

/// An activity at a school.
#[derive(Queryable)]
struct Stay {
    project_id: ProjectId,
    training_year: i32,
    subject: Option<String>,
    owner: OrganizationId,
    held_on: NaiveDate,
    days: i32,
    school: OrganizationId,
}

impl Visits {
    /// Loads the visits of the courses of the given projects. Only projects of 送教下乡 that have not ended have any.
    ///
    /// # Errors
    /// If the database fails.
    pub fn load(conn: &mut DbConnection, rows: &[Project]) -> Result<Self> {
        let rows: Vec<&Project> =
            rows.iter().filter(|row| row.kind == ProjectKind::SendTeaching && is_open(row.status)).collect();
        let owners = Places::load(conn, rows.iter().map(|row| row.owner_organization_id))?;
        let course = |row: &&Project| {
            let county = owners.nearest(row.owner_organization_id, OrganizationKind::Bureau)?.to_owned();
            Some((row.id, Course { county, training_year: row.training_year, subject: row.subject.clone() }))
        };
        let courses: HashMap<ProjectId, Course> = rows.iter().filter_map(course).collect();
        let stays = stays(conn, &courses)?;
        let places = Places::load(conn, stays.iter().flat_map(|stay| [stay.owner, stay.school]))?;
        let mut days: HashMap<Course, BTreeMap<String, Days>> = HashMap::new();
        for stay in stays {
            let county = places.nearest(stay.owner, OrganizationKind::Bureau);
            let district = places.nearest(stay.school, OrganizationKind::District);
            let (Some(county), Some(district)) = (county, district) else { continue };
            let (county, training_year, subject) = (county.to_owned(), stay.training_year, stay.subject);
            let districts = days.entry(Course { county, training_year, subject }).or_default();
            let at_district = districts.entry(district.to_owned()).or_default();
            for date in stay.held_on.iter_days().take(usize::try_from(stay.days).unwrap_or_default()) {
                at_district.entry(date).or_default().insert(stay.project_id);
            }
        }
        Ok(Self { courses, days, places })
    }

    /// Returns the visits to each district in whose schools a project has activities.
    pub fn of(&self, project: ProjectId) -> Vec<DistrictVisits> {
        let Some(districts) = self.courses.get(&project).and_then(|course| self.days.get(course)) else {
            return Vec::new();
        };
        let visited = districts.iter().filter(|(_, days)| days.values().any(|projects| projects.contains(&project)));
        let visits = |(path, days): (&String, &Days)| {
            let district = self.places.name(path).to_owned();
            district_visits(district, days, project)
        };
        visited.map(visits).collect()
    }
}

/// Counts the visits to a district. Consecutive days are one visit.
fn district_visits(district: String, days: &Days, project: ProjectId) -> DistrictVisits {
    let mut visits: Vec<(usize, bool)> = Vec::new();
    let mut last: Option<NaiveDate> = None;
    for (date, projects) in days {
        let own = projects.contains(&project);
        match (visits.last_mut(), last.and_then(|last| last.succ_opt()) == Some(*date)) {
            (Some(visit), true) => *visit = (visit.0 + 1, visit.1 || own),
            _ => visits.push((1, own)),
        }
        last = Some(*date);
    }
    let own_days = visits.iter().filter(|(_, own)| *own).map(|(days, _)| *days).collect();
    DistrictVisits { district, count: visits.len(), own_days }
}

/// Loads the activities at schools of all projects of some courses.
fn stays(conn: &mut DbConnection, courses: &HashMap<ProjectId, Course>) -> Result<Vec<Stay>> {
    if courses.is_empty() {
        return Ok(Vec::new());
    }
    let years: BTreeSet<i32> = courses.values().map(|course| course.training_year).collect();
    let subjects: BTreeSet<&str> = courses.values().filter_map(|course| course.subject.as_deref()).collect();
    let counties: BTreeSet<&str> = courses.values().map(|course| course.county.as_str()).collect();
    let schools = organizations::table
        .filter(organizations::kind.eq_any([OrganizationKind::School, OrganizationKind::Kindergarten]))
        .select(organizations::id.nullable());
    let mut rows = activities::table
        .inner_join(projects::table.on(projects::id.eq(activities::project_id)))
        .inner_join(phases::table.on(activities::phase_id.eq(phases::id.nullable())))
        .filter(projects::kind.eq(ProjectKind::SendTeaching))
        .filter(projects::status.ne(ProjectStatus::Cancelled).and(activities::status.ne(ActivityStatus::Cancelled)))
        .filter(projects::training_year.eq_any(years))
        .filter(phases::position.ge(2))
        .filter(activities::organization_id.eq_any(schools))
        .select((
            projects::id,
            projects::training_year,
            projects::subject,
            projects::owner_organization_id,
            activities::held_on,
            activities::days,
            activities::organization_id.assume_not_null(),
        ))
        .into_boxed();
    rows = if courses.values().any(|course| course.subject.is_none()) {
        rows.filter(projects::subject.is_null().or(projects::subject.assume_not_null().eq_any(subjects)))
    } else {
        rows.filter(projects::subject.assume_not_null().eq_any(subjects))
    };
    // A page of several counties reads the projects of all of them.
    if let (Some(county), 1) = (counties.first(), counties.len()) {
        let county = Scope::new(*county);
        rows = rows.filter(projects::owner_organization_id.eq_any(organization_ids_in!(county)));
    }
    Ok(rows.load(conn)?)
}

/// Some organizations with all above them.
#[derive(Default)]
struct Places {
    paths: HashMap<OrganizationId, String>,
    /// The names and kinds, by path.
    organizations: HashMap<String, (String, OrganizationKind)>,
}

impl Places {
    fn load(conn: &mut DbConnection, ids: impl Iterator<Item = OrganizationId>) -> Result<Self> {
        let ids: HashSet<OrganizationId> = ids.collect();
        let rows = organizations::table.filter(organizations::id.eq_any(ids));
        let paths: HashMap<OrganizationId, String> =
            rows.select((organizations::id, organizations::path)).load(conn)?.into_iter().collect();
        let above: HashSet<String> = paths.values().flat_map(|path| ancestors(path)).collect();
        let rows: Vec<(String, String, OrganizationKind)> = organizations::table
            .filter(organizations::path.eq_any(above))
            .select((organizations::path, organizations::name, organizations::kind))
            .load(conn)?;
        let organizations = rows.into_iter().map(|(path, name, kind)| (path, (name, kind))).collect();
        Ok(Self { paths, organizations })
    }

    /// Returns the path of the nearest organization of a kind at or above another; its own path if there is
    /// none.
    fn nearest(&self, id: OrganizationId, kind: OrganizationKind) -> Option<&str> {
        let path = self.paths.get(&id)?;
        let is_of_kind = |path: &&str| self.organizations.get(*path).is_some_and(|(_, its_kind)| *its_kind == kind);
        let above = path.rmatch_indices('/').map(|(end, _)| &path[..end]);
        Some(iter::once(path.as_str()).chain(above).find(is_of_kind).unwrap_or(path))
    }

    fn name<'a>(&'a self, path: &'a str) -> &'a str {
        self.organizations.get(path).map_or(path, |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(number: u128) -> ProjectId {
        ProjectId::from_uuid(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn consecutive_days_are_one_visit_of_all_projects_that_are_there() {
        let days = [("2026-03-10", 1), ("2026-03-11", 2), ("2026-03-13", 1), ("2026-04-01", 2)];
        let days: Days =
            days.map(|(day, number)| (day.parse().expect("a date"), BTreeSet::from([project(number)]))).into();
        let visits = |number| {
            let visits = district_visits("学区".to_owned(), &days, project(number));
            (visits.count, visits.own_days)
        };
        assert_eq!(visits(1), (3, vec![2, 1]));
        assert_eq!(visits(2), (3, vec![2, 1]));
        assert_eq!(visits(3), (3, vec![]));
    }

    #[test]
    fn a_school_without_a_district_stands_for_itself() {
        let organization = |number| OrganizationId::from_uuid(uuid::Uuid::from_u128(number));
        let paths = [(organization(1), "SL/XQ1/A1".to_owned()), (organization(2), "SL/A2".to_owned())];
        let district = ("SL/XQ1".to_owned(), ("法特学区".to_owned(), OrganizationKind::District));
        let places = Places { paths: paths.into(), organizations: [district].into() };
        assert_eq!(places.nearest(organization(1), OrganizationKind::District), Some("SL/XQ1"));
        assert_eq!(places.nearest(organization(2), OrganizationKind::District), Some("SL/A2"));
        assert_eq!(places.name("SL/XQ1"), "法特学区");
    }
}
