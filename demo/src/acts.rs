//! What people did to the ledger in the autumn of the present year, by the ledger's own rules: a training told five ways,
//! hours that are implausible in each way, records withdrawn and returned, and a phase that was reopened.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use songjiao_api::{
    batch,
    db::{
        Actor, Database, DbConnection, Tx,
        schema::{enrollments, phases, projects, teachers, users},
    },
    error::{ApiError, Result},
    hours::hour_records::{
        entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
        ledger::{self, Outcome},
    },
};
use songjiao_types::{
    HourRecordId, Hours, OrganizationId, PhaseId, ProjectId, TeacherId, UserId,
    hour_records::{HourRecordStatus, MANUAL_SOURCE},
    phases::PhaseStatus,
    teachers::TeacherStatus,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};

use super::{
    calendar::{TODAY, day},
    hours::PROVINCIAL_SOURCE,
};

/// Teachers of the school whose clerk has an account, one for each act.
const TEACHERS: i64 = 6;

/// A person with an account.
struct Person {
    id: UserId,
    username: String,
    organization: OrganizationId,
}

impl Person {
    fn find(conn: &mut DbConnection, username: &str) -> Result<Self> {
        let user = users::table.filter(users::username.eq(username));
        let (id, organization) = user.select((users::id, users::organization_id)).first(conn)?;
        Ok(Self { id, username: username.to_owned(), organization })
    }

    fn actor(&self) -> Actor {
        Actor { user_id: Some(self.id), username: self.username.clone(), ..Actor::system() }
    }
}

/// Acts as the training school, the school and the training school again, each in a transaction of its own.
///
/// # Errors
/// If the database fails, or the county lacks a teacher or a phase that an act needs.
pub fn act(db: &Database) -> Result<()> {
    let (training, school) =
        db.read_now(|conn| Ok((Person::find(conn, "training")?, Person::find(conn, "school")?)))?;
    let colleagues = db.read_now(|conn| colleagues(conn, school.organization))?;
    let [told, above, overlapping, late, ahead, submitting] = colleagues[..] else { return Err(missing("the acts")) };
    db.write_now(training.actor(), |tx| {
        tell_five_ways(tx, told, training.organization)?;
        enter_implausible(tx, [above, overlapping, late, ahead], training.organization)?;
        reopen_a_phase(tx)
    })?;
    let submitted = db.write_now(school.actor(), |tx| submit(tx, submitting, school.organization))?;
    db.write_now(training.actor(), |tx| {
        decide(tx, submitted, HourRecordStatus::Returned, "结业证书上为 8 学时，请核对后重新申报")
    })?;
    db.write_now(school.actor(), |tx| correct(tx, submitting, school.organization, submitted))
}

fn missing(what: &str) -> ApiError {
    ApiError::internal(format!("the demonstration has nothing for {what}"))
}

/// Returns teachers of a school who take part in no project, by number.
fn colleagues(conn: &mut DbConnection, school: OrganizationId) -> Result<Vec<TeacherId>> {
    let enrolled = enrollments::table.select(enrollments::teacher_id);
    let linked = users::table.filter(users::teacher_id.is_not_null()).select(users::teacher_id.assume_not_null());
    Ok(teachers::table
        .filter(teachers::organization_id.eq(school).and(teachers::status.eq(TeacherStatus::Active)))
        .filter(teachers::joined_on.lt(day(2020, 1, 1)))
        .filter(diesel::dsl::not(teachers::id.eq_any(enrolled)))
        .filter(diesel::dsl::not(teachers::id.eq_any(linked)))
        .order(teachers::teacher_no)
        .limit(TEACHERS)
        .select(teachers::id)
        .load(conn)?)
}

/// A training of the present year.
fn training(title: &str, (starts_on, ends_on): (NaiveDate, NaiveDate), hours: i64) -> Training {
    Training {
        training_year: 2026,
        starts_on,
        ends_on,
        hours: Hours::whole(hours),
        level: TrainingLevel::County,
        mode: TrainingMode::FaceToFace,
        dimension: Some(TrainingDimension::Knowledge),
        title: title.to_owned(),
        institution: "舒兰市教师进修学校".to_owned(),
    }
}

fn manual(organization: OrganizationId, external_id: Option<&str>) -> RecordKey {
    RecordKey::of(RecordSource::within(MANUAL_SOURCE, organization), external_id.map(str::to_owned))
}

fn recognized(key: RecordKey, teacher_id: TeacherId, training: Training) -> LedgerEntry {
    LedgerEntry::new(key, Content { teacher_id, training }, HourRecordStatus::Recognized)
}

/// Enters one training of a teacher five ways, as it happens when a school, the training school and the province each
/// report it. The first counts; the other four wait as one group.
fn tell_five_ways(tx: &mut Tx<'_>, teacher: TeacherId, organization: OrganizationId) -> Result<()> {
    let days = (day(2026, 5, 18), day(2026, 5, 20));
    let first = Training {
        level: TrainingLevel::National,
        institution: "东北师范大学".to_owned(),
        dimension: Some(TrainingDimension::Skill),
        ..training("“国培计划”乡村骨干教师能力提升研修(第二期)", days, 24)
    };
    let province = RecordSource::named(PROVINCIAL_SOURCE.to_owned());
    let entries = vec![
        recognized(manual(organization, None), teacher, first.clone()),
        recognized(manual(organization, None), teacher, Training { ends_on: days.1 + Days::new(1), ..first.clone() }),
        recognized(manual(organization, Some("GP-2026-0518")), teacher, first.clone()),
        recognized(
            manual(organization, None),
            teacher,
            Training { institution: "东北师大".to_owned(), ..first.clone() },
        ),
        recognized(
            RecordKey::of(province, Some("JL-GP-20260518".to_owned())),
            teacher,
            Training {
                title: "“国培计划”乡村骨干教师能力提升研修（第二期）".to_owned(), ..first
            },
        ),
    ];
    append(tx, entries).map(drop)
}

