//! A county to look around in: Shulan as 舒教局函〔2017〕82号 describes it, with generated people; no name
//! stands for a real person. One seed makes it the same on every machine.

mod accounts;
mod acts;
mod calendar;
mod careers;
mod closing;
mod county;
mod ground;
mod hours;
mod lessons;
mod people;
mod phases;
mod plans;
mod projects;
mod random;
mod teams;

use std::fmt;

use diesel::{connection::SimpleConnection, prelude::*};
use serde::Serialize;
use songjiao_api::{
    app::setup,
    batch,
    config::{FirstStart, PasswordProfile},
    db::{
        Actor, Database, DbConnection, Tx,
        schema::{audit_log, organizations, teachers, users},
    },
    error::{ApiError, Result},
    hours::hour_records::ledger,
    people::effects,
};
use songjiao_types::{
    Hours, OrganizationId, TeacherId, UserId,
    changes::ChangeType,
    hour_records::{HoldSet, HourRecordHold, HourRecordStatus},
};

pub use accounts::PASSWORD;
use accounts::{Account, Accounts};
use calendar::day;
use ground::Ground;
use random::Chance;

const SEED: u64 = 82_2017;
/// The project whose people have the accounts, by its position among the plans.
const SHOWCASE: usize = 6;

/// The number of rows written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the fields name what they count")]
pub struct Counts {
    pub organizations: usize,
    pub teachers: usize,
    pub projects: usize,
    pub hour_records: usize,
    pub lessons: usize,
    pub certifications: usize,
}

/// The outcome of a load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The county was written.
    Loaded(Counts),
    /// The database had the county already; nothing was written.
    AlreadyLoaded,
}

/// The outcome with the accounts; displayed for the terminal.
pub struct Report {
    /// The outcome.
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

/// Loads the county into a database that has nothing but the first start's rows. The password of `admin` is
/// the demonstration's, too, unless another one is given.
///
/// # Errors
/// A message for the operator; if the database holds other data, nothing is written.
pub fn load(db: &Database, config: &FirstStart) -> Result<Report, String> {
    let given = config.admin_password.is_some();
    let admin_password = config.admin_password.clone().or_else(|| Some(PASSWORD.to_owned()));
    setup::first_start(db, &FirstStart { admin_password, ..config.clone() }, PasswordProfile::Asvs)?;
    let hash = batch::hash_password(PASSWORD).map_err(|error| error.to_string())?;
    let outcome = db.write_now(Actor::system(), |tx| load_once(tx, &hash, given)).map_err(|error| error.to_string())?;
    let outcome = outcome.ok_or("the database is not empty: the demonstration needs one of its own")?;
    if let Outcome::Loaded(_) = outcome {
        close_last_years(db).and_then(|()| acts::act(db)).map_err(|error| error.to_string())?;
    }
    let accounts = db.read_now(accounts::read).map_err(|error| error.to_string())?;
    Ok(Report { outcome, accounts })
}

/// Closes the years that are over, then records late hours: each in a transaction of its own, since late is what comes
/// after a closing.
fn close_last_years(db: &Database) -> Result<()> {
    let (id, username) = db.read_now(|conn| {
        let admin = users::table.filter(users::username.eq("admin"));
        Ok(admin.select((users::id, users::username)).first::<(UserId, String)>(conn)?)
    })?;
    let admin = || Actor { user_id: Some(id), username: username.clone(), ..Actor::system() };
    db.write_now(admin(), closing::close_years)?;
    db.write_now(admin(), closing::record_late_hours)
}

/// Returns `None` if the database holds other data.
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
        // A password that a user has chosen stays.
        diesel::update(
            users::table.find(admin).filter(users::must_change_password.eq(true).or(users::last_login_at.is_null())),
        )
        .set((users::password_hash.eq(hash), users::must_change_password.eq(false)))
        .execute(tx.conn)?;
    }
    let counts = write(tx, (root, &path), admin, hash)?;
    tx.audit("load", "demo", SEED, None::<&()>, Some(&counts))?;
    tx.conn.batch_execute("ANALYZE")?;
    Ok(Some(Outcome::Loaded(counts)))
}

