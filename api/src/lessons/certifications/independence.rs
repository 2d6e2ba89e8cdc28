//! Loads what decides who may review and decide a certification, with one query per kind of fact for many
//! certifications. Facts are about persons, not accounts.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use songjiao_types::{CertificationId, LessonId, TeacherId, TeamId, UserId, certifications::CertificationStatus};

use super::{
    application::{Application, GivenReview},
    batch::Certification,
};
use crate::{
    auth::person::{PersonId, person_ids},
    db::{
        DbConnection,
        schema::{certification_reviewers, certification_reviews, lesson_gradings, team_members},
    },
    error::{ApiError, Result},
    people::policies,
};

/// The latest grading of a lesson, and the accounts that ever graded it.
#[derive(Default)]
struct Gradings {
    latest: Option<(NaiveDate, Option<TeamId>)>,
    accounts: Vec<UserId>,
}

fn gradings(conn: &mut DbConnection, lessons: &[LessonId]) -> Result<HashMap<LessonId, Gradings>> {
    let rows: Vec<(LessonId, NaiveDate, UserId, Option<TeamId>)> = lesson_gradings::table
        .filter(lesson_gradings::lesson_id.eq_any(lessons))
        .order(lesson_gradings::graded_at)
        .select((
            lesson_gradings::lesson_id,
            lesson_gradings::graded_on,
            lesson_gradings::graded_by,
            lesson_gradings::team_id,
        ))
        .load(conn)?;
    let mut found: HashMap<LessonId, Gradings> = HashMap::new();
    for (lesson, day, account, team) in rows {
        let gradings = found.entry(lesson).or_default();
        gradings.latest = Some((day, team));
        gradings.accounts.push(account);
    }
    Ok(found)
}

/// The times during which teachers were members of teams, by team.
struct Memberships(HashMap<TeamId, Vec<(TeacherId, NaiveDate, Option<NaiveDate>)>>);

impl Memberships {
    fn load(conn: &mut DbConnection, teams: &HashSet<TeamId>) -> Result<Self> {
        let rows: Vec<(TeamId, Option<TeacherId>, NaiveDate, Option<NaiveDate>)> = team_members::table
            .filter(team_members::team_id.eq_any(teams))
            .select((team_members::team_id, team_members::teacher_id, team_members::joined_on, team_members::left_on))
            .load(conn)?;
        let mut found: HashMap<_, Vec<_>> = HashMap::new();
        for (team, teacher, joined, left) in rows {
            found.entry(team).or_default().extend(teacher.map(|teacher| (teacher, joined, left)));
        }
        Ok(Self(found))
    }

    /// Returns the members of a team on a day, the first and the last day included.
    fn on(&self, team: TeamId, day: NaiveDate) -> HashSet<PersonId> {
        let members = self.0.get(&team).into_iter().flatten();
        let present = members.filter(|(_, joined, left)| *joined <= day && left.is_none_or(|left| day <= left));
        present.map(|(teacher, ..)| PersonId::Teacher(*teacher)).collect()
    }
}

/// Certifications looked up at once, which bounds the parameters of a statement.
const CHUNK: usize = 2000;

/// Returns the facts about each certification.
///
/// # Errors
/// If the database fails.
pub fn load(
    conn: &mut DbConnection,
    rows: &[Certification],
    today: NaiveDate,
) -> Result<HashMap<CertificationId, Application>> {
    let mut found = HashMap::with_capacity(rows.len());
    for chunk in rows.chunks(CHUNK) {
        found.extend(load_chunk(conn, chunk, today)?);
    }
    Ok(found)
}

fn load_chunk(
    conn: &mut DbConnection,
    rows: &[Certification],
    today: NaiveDate,
) -> Result<HashMap<CertificationId, Application>> {
    let ids: Vec<CertificationId> = rows.iter().map(|row| row.id).collect();
    let gradings = gradings(conn, &rows.iter().map(|row| row.lesson_id).collect::<Vec<_>>())?;
    let teams = gradings.values().filter_map(|gradings| gradings.latest?.1).collect();
    let memberships = Memberships::load(conn, &teams)?;
    let reviews: Vec<(CertificationId, UserId)> = certification_reviews::table
        .filter(certification_reviews::certification_id.eq_any(&ids))
        .order(certification_reviews::id)
        .select((certification_reviews::certification_id, certification_reviews::reviewer_id))
        .load(conn)?;
    let named: Vec<(CertificationId, UserId, Option<String>)> = certification_reviewers::table
        .filter(certification_reviewers::certification_id.eq_any(&ids))
        .select((
            certification_reviewers::certification_id,
            certification_reviewers::user_id,
            certification_reviewers::admission_reason,
        ))
        .load(conn)?;
    let accounts = gradings.values().flat_map(|gradings| gradings.accounts.iter().copied());
    let accounts = accounts
        .chain(rows.iter().map(|row| row.applied_by))
        .chain(reviews.iter().map(|(_, account)| *account))
        .chain(named.iter().map(|(_, account, _)| *account))
        .collect();
    let persons = person_ids(conn, accounts)?;
    let person = |account: UserId| persons.get(&account).copied().unwrap_or(PersonId::User(account));
    let policies = policies::of_organizations(conn, rows.iter().map(|row| row.organization_id).collect())?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let figures = &policies
            .get(&row.organization_id)
            .ok_or_else(|| ApiError::internal("a certification without organization"))?
            .on(today)
            .figures;
        let graded = gradings.get(&row.lesson_id);
        let team = match graded.and_then(|gradings| gradings.latest) {
            Some((day, Some(team))) => memberships.on(team, day),
            _ => HashSet::new(),
        };
        let graders = graded.into_iter().flat_map(|gradings| &gradings.accounts).map(|account| person(*account));
        let application = Application {
            open: row.status == CertificationStatus::Applied,
            teacher: PersonId::Teacher(row.teacher_id),
            applicant: person(row.applied_by),
            graders: graders.collect(),
            team,
            admitted: HashSet::new(),
            reviews: Vec::new(),
            own_team_reviewers: usize::try_from(figures.own_team_reviewers).unwrap_or_default(),
            reviews_required: figures.reviews_required,
        };
        found.insert(row.id, application);
    }
    for (certification, account) in reviews {
        if let Some(application) = found.get_mut(&certification) {
            application.reviews.push(GivenReview { account, person: person(account) });
        }
    }
    for (certification, account, admission) in named {
        if let Some(application) = found.get_mut(&certification).filter(|_| admission.is_some()) {
            application.admitted.insert(person(account));
        }
    }
    Ok(found)
}

/// Returns the facts about one certification.
///
/// # Errors
/// If the database fails.
pub fn load_one(conn: &mut DbConnection, row: &Certification, today: NaiveDate) -> Result<Application> {
    let mut found = load(conn, std::slice::from_ref(row), today)?;
    found.remove(&row.id).ok_or_else(|| ApiError::internal("a certification without facts"))
}
