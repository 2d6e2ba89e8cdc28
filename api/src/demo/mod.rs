//! `songjiao demo`: a county to look around in. Shulan as 舒教局函〔2017〕82号 describes it, with
//! generated people: whoever has a name here is nobody. The same on every machine, from one seed.

mod accounts;
mod county;
mod hours;
mod lessons;
mod people;
mod plans;
mod projects;
mod random;
mod rows;
mod teams;

use std::fmt;

use chrono::NaiveDate;
use diesel::{connection::SimpleConnection, prelude::*};
use serde::Serialize;
use songjiao_types::{OrganizationId, Role, TeacherId, UserId};

use crate::{
    app::setup,
    auth::password,
    config::FirstStart,
    db::{
        Actor, Database, DbConnection, Tx,
        schema::{audit_log, organizations, teachers, users},
    },
    error::{ApiError, Result},
    hours::hour_records::ledger,
    people::effects,
};
use accounts::{Account, Accounts, Holder};
use people::Person;
use projects::{Ground, Project};
use random::Chance;
use rows::Rows;

/// The password of every account, and of `admin` unless another was given.
pub const PASSWORD: &str = "songjiao-demo-2026";

/// The demonstration's present.
const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 20) {
    Some(day) => day,
    None => NaiveDate::MIN,
};
const SEED: u64 = 82_2017;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub organizations: usize,
    pub teachers: usize,
    pub projects: usize,
    pub hour_records: usize,
    pub lessons: usize,
    pub certifications: usize,
}

/// How a load ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Loaded(Counts),
    AlreadyLoaded,
}

/// The outcome, with the accounts to sign in with.
pub struct Report {
    pub outcome: Outcome,
    accounts: Vec<Account>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.outcome {
            Outcome::Loaded(counts) => writeln!(
                f,
                "Loaded the demonstration county: {} organizations, {} teachers, {} projects, {} hour records, {} lessons, \
                 {} certifications.",
                counts.organizations,
                counts.teachers,
                counts.projects,
                counts.hour_records,
                counts.lessons,
                counts.certifications
            )?,
            Outcome::AlreadyLoaded => writeln!(f, "The demonstration county is loaded already; nothing was changed.")?,
        }
        writeln!(f, "Sign in with (user name, password):")?;
        self.accounts.iter().try_for_each(|account| writeln!(f, "  {account}"))
    }
}

/// Loads the county into a database that has nothing but what the first start set up.
///
/// # Errors
/// In words for the person who starts it; where the database holds something else, nothing is
/// written.
pub fn load(db: &Database, config: &FirstStart) -> Result<Report, String> {
    let given = config.admin_password.is_some();
    let admin_password = config.admin_password.clone().or_else(|| Some(PASSWORD.to_owned()));
    setup::first_start(db, &FirstStart { admin_password, ..config.clone() })?;
    let hash = password::hash_now(PASSWORD).map_err(|error| error.to_string())?;
    let outcome = db.write_now(Actor::system(), |tx| load_once(tx, &hash, given)).map_err(|error| error.to_string())?;
    let outcome = outcome.ok_or("the database is not empty: the demonstration needs one of its own")?;
    let accounts = db.read_now(read_accounts).map_err(|error| error.to_string())?;
    Ok(Report { outcome, accounts })
}

/// `None` where the database holds something that is not the demonstration.
fn load_once(tx: &mut Tx<'_>, hash: &str, admin_password_given: bool) -> Result<Option<Outcome>> {
    if let DbConnection::Postgres(connection) = tx.conn {
        connection.batch_execute("SELECT pg_advisory_xact_lock(82, 2026)")?;
    }
    let loaded = audit_log::table.filter(audit_log::entity.eq("demo")).count().get_result::<i64>(tx.conn)? > 0;
    if loaded {
        return Ok(Some(Outcome::AlreadyLoaded));
    }
    let below = organizations::table.filter(organizations::parent_id.is_not_null()).count();
    if below.get_result::<i64>(tx.conn)? + teachers::table.count().get_result::<i64>(tx.conn)? > 0 {
        return Ok(None);
    }
    let (root, path): (OrganizationId, String) = organizations::table
        .filter(organizations::parent_id.is_null())
        .select((organizations::id, organizations::path))
        .first(tx.conn)?;
    let admin: UserId = users::table.filter(users::username.eq("admin")).select(users::id).first(tx.conn)?;
    if !admin_password_given {
        // A password that somebody has chosen is theirs.
        diesel::update(
            users::table.find(admin).filter(users::must_change_password.eq(true).or(users::last_login_at.is_null())),
        )
        .set((users::password_hash.eq(hash), users::must_change_password.eq(false)))
        .execute(tx.conn)?;
    }
    let counts = write(tx, (root, &path), admin, hash)?;
    ledger::rebuild_totals(tx.conn)?;
    let ids: Vec<TeacherId> = teachers::table.select(teachers::id).load(tx.conn)?;
    effects::service_changed(tx, &ids)?;
    tx.audit("load", "demo", SEED, None::<&()>, Some(&counts))?;
    tx.publish_everything(&[root.uuid()])?;
    tx.conn.batch_execute("ANALYZE")?;
    Ok(Some(Outcome::Loaded(counts)))
}