fn write(tx: &mut Tx<'_>, (root, path): (OrganizationId, &str), admin: UserId, hash: &str) -> Result<Counts> {
    let chance = &mut Chance::new(SEED);
    let accounts = Accounts::new(chance, admin);
    let county = county::plant(chance, root, path);
    let mut people = people::engage(chance, &county, accounts.training);
    careers::vary(&mut people, &county, admin)?;
    let teams = teams::form(chance, &county, &people.engaged, county.training_school);
    let ground = Ground { county: &county, people: &people.engaged, teams: &teams.formed, recorder: accounts.training };
    let mut projects = projects::run(chance, &ground);
    let mut hours = hours::record(chance, &county, &people.engaged, accounts.training);
    let showcase = projects.run.get(SHOWCASE).ok_or_else(|| ApiError::internal("no project to show"))?;
    let star = hours::make_star(&mut hours, &people.engaged, &showcase.participants);
    let others: Vec<usize> = showcase.participants.iter().chain(&showcase.team).copied().chain([star]).collect();
    let users = accounts.rows(&county, &people.engaged, &showcase.team, star, hash)?;
    let classroom = lessons::Classroom { county: &county, people: &people.engaged, accounts: &accounts, star };
    let lessons = lessons::teach(chance, &classroom, &projects.run);
    let reported = careers::report_an_end(&people, star, &others, accounts.school)?;
    hours.append(&mut projects.hours);
    for row in &mut hours {
        row.holds = match row.status {
            HourRecordStatus::Pending => HoldSet::base(row.holds.contains(HourRecordHold::ProjectEnd)),
            _ => HoldSet::EMPTY,
        };
        row.hold = row.holds.first();
    }
    let written = Counts {
        organizations: county.rows.len(),
        teachers: people.teachers.len(),
        projects: projects.rows.len(),
        hour_records: hours.len(),
        lessons: lessons.given.len(),
        certifications: lessons.certifications.len(),
    };
    batch::organizations::upsert(tx, &county.rows)?;
    batch::insert_policy(
        tx,
        root,
        day(2027, 1, 1),
        (admin, "七个工作日公示，校本研修每年最多计 24 学时"),
        |figures| {
            figures.publicity_days = 7;
            figures.tier_caps.school = Some(Hours::whole(24));
        },
    )?;
    batch::teachers::insert_with_appointments(tx, std::mem::take(&mut people.teachers), &people.appointments)?;
    batch::users::insert(tx, &users)?;
    batch::appointments::insert(tx.conn, &[reported])?;
    batch::exemptions::insert(tx.conn, &people.exemptions)?;
    let exempt: Vec<TeacherId> = people.exemptions.iter().map(|row| row.teacher_id).collect();
    effects::service_changed(tx, &exempt)?;
    batch::teams::insert(tx, &teams.rows)?;
    batch::teams::insert_members(tx, &teams.members)?;
    batch::projects::insert(tx, &projects.rows)?;
    batch::phases::insert(tx, &projects.phases)?;
    batch::activities::insert(tx, &projects.activities)?;
    batch::activities_named::insert_deliverers(tx, &projects.deliverers)?;
    batch::activities_named::insert_organizations(tx, &projects.concerned)?;
    batch::deliverables::insert(tx, &projects.deliverables)?;
    batch::enrollments::insert(tx, &projects.enrollments)?;
    batch::attendance::upsert(tx, &projects.attendance)?;
    batch::insert_source(tx, hours::PROVINCIAL_SOURCE, root, admin)?;
    batch::hour_records::insert(tx.conn, &hours)?;
    tx.publish(ChangeType::HourRecordRecorded, hours.iter().map(|row| row.id));
    let repeated: Vec<TeacherId> =
        hours.iter().filter(|row| row.source == hours::PROVINCIAL_SOURCE).map(|row| row.teacher_id).collect();
    batch::hour_records::open_duplicate_groups(tx, &repeated)?;
    ledger::rebuild_totals(tx.conn)?;
    batch::lessons::insert(tx, &lessons.given)?;
    batch::certifications::insert(tx, &lessons.certifications)?;
    batch::certifications::insert_reviews(tx, &lessons.reviews)?;
    Ok(written)
}