/// Enters hours that are implausible, one for each flag.
fn enter_implausible(
    tx: &mut Tx<'_>,
    [above, overlapping, late, ahead]: [TeacherId; 4],
    organization: OrganizationId,
) -> Result<()> {
    let on = |month, of_month| (day(2026, month, of_month), day(2026, month, of_month));
    let began: Option<(TeacherId, NaiveDate)> = teachers::table
        .filter(teachers::joined_on.between(day(2026, 8, 15), TODAY))
        .order(teachers::teacher_no)
        .select((teachers::id, teachers::joined_on))
        .first(tx.conn)
        .optional()?;
    let (beginner, joined_on) = began.ok_or_else(|| missing("a training before service"))?;
    let before = (joined_on - Days::new(12), joined_on - Days::new(8));
    let over_new_year = (day(2025, 12, 29), day(2025, 12, 30));
    let online = Training {
        mode: TrainingMode::Online,
        ..training("冬季网络研修：信息化教学", (day(2026, 11, 9), day(2026, 12, 25)), 20)
    };
    let entries = [
        (above, training("县级学科带头人集中研讨", on(10, 17), 16)),
        (overlapping, training("班主任工作专题培训", on(10, 24), 8)),
        (overlapping, training("心理健康教育培训", on(10, 24), 6)),
        (late, training("年末师德师风集中学习", over_new_year, 12)),
        (ahead, online),
        (beginner, training("新教师岗前培训", before, 40)),
    ];
    let entry = |(teacher, training)| recognized(manual(organization, None), teacher, training);
    append(tx, entries.into_iter().map(entry).collect()).map(drop)
}

/// Reopens the completed first phase of the project that is in its second.
fn reopen_a_phase(tx: &mut Tx<'_>) -> Result<()> {
    let found: Option<(ProjectId, PhaseId)> = phases::table
        .inner_join(projects::table)
        .filter(phases::position.eq(1).and(phases::status.eq(PhaseStatus::Completed)))
        .filter(projects::starts_on.eq(day(2026, 9, 14)))
        .select((projects::id, phases::id))
        .first(tx.conn)
        .optional()?;
    let (project, phase) = found.ok_or_else(|| missing("a phase to reopen"))?;
    batch::phases::reopen(tx, project, phase, "漏登一次集中研讨的签到表，补登后重新完成")
}

/// Submits two records for a school: one that it withdraws at once, and one to be returned, whose id it returns.
fn submit(tx: &mut Tx<'_>, teacher: TeacherId, organization: OrganizationId) -> Result<HourRecordId> {
    let on = |of_month| (day(2026, 10, of_month), day(2026, 10, of_month));
    let pending = |training| LedgerEntry {
        status: HourRecordStatus::Pending,
        ..recognized(manual(organization, None), teacher, training)
    };
    let entries = vec![
        pending(training("校外观摩：省城名校开放日", on(12), 6)),
        pending(training("外出参加学科教学研讨会", on(19), 6)),
    ];
    let [withdrawn, returned] = append(tx, entries)?[..] else { return Err(missing("the submissions")) };
    decide(tx, withdrawn, HourRecordStatus::Withdrawn, "登记错了教师，已重新申报")?;
    Ok(returned)
}

/// Submits the correction of a returned record.
fn correct(tx: &mut Tx<'_>, teacher: TeacherId, organization: OrganizationId, former: HourRecordId) -> Result<()> {
    let days = (day(2026, 10, 19), day(2026, 10, 19));
    let training = training("外出参加学科教学研讨会", days, 8);
    let entry = recognized(manual(organization, None), teacher, training);
    let entry = LedgerEntry { status: HourRecordStatus::Pending, former_id: Some(former), ..entry };
    append(tx, vec![entry]).map(drop)
}

fn decide(tx: &mut Tx<'_>, id: HourRecordId, to: HourRecordStatus, reason: &str) -> Result<()> {
    ledger::decide(tx, &[id], to, Some(reason))?;
    let action = if to == HourRecordStatus::Withdrawn { "withdraw" } else { "return" };
    tx.audit(action, "hour_record", id, None::<&()>, Some(&reason))
}

/// Appends entries, all of which are to be recorded, and returns their ids.
fn append(tx: &mut Tx<'_>, entries: Vec<LedgerEntry>) -> Result<Vec<HourRecordId>> {
    let count = entries.len();
    let outcomes = ledger::append(tx, entries)?.outcomes;
    let ids: Vec<HourRecordId> = outcomes
        .iter()
        .filter_map(|outcome| match outcome {
            Outcome::Recorded { id, .. } => Some(*id),
            _ => None,
        })
        .collect();
    if ids.len() < count {
        return Err(ApiError::internal(format!("the ledger refused what people did: {outcomes:?}")));
    }
    for id in &ids {
        tx.audit("create", "hour_record", id, None::<&()>, None::<&()>)?;
    }
    Ok(ids)
}