fn write(tx: &mut Tx<'_>, (root, path): (OrganizationId, &str), admin: UserId, hash: &str) -> Result<Counts> {
    let chance = &mut Chance::new(SEED);
    let accounts = Accounts::new(chance, admin);
    let county = county::plant(chance, root, path);
    let mut people = people::engage(chance, &county, accounts.training);
    let teams = teams::form(chance, &county, &people.engaged, county.training_school);
    let ground = Ground { county: &county, people: &people.engaged, teams: &teams.formed, recorder: accounts.training };
    let mut projects = projects::run(chance, &ground);
    let mut hours = hours::record(chance, &county, &people.engaged, accounts.training);
    let showcase = projects.run.get(SHOWCASE).ok_or_else(|| ApiError::internal("no project to show"))?;
    let star = hours::make_star(&mut hours, &people.engaged, &showcase.participants);
    let holders = holders(&accounts, &county, &people.engaged, showcase, star)?;
    let classroom = lessons::Classroom { county: &county, people: &people.engaged, accounts: &accounts, star };
    let lessons = lessons::teach(chance, &classroom, &projects.run);
    hours.append(&mut projects.hours);
    let written = Counts {
        organizations: county.rows.len(),
        teachers: people.teachers.len(),
        projects: projects.rows.len(),
        hour_records: hours.len(),
        lessons: lessons.given.len(),
        certifications: lessons.certifications.len(),
    };
    county.rows.write(tx)?;
    std::mem::take(&mut people.teachers).write(tx)?;
    people.appointments.write(tx)?;
    accounts::rows(holders, hash).write(tx)?;
    people.exemptions.write(tx)?;
    teams.rows.write(tx)?;
    teams.members.write(tx)?;
    projects.rows.write(tx)?;
    projects.phases.write(tx)?;
    projects.activities.write(tx)?;
    projects.deliverables.write(tx)?;
    projects.enrollments.write(tx)?;
    projects.attendance.write(tx)?;
    hours.write(tx)?;
    lessons.given.write(tx)?;
    lessons.certifications.write(tx)?;
    lessons.reviews.write(tx)?;
    lessons.counters.write(tx)?;
    Ok(written)
}

/// The project whose people have the accounts, by its place among the plans.
const SHOWCASE: usize = 6;

fn holders(
    accounts: &Accounts,
    county: &county::County,
    people: &[Person],
    showcase: &Project,
    star: usize,
) -> Result<Vec<Holder>> {
    let nobody = || ApiError::internal("the project to show has no team");
    let (leader, member) = match showcase.team[..] {
        [leader, member, ..] => (&people[leader], &people[member]),
        _ => return Err(nobody()),
    };
    let at = |person: &Person| county.schools[person.school].id;
    let own = |id, username, role, person: &Person| Holder {
        id,
        username,
        role,
        name: person.name.clone(),
        organization: at(person),
        scope: at(person),
        teacher: Some(person.id),
    };
    let of = |id, username, role, name: &str, organization, scope| Holder {
        id,
        username,
        role,
        name: name.to_owned(),
        organization,
        scope,
        teacher: None,
    };
    let (training_school, root) = (county.training_school, county.root);
    let school = &county.schools[people[star].school];
    let district = county.districts[school.district];
    Ok(vec![
        of(accounts.training, "training", Role::TrainingSchoolAdmin, "培训处 周老师", training_school, root),
        of(accounts.colleague, "training2", Role::TrainingSchoolAdmin, "教研部 林老师", training_school, root),
        own(accounts.leader, "leader", Role::TeamLeader, leader),
        own(accounts.member, "member", Role::TeamMember, member),
        of(accounts.district, "district", Role::DistrictCoordinator, "学区 何主任", district, district),
        of(accounts.school, "school", Role::SchoolAdmin, "教务处 孙主任", school.id, school.id),
        own(accounts.teacher, "teacher", Role::Teacher, &people[star]),
        of(accounts.auditor, "auditor", Role::Auditor, "督导室 郭督学", root, root),
    ])
}

fn read_accounts(conn: &mut DbConnection) -> Result<Vec<Account>> {
    const NAMES: [&str; 9] =
        ["admin", "training", "training2", "leader", "member", "district", "school", "teacher", "auditor"];
    let mut rows: Vec<(String, Role, String, String, String)> = users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .filter(users::username.eq_any(NAMES))
        .select((users::username, users::role, users::name, users::password_hash, organizations::name))
        .load(conn)?;
    rows.sort_by_key(|(username, ..)| NAMES.iter().position(|name| name == username));
    // All were given the same hash, so one that differs has been changed since.
    let shared = rows.iter().find(|(username, ..)| username == "auditor").map(|row| row.3.clone());
    let account = |(username, role, name, hash, organization)| Account {
        username,
        role,
        name,
        organization,
        demo_password: Some(hash) == shared,
    };
    Ok(rows.into_iter().map(account).collect())
}
